"""What the features are summed up from: the compiled kernels and their twins in numpy give the same to the last bit."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from benchmarks.hostile import PIECES, hostile_text
from detector.features import foreignness, form, ngrams, place, registry, scene, vocabulary
from detector.features.scene import Scene, read_scene
from detector.native import kernels
from detector.page.markup import codes_of
from detector.page.page import read_page
from detector.segmentation import invisible
from detector.segmentation.phrases import Phrases

pytestmark = pytest.mark.skipif(kernels is None, reason="the kernels are not built: python -m detector.native.build")

Result = TypeVar("Result")
SIZES = (1, 2, 3, 7, 8, 9, 31, 127, 128, 129, 130, 257, 1000)


def by_numpy(run: Callable[[], Result]) -> Result:
    with pytest.MonkeyPatch.context() as patch:
        for module in (scene, ngrams, foreignness, vocabulary, place, registry):
            patch.setattr(module, "kernels", None)
        return run()


def assert_equal(run: Callable[[], NDArray[Any]]) -> None:
    compiled, plain = run(), by_numpy(run)
    assert compiled.dtype == plain.dtype and np.array_equal(compiled, plain)


def scene_of(number: NDArray[np.int64]) -> Scene:
    """Phrases of one character, of which the lines alone are asked for."""
    at = np.arange(len(number))
    return Scene(None, None, Phrases(at, at, at, number, number, number, at))  # type: ignore[arg-type]


def values_of(rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Numbers of very different sizes: the order in which they are added shows in the sum."""
    return (rng.normal(size=shape) * 10.0 ** rng.integers(-8, 8, shape)).astype(np.float32)


@pytest.mark.parametrize("n", SIZES)
def test_sums_over_windows(n: int) -> None:
    values = values_of(np.random.default_rng(n), (3, n))
    figures = scene_of(np.zeros(n, np.int64))
    for reach in (0, 1, 2, 16, n - 1, n, n + 5, 10**6):
        assert_equal(lambda reach=reach: figures.window(values, reach))
        assert_equal(lambda reach=reach: figures.window(values[1], reach))
        assert_equal(lambda reach=reach: figures.window(values.T.copy().T[0], reach))  # a column


@pytest.mark.parametrize("n", SIZES)
def test_sums_over_lines(n: int) -> None:
    rng = np.random.default_rng(n)
    values = values_of(rng, (3, n))
    for lines in (1, 2, 5, n):
        number = np.sort(rng.integers(0, lines, n))
        figures = scene_of(number)
        assert_equal(lambda number=number, figures=figures: figures.level(values, number))
        assert_equal(lambda number=number, figures=figures: figures.level(values[2], number))


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("take", [np.maximum, np.minimum])
def test_extremes_of_windows(n: int, take: np.ufunc) -> None:
    values = values_of(np.random.default_rng(n), (n,))
    values[:: max(n // 3, 1)] = np.inf if n % 2 else -np.inf
    figures = scene_of(np.zeros(n, np.int64))
    for reach in (0, 1, 3, 8, n + 1):
        assert_equal(lambda reach=reach: figures.extreme(values, reach, take))


def test_a_page_without_phrases_has_sums_of_no_length() -> None:
    figures = scene_of(np.zeros(0, np.int64))
    none = np.zeros(0, np.float32)
    for run in (
        lambda: figures.window(none, 2),
        lambda: figures.window(none.reshape(3, 0), 2),
        lambda: figures.level(none, figures.phrases.line),
        lambda: figures.extreme(none, 2, np.maximum),
    ):
        assert_equal(run)


WEIGHTS = np.random.default_rng(5).normal(size=ngrams.SIZE).astype(np.float32)
USUAL = np.random.default_rng(6).choice(np.array([0, 0, 1, 128, 140, 141, 159, 200, 255], np.uint8), ngrams.SIZE)


def assert_same_figures(source: str, content_type: str = "text/html") -> None:
    page = read_scene(read_page(source, content_type))

    def fresh() -> Scene:
        return Scene(page.page, page.text, page.phrases)

    for field in fields(ngrams.Terms):
        assert_equal(lambda name=field.name: getattr(fresh().terms, name))
    for field in fields(vocabulary.Evidence):
        # a sum of weights that is nought may have either sign
        assert_equal(lambda name=field.name: getattr(vocabulary.evidence(fresh(), WEIGHTS), name) + np.float32(0))
    assert_equal(lambda: foreignness.elsewhere(fresh(), USUAL))
    assert_equal(lambda: fresh().tally)
    assert_equal(lambda: np.array(place._copyright_end(page.page)))
    assert_equal(lambda: registry.matrix(fresh(), USUAL, WEIGHTS, -0.7) + np.float32(0))
    assert kernels is not None
    for fewest in (1, 2, 5):
        assert kernels.invisible(page.page.codes, fewest) == invisible._in_a_row(page.page.codes, fewest)


def test_figures_of_hostile_pages() -> None:
    for seed in range(150):
        assert_same_figures(hostile_text(random.Random(seed)))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from([*"ab1博彩の가ขаλع .,|\n", "the ", "博彩", "<p>", "<title>a b</title>"]),
            st.sampled_from(PIECES),
            st.text(max_size=4),
        ),
        max_size=60,
    ).map("".join)
)
def test_figures_of_any_text(source: str) -> None:
    assert_same_figures(source)


@pytest.mark.parametrize("unit", ["word ", "博彩", "w", "a1 博 ", "赌场, online casino | "])
def test_terms_far_from_each_other(unit: str) -> None:
    page = "<title>" + unit * 2 + "</title>" + "".join(f"<p>{unit * (k % 90)}</p><p>filler {k} text</p>" for k in range(120))
    assert_same_figures(page)


@pytest.mark.parametrize(
    "text", ["word " * 16_000, "赌场博彩" * 12_000, "a" * 70_000, "<a href=//h.example/x>on line casino</a>, " * 2_000]
)
def test_numbers_beyond_the_logarithms_that_are_looked_up(text: str) -> None:
    page = read_scene(read_page(f"<title>x</title><p>{text}</p><p>end", "text/html"))
    assert_equal(lambda: registry.matrix(Scene(page.page, page.text, page.phrases), USUAL, WEIGHTS, 0.0) + np.float32(0))


HIDDEN = "<div style='display:none'>{}</div><noscript>{}</noscript><div aria-hidden=true>{}</div><title>{}</title><img alt='{}'><!-- {} -->"


def test_features_of_text_in_all_places() -> None:
    chosen = random.Random(2)
    words = ["casino", "赌场", "簡體", "the park,", "a.", "© 2024", "7", "привет"]
    for _ in range(30):
        texts = [" ".join(chosen.choices(words, k=chosen.randrange(1, 9))) for _ in range(6)]
        links = "".join(f"<a href=//h{chosen.randrange(3)}.example/>{text}</a>" for text in texts)
        assert_same_figures(f"<p>{texts[0]}</p>{HIDDEN.format(*texts)}<ul><li>{links}</ul></body>{texts[1]}" * chosen.randrange(1, 4))


@pytest.mark.parametrize("family", [form, place, foreignness, vocabulary])
def test_a_family_of_another_number_of_columns_is_refused(family: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    page = read_scene(read_page("<p>some words", "text/html"))
    monkeypatch.setattr(family, "NAMES", (*family.NAMES, "one_more"))
    with pytest.raises(ValueError, match="names"):
        registry.matrix(page, USUAL, WEIGHTS, 0.0)


def test_hashes_do_not_depend_on_how_many_are_made_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    page = read_scene(read_page("".join(f"<p>赌场 {k}, online casino 博彩 bonus</p>" for k in range(60))))
    whole = ngrams.hash_ngrams(page.text, page.phrases)
    monkeypatch.setattr(ngrams, "_CHUNK", 16)
    for field in fields(whole):
        assert np.array_equal(getattr(ngrams.hash_ngrams(page.text, page.phrases), field.name), getattr(whole, field.name))
    assert_equal(lambda: ngrams.read_terms(page.text, page.phrases).signature)


def test_ngrams_of_some_phrases_are_those_of_the_page() -> None:
    page = read_scene(read_page("<p>赌场 7, online casino bonus</p><p>博彩 开户 and more</p><p>the end</p>"))
    mine = (page.ngrams.phrase >= 1) & (page.ngrams.phrase <= 2)
    assert sorted(page.buckets(1, 2)) == sorted(page.ngrams.bucket[mine])


def test_terms_are_counted_anew_on_every_page() -> None:
    a, b = (read_scene(read_page(text)) for text in ("<title>one two</title><p>one two three</p>", "<p>one two three</p>"))
    alone = foreignness.elsewhere(b, USUAL)
    foreignness.elsewhere(a, USUAL)
    assert np.array_equal(foreignness.elsewhere(b, USUAL), alone)


@pytest.mark.parametrize("notice", ["© a", "COPYRIGHT", "CopyRight x", "All Rights Reserved", "京ICP备1号", "京icp證", "版權所有", "&COPY;", "&#169; b", "copyrigh", "&copy", "İ Copyright", "İ copyright"])  # fmt: skip
def test_the_last_notice_of_copyright(notice: str) -> None:
    for source in (notice, "x" * 90 + notice, notice + "x" * 90, "copyright " * 9 + notice, "y" * 60 + notice + "İ"):
        page = read_page(source, "text/html")
        assert_equal(lambda page=page: np.array(place._copyright_end(page)))


@pytest.mark.parametrize("before", range(7))
@pytest.mark.parametrize("length", range(7))
def test_invisible_characters_in_a_row(before: int, length: int) -> None:
    assert kernels is not None
    codes = codes_of("a\u200b" * before + "b" + "\u200b\ufe0f\U000e0041\ufeff\u180e\u2064\U000e01ff"[:length] + "c\u2065")
    assert kernels.invisible(codes, 5) == invisible._in_a_row(codes, 5) == (length >= 5)


def test_arrays_of_another_shape_are_refused() -> None:
    assert kernels is not None
    one, two, out = np.zeros(1, np.float32), np.zeros(2, np.float32), np.zeros(2, np.float32)
    for refused in (
        lambda: kernels.window(one, 1, 1, out),
        lambda: kernels.window(two, 3, 1, out),
        lambda: kernels.window(two, 0, 1, out),
        lambda: kernels.window(two, 2, -1, out),
        lambda: kernels.level(two, np.zeros(3, np.int64), out),
        lambda: kernels.extreme(two, 2, -1, True, out),
    ):
        with pytest.raises(ValueError, match=r"as long as|a reach of"):
            refused()
    page = read_scene(read_page("<p>some words here", "text/html"))
    text, phrases = page.text, page.phrases
    for first, last in (
        (phrases.first - 1, phrases.last),
        (phrases.first, phrases.last + len(text.code)),
        (phrases.last + 1, phrases.last),
    ):
        with pytest.raises(ValueError, match="outside of the text"):
            kernels.terms((text.code, text.kind, first, last), np.empty(len(phrases)))
        with pytest.raises(ValueError, match="outside of the text"):
            kernels.evidence((text.code, text.kind, first, last), WEIGHTS, np.empty((4, len(phrases)), np.float32))
    with pytest.raises(ValueError, match="outside of the text"):
        kernels.tally((text.kind, text.flags), phrases.first, phrases.last + len(text.code), np.empty((27, len(phrases)), np.float32))
    with pytest.raises(ValueError, match="another shape"):
        kernels.evidence((text.code, text.kind, phrases.first, phrases.last), WEIGHTS[:-1], np.empty((4, len(phrases)), np.float32))
    terms = page.terms
    with pytest.raises(ValueError, match="one length"):
        kernels.elsewhere((terms.bucket, terms.number, terms.phrase + 9, terms.at), USUAL, np.zeros(1, bool), np.zeros((11, 1)))
