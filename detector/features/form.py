"""Form: what a phrase and its surroundings look like, in any language. No word is known here."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detector.features.scene import LOGARITHMS, Floats, Scene, log_of_count
from detector.native import kernels
from detector.segmentation import characters as c
from detector.segmentation.normalise import SEPARATED, TAG
from detector.segmentation.phrases import Phrases

NAMES = (
    "length", "words", "han", "latin", "digit", "other_script", "letters_with_digits", "symbols", "brackets",
    "odd_glyphs", "separated_letters", "dropped_characters", "tag_characters", "function_han",
    "sentence_length", "sentence_phrases", "ends_with_stop", "line_length", "line_phrases", "group_length", "group_lines",
    "line_stops", "line_commas", "mean_length_2", "mean_length_6", "mean_length_16", "spread_length_6", "spread_length_16",
    "bars_6", "breaks_6", "spaces_6", "commas_6", "dashes_6", "stops_6", "stops_16", "function_han_6", "function_han_16", "function_han_line",
    "odd_6", "digits_6", "symbols_6", "han_6", "latin_6", "script_changes", "references", "references_over_rest",
)  # fmt: skip

SHORTEST_REFERENCE = 5  # characters of source for one letter: &#65;


def columns(scene: Scene) -> list[Floats]:
    """Figures named in NAMES, each of shape (phrases,)."""
    phrases, kinds, length = scene.phrases, scene.kinds, scene.lengths
    letters = np.maximum(kinds[: c.SPACE].sum(0), 1.0)
    share = 1.0 / letters
    han = kinds[c.HAN] + kinds[c.KANA]
    latin, digit, symbols = kinds[c.LATIN], kinds[c.DIGIT], kinds[c.SYMBOL]
    other = kinds[c.HANGUL : c.SPACE].sum(0)
    spaces = kinds[c.SPACE] + kinds[c.NEWLINE]
    brackets = kinds[c.PUNCTUATION] + kinds[c.SEPARATOR]
    odd, separated, tags, function = (scene.flagged(flag) for flag in (c.ODD, SEPARATED, TAG, c.FUNCTION))
    dropped = _dropped(scene)
    mixed = np.minimum(digit, np.maximum(latin, han))

    references = _references(scene)
    rest_letters, rest_referred = letters.sum() - scene.window(letters, 16), references.sum() - scene.window(references, 16)
    rest_references = rest_referred / np.maximum(rest_letters, 1)

    following = _following(scene)
    stop, comma = (following == c.STOP).astype(np.float32), (following == c.COMMA).astype(np.float32)

    line_length, line_letters, line_stops, line_commas, line_function = scene.level(
        np.stack([length, letters, stop, comma, function]), phrases.line
    )
    sentence_length = scene.level(length, phrases.sentence)
    group_length, group_lines = scene.level(np.stack([length, scene.line_heads.astype(np.float32)]), phrases.group)

    kind_of_separator = _kind_of_separator(phrases)
    between = [(kind_of_separator == kind).astype(np.float32) for kind in (c.SEPARATOR, c.SPACE, c.COMMA, c.DASH)]
    is_bar, is_space, is_comma, is_dash = between
    is_break = (phrases.separator == 1).astype(np.float32)

    of_lengths = np.stack([length, length * length])
    mean_2 = scene.window(length, 2) / scene.members(2)
    (mean_6, square_6), (mean_16, square_16) = (scene.window(of_lengths, w) / scene.members(w) for w in (6, 16))
    spread_6, spread_16 = (np.sqrt(np.maximum(s - m**2, 0)) / m for m, s in ((mean_6, square_6), (mean_16, square_16)))
    near_6 = scene.window(np.stack([is_bar, is_break, is_space, is_comma, is_dash, stop]), 6) / scene.members(6)
    letters_6, *of_letters_6 = scene.window(np.stack([letters, function, odd + separated + dropped, digit, symbols, han, latin]), 6)
    function_6, odd_6, digits_6, symbols_6, han_6, latin_6 = np.stack(of_letters_6) / np.maximum(letters_6, 1)
    letters_16, function_16, stop_16 = scene.window(np.stack([letters, function, stop]), 16)
    counts = log_of_count(
        np.stack(
            [length, spaces, sentence_length, scene.sentence_phrases, line_length, scene.line_phrases, group_length, group_lines],
        )
    )
    shares = share * np.stack(
        [han, latin, digit, other, mixed, symbols, brackets, odd, separated, dropped, tags, function, scene.changes, references]
    )
    shares[9] = np.minimum(shares[9], 4)

    return [
        *counts[:2], *shares[:12],
        *counts[2:4], stop, *counts[4:6], *counts[6:8],
        line_stops / scene.line_phrases, line_commas / scene.line_phrases,
        *np.log1p(np.stack([mean_2, mean_6, mean_16])), spread_6, spread_16,
        *near_6, stop_16 / scene.members(16),
        function_6, function_16 / np.maximum(letters_16, 1), line_function / np.maximum(line_letters, 1),
        odd_6, digits_6, symbols_6, han_6, latin_6,
        shares[12], shares[13], shares[13] - rest_references,
    ]  # fmt: skip


def fill(scene: Scene, figures: Floats, column: int) -> None:
    """Put `columns` side by side into figures, from a column on: by the kernel, of a page that has phrases."""
    assert kernels is not None
    phrases = scene.phrases
    of_phrases = scene.lengths, _dropped(scene), _following(scene), _kind_of_separator(phrases), phrases.separator == 1, _references(scene)
    numbers = phrases.line, phrases.sentence, phrases.group
    kernels.form(scene.tally, of_phrases, numbers, LOGARITHMS, figures, column, len(NAMES))
    means = slice(column + NAMES.index("mean_length_2"), column + NAMES.index("mean_length_16") + 1)
    figures[:, means] = np.log1p(figures[:, means].copy())


def _dropped(scene: Scene) -> Floats:
    """Characters that were dropped within each phrase."""
    dropped, phrases = scene.text.dropped, scene.phrases
    return (dropped[phrases.last] - dropped[phrases.first]).astype(np.float32)


def _references(scene: Scene) -> Floats:
    """Letters of each phrase that are written as character references."""
    text = scene.text
    return scene.count((text.end - text.start >= SHORTEST_REFERENCE) & (text.kind < c.SPACE))


def _following(scene: Scene) -> NDArray[np.uint8]:
    """Kind of the character after each phrase: does it end a sentence."""
    past, kind = scene.phrases.last + 1, scene.text.kind
    following = kind[np.minimum(past, len(kind) - 1)]
    following[past >= len(kind)] = c.SPACE
    return following


def _kind_of_separator(phrases: Phrases) -> NDArray[np.uint8]:
    separator = phrases.separator
    kind = c.character_tables().kind[np.where(separator < c.LIMIT, separator, 0)]
    kind[separator <= 1] = c.HAN  # no separator at all
    return kind
