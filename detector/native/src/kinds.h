/* Kinds of characters, as in detector/segmentation/characters.py. */
#ifndef DETECTOR_KINDS_H
#define DETECTOR_KINDS_H

enum {
    HAN, LATIN, DIGIT, KANA, HANGUL, CYRILLIC, ARABIC, THAI, OTHER_LETTER, SPACE, NEWLINE, STOP, COMMA, SEPARATOR, DASH, PUNCTUATION, SYMBOL, INVISIBLE,
    KINDS
};

static inline int is_east_asian(int kind) { return kind == HAN || kind == KANA; }

static inline int is_unspaced(int kind) { return kind == HAN || kind == KANA || kind == HANGUL || kind == THAI; } /* scripts without spaces */

static inline int is_spelled(int kind) { return kind < SPACE && !is_unspaced(kind); }

#endif
