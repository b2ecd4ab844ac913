/* Folded characters to phrases: the twin of `_split` in detector/segmentation/phrases.py, where what is done is explained. */
#include "common.h"
#include "kinds.h"

#include <stdlib.h>

enum { LONGEST = 64, SHORT_LINE = 60, NEAR = 4, ANCHOR = 1, ITEM = 2 };

typedef struct { Ints first, last, chunk, sentence, line, group, separator; } Phrases;

static int is_weak(Code c) { /* stands inside addresses and words */
    for (const char *weak = "/\\+*=#[]{}<>^~"; *weak; weak++)
        if (c == (Code)*weak) return 1;
    return c == 0xB7;
}

typedef struct { int ends_phrase, ends_sentence; Code separator; } Break;

/* What stands between two letters that do not touch. */
static Break read_gap(const Code *code, const uint8_t *kind, Py_ssize_t a, Py_ssize_t b) {
    unsigned has = 0;
    for (Py_ssize_t at = a + 1; at < b; at++) has |= 1u << kind[at];
    Py_ssize_t width = b - a - 1;
    int newline = has >> NEWLINE & 1, space = newline || has >> SPACE & 1;
    int east = is_east_asian(kind[a]) + is_east_asian(kind[b]), begins_blank = kind[a + 1] == SPACE;
    int words = !is_east_asian(kind[a]) && !is_east_asian(kind[b]), numbers = kind[a] == DIGIT && kind[b] == DIGIT;
    int parts = space || east || width > 1;
    Break found;
    found.ends_sentence = has >> STOP & 1 && parts;
    found.ends_phrase = found.ends_sentence || newline || (has >> COMMA & 1 && (parts || !numbers)) ||
                        (has >> SEPARATOR & 1 && (parts || !is_weak(code[a + 1]))) ||
                        (has >> DASH & 1 && (east || (space && (!words || width >= 3)))) || (space && begins_blank && (east == 2 || width > 2));
    found.separator = code[!begins_blank ? a + 1 : a + 2 < b ? a + 2 : b - 1]; /* the first that is no space */
    return found;
}

static int begin(Phrases *phrases, Py_ssize_t first, int64_t sentence, int64_t separator) {
    return ints_push(&phrases->first, first) < 0 || ints_push(&phrases->sentence, sentence) < 0 || ints_push(&phrases->separator, separator) < 0 ? -1 : 0;
}

/* Cuts the text. breaks: how many chunks up to each begin with an ANCHOR break, and with an ITEM break, in turns. -1 with MemoryError */
static int cut(Phrases *phrases, const Code *code, const uint8_t *kind, const int32_t *chunk, Py_ssize_t size, const int32_t *breaks) {
    Py_ssize_t previous = -1, within = 0; /* letters since the phrase began, cuts for length left out */
    int64_t sentence = 0;
    int is_late = 0; /* a cut for length is due at the next place for one */
    for (Py_ssize_t at = 0; at < size; at++) {
        if (kind[at] >= SPACE) continue;
        if (previous < 0) {
            if (begin(phrases, at, 0, 1) < 0) return -1;
            previous = at;
            continue;
        }
        Break found = {0, 0, 0};
        if (at - previous > 1) found = read_gap(code, kind, previous, at);
        if (chunk[at] != chunk[previous]) {
            const int32_t *before = breaks + 2 * chunk[previous], *after = breaks + 2 * chunk[at];
            if (after[0] > before[0]) found.ends_phrase = 1, found.separator = 1;
            if (after[1] > before[1]) found.ends_sentence = 1;
        }
        within = found.ends_phrase ? 0 : within + 1;
        if (!found.ends_phrase && within % LONGEST == 0) is_late = 1;
        int ends = found.ends_phrase;
        if (is_late && (is_east_asian(kind[at]) || at - previous > 1)) ends = 1, is_late = 0;
        sentence += found.ends_sentence;
        if (ends && (ints_push(&phrases->last, previous) < 0 || begin(phrases, at, sentence, found.separator ? found.separator : 1) < 0)) return -1;
        previous = at;
    }
    return previous < 0 ? 0 : ints_push(&phrases->last, previous);
}

typedef struct { const int64_t *depth, *low, *ancestor; const uint8_t *role; int is_html; } Tree;

static int is_sibling(const Tree *tree, int64_t before, int64_t head) {
    if (tree->role[before] != tree->role[head]) return 0;
    if (!tree->is_html) return 1;
    int64_t deeper = tree->depth[before] > tree->depth[head] ? tree->depth[before] : tree->depth[head];
    return deeper - tree->low[head] <= NEAR && (tree->ancestor[head] == tree->ancestor[before] || tree->low[head] > tree->low[before]);
}

/* Number lines, and the runs of short sibling lines. -1 with MemoryError */
static int number(Phrases *phrases, const int32_t *chunk, const int32_t *breaks, const Tree *tree) {
    Py_ssize_t count = phrases->first.length;
    int64_t line = -1, group = -1, head_before = 0;
    int short_before = 0;
    for (Py_ssize_t head = 0, past; head < count; head = past) {
        int64_t of_line = chunk[phrases->first.data[head]];
        for (past = head + 1; past < count && breaks[2 * chunk[phrases->first.data[past]] + 1] == breaks[2 * of_line + 1]; past++) {}
        int is_short = phrases->last.data[past - 1] - phrases->first.data[head] + 1 <= SHORT_LINE;
        line++;
        if (!(head && is_short && short_before && is_sibling(tree, head_before, of_line))) group++;
        for (Py_ssize_t i = head; i < past; i++)
            if (ints_push(&phrases->chunk, chunk[phrases->first.data[i]]) < 0 || ints_push(&phrases->line, line) < 0 || ints_push(&phrases->group, group) < 0)
                return -1;
        head_before = of_line;
        short_before = is_short;
    }
    return 0;
}

/* split((code, kind, chunk), (strength, role, depth, low, ancestor), is_html) -> the arrays of `Phrases` */
static PyObject *split(PyObject *self, PyObject *args) {
    PyObject *characters, *chunks, *answer = NULL;
    Py_buffer text[3], page[5];
    int is_html;
    if (!PyArg_ParseTuple(args, "OOp", &characters, &chunks, &is_html) || get_buffers(characters, text, "414", 0) < 0) return NULL;
    if (get_buffers(chunks, page, "11888", 0) < 0) goto release_text;
    Py_ssize_t size = text[1].len, count = page[0].len;
    const int32_t *chunk = text[2].buf;
    const uint8_t *strength = page[0].buf, *kind = text[1].buf;
    int failed = text[0].len != size * 4 || text[2].len != size * 4 || page[1].len != count;
    for (int i = 2; i < 5; i++) failed |= page[i].len != count * 8;
    if (!failed)
        for (Py_ssize_t at = 0; at < size; at++) failed |= chunk[at] < 0 || chunk[at] >= count || kind[at] >= KINDS;
    if (failed) {
        PyErr_SetString(PyExc_ValueError, "arrays of one length are asked for");
        goto release_page;
    }
    int32_t *breaks = malloc((size_t)(count + 1) * 2 * sizeof *breaks), anchors = 0, items = 0;
    if (!breaks) {
        PyErr_NoMemory();
        goto release_page;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        breaks[2 * i] = anchors += strength[i] >= ANCHOR;
        breaks[2 * i + 1] = items += strength[i] >= ITEM;
    }
    Phrases phrases;
    memset(&phrases, 0, sizeof phrases);
    Tree tree = {page[2].buf, page[3].buf, page[4].buf, page[1].buf, is_html};
    if (cut(&phrases, text[0].buf, kind, chunk, size, breaks) == 0 && number(&phrases, chunk, breaks, &tree) == 0)
        answer = Py_BuildValue("NNNNNNN", ints_taken(&phrases.first), ints_taken(&phrases.last), ints_taken(&phrases.chunk),
                               ints_taken(&phrases.sentence), ints_taken(&phrases.line), ints_taken(&phrases.group),
                               ints_taken(&phrases.separator));
    Ints *all[] = {&phrases.first, &phrases.last, &phrases.chunk, &phrases.sentence, &phrases.line, &phrases.group, &phrases.separator};
    for (int i = 0; i < 7; i++) free(all[i]->data);
    free(breaks);
release_page:
    release_buffers(page, 5);
release_text:
    release_buffers(text, 3);
    return answer;
}

PyMethodDef phrase_methods[] = {
    {"split", split, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
