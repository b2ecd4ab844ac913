"""Form: what a phrase and its surroundings look like, in any language. No word is known here."""

from __future__ import annotations

import numpy as np

from detector.features.scene import WINDOWS, Floats, Scene
from detector.segmentation import characters as c

NAMES = (
    "length", "words", "han", "latin", "digit", "other_script", "letters_with_digits", "symbols", "brackets",
    "odd_glyphs", "separated_letters", "dropped_characters", "tag_characters", "function_han",
    "sentence_length", "sentence_phrases", "ends_with_stop", "line_length", "line_phrases", "group_length", "group_lines",
    "line_stops", "line_commas", "mean_length_2", "mean_length_6", "mean_length_16", "spread_length_6", "spread_length_16",
    "bars_6", "breaks_6", "spaces_6", "commas_6", "dashes_6", "stops_6", "stops_16", "function_han_6", "function_han_16", "function_han_line",
    "odd_6", "digits_6", "symbols_6", "han_6", "latin_6", "script_changes",
)  # fmt: skip


def columns(scene: Scene) -> list[Floats]:
    """Figures named in NAMES, each of shape (phrases,)."""
    text, phrases, kinds, length = scene.text, scene.phrases, scene.kinds, scene.lengths
    n = len(scene)
    letters = np.maximum(kinds[:, : c.SPACE].sum(1), 1.0)
    share = 1.0 / letters
    han = kinds[:, c.HAN] + kinds[:, c.KANA]
    latin = kinds[:, c.LATIN]
    digit = kinds[:, c.DIGIT]
    other = kinds[:, c.HANGUL : c.SPACE].sum(1)
    spaces = kinds[:, c.SPACE] + kinds[:, c.NEWLINE]
    symbols = kinds[:, c.SYMBOL]
    brackets = kinds[:, c.PUNCTUATION] + kinds[:, c.SEPARATOR]
    odd = scene.count((text.flags & c.ODD) > 0)
    separated = scene.count((text.flags & 64) > 0)
    tags = scene.count((text.flags & 128) > 0)
    function = scene.count((text.flags & c.FUNCTION) > 0)
    dropped = (text.dropped[phrases.last] - text.dropped[phrases.first]).astype(np.float32)
    mixed = np.minimum(digit, np.maximum(latin, han))
    one = np.ones(n, np.float32)
    east, spelled = np.isin(text.kind, (c.HAN, c.KANA)), np.isin(text.kind, (c.LATIN, c.DIGIT))
    changes = scene.count(np.r_[False, (east[1:] & spelled[:-1]) | (spelled[1:] & east[:-1])] if len(east) else east)

    # the character after a phrase: does it end a sentence
    following = np.minimum(phrases.last + 1, len(text.code) - 1)
    stop = ((text.kind[following] == c.STOP) & (phrases.last + 1 < len(text.code))).astype(np.float32)
    comma = ((text.kind[following] == c.COMMA) & (phrases.last + 1 < len(text.code))).astype(np.float32)

    line_length = scene.level(length, phrases.line)
    line_phrases = scene.level(one, phrases.line)
    line_letters = np.maximum(scene.level(letters, phrases.line), 1)
    sentence_phrases = scene.level(one, phrases.sentence)
    heads = np.r_[True, phrases.line[1:] != phrases.line[:-1]].astype(np.float32) if n else one

    separator = phrases.separator
    kind_of_separator = c.character_tables().kind[np.where(separator < c.LIMIT, separator, 0)]
    is_bar = ((kind_of_separator == c.SEPARATOR) & (separator > 1)).astype(np.float32)
    is_break = (separator == 1).astype(np.float32)
    is_space = ((kind_of_separator == c.SPACE) & (separator > 1)).astype(np.float32)
    is_comma = ((kind_of_separator == c.COMMA) & (separator > 1)).astype(np.float32)
    is_dash = ((kind_of_separator == c.DASH) & (separator > 1)).astype(np.float32)

    members = {w: scene.window(one, w) for w in WINDOWS}
    in_window = {w: np.maximum(scene.window(letters, w), 1) for w in WINDOWS}
    means = {w: scene.window(length, w) / members[w] for w in WINDOWS}
    squares = {w: scene.window(length * length, w) / members[w] for w in WINDOWS}
    spread = {w: np.sqrt(np.maximum(squares[w] - means[w] ** 2, 0)) / means[w] for w in WINDOWS}

    return [
        np.log1p(length), np.log1p(spaces), han * share, latin * share, digit * share, other * share, mixed * share, symbols * share, brackets * share,
        odd * share, separated * share, np.minimum(dropped * share, 4), tags * share, function * share,
        np.log1p(scene.level(length, phrases.sentence)), np.log1p(sentence_phrases), stop, np.log1p(line_length), np.log1p(line_phrases),
        np.log1p(scene.level(length, phrases.group)), np.log1p(scene.level(heads, phrases.group)),
        scene.level(stop, phrases.line) / line_phrases, scene.level(comma, phrases.line) / line_phrases,
        np.log1p(means[2]), np.log1p(means[6]), np.log1p(means[16]), spread[6], spread[16],
        scene.window(is_bar, 6) / members[6], scene.window(is_break, 6) / members[6], scene.window(is_space, 6) / members[6],
        scene.window(is_comma, 6) / members[6], scene.window(is_dash, 6) / members[6], scene.window(stop, 6) / members[6], scene.window(stop, 16) / members[16],
        scene.window(function, 6) / in_window[6], scene.window(function, 16) / in_window[16], scene.level(function, phrases.line) / line_letters,
        scene.window(odd + separated + dropped, 6) / in_window[6], scene.window(digit, 6) / in_window[6], scene.window(symbols, 6) / in_window[6],
        scene.window(han, 6) / in_window[6], scene.window(latin, 6) / in_window[6],
        changes * share,
    ]  # fmt: skip
