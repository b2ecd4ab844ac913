"""Labels and the pages they speak of, brought together: pages are read from where the user keeps them and go nowhere else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from detector.features.scene import Scene, read_scene
from detector.page.decoding import decode
from detector.page.page import read_page
from detector.sources import SourceOptions, open_sources
from detector.training.labels import Label
from detector.training.material import DataError

Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class CorrectedPage:
    """A page that a person looked at. spam, clean: characters of the source that were called so; categories: those of the spam that were
    named."""

    name: str
    source: str
    content_type: str | None
    spam: Ranges
    clean: Ranges
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class Corrections:
    """pages: those found; labels: all; without_page: labels whose page is not at hand, of which the text alone can be learnt from."""

    pages: tuple[CorrectedPage, ...]
    labels: tuple[Label, ...]
    without_page: tuple[Label, ...]


def sha256_of(source: str) -> str:
    """By which labels know a page: of the decoded source in UTF-8."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()


def bring_together(labels: Sequence[Label], pages: Sequence[str] = ()) -> Corrections:
    """Find the page of each label: among `pages` (files, folders, archives), or at the path that the label names.

    A page is known by its SHA-256, by name only where the label has none or the page has changed since; then the label's text is looked
    up. Raises DataError, naming file and line of the label, where a stretch does not lie in its page or its text is not in it.
    """
    wanted = {label.sha256 for label in labels if label.sha256}
    names = {label.page for label in labels}
    by_hash: dict[str, tuple[str, str | None]] = {}
    by_name: dict[str, tuple[str, str | None]] = {}
    for name, url, source, content_type in _read(labels, pages):
        digest = sha256_of(source)
        if digest in wanted:
            by_hash[digest] = source, content_type
        for known in {name, url} & names:
            if known is not None:
                by_name.setdefault(known, (source, content_type))
    together: dict[str, list[Label]] = {}
    found: dict[str, tuple[str, str | None]] = {}
    without: list[Label] = []
    for label in labels:
        page = by_hash.get(label.sha256 or "") or by_name.get(label.page)
        if page is None:
            without.append(label)
            continue
        digest = sha256_of(page[0])
        found[digest] = page
        changed = label.sha256 is not None and label.sha256 != digest
        together.setdefault(digest, []).append(replace(label, start=None, end=None) if changed else label)
    made = tuple(_page(found[digest], mine) for digest, mine in together.items())
    return Corrections(made, tuple(labels), tuple(without))


def _read(labels: Sequence[Label], pages: Sequence[str]) -> Iterator[tuple[str, str | None, str, str | None]]:
    """(name, url, source, content type) of each page that could be read. Addresses in labels are not fetched."""
    own = dict.fromkeys(label.page for label in labels if "://" not in label.page and "#" not in label.page and label.page != "-")
    for document in open_sources([*pages, *own], SourceOptions(ignore_file=None)):
        if document.content:
            source = decode(document.content, document.content_type).text
            yield document.name, document.url, source, document.content_type


def _page(page: tuple[str, str | None], labels: Sequence[Label]) -> CorrectedPage:
    source, content_type = page
    scene: Scene | None = None
    spam: list[tuple[int, int]] = []
    clean: list[tuple[int, int]] = []
    for label in labels:
        if label.start is not None and label.end is not None:
            if label.end > len(source):
                raise DataError(f"{label.where}: 'end' is {label.end}, but the page has {len(source)} characters")
            stretch = label.start, label.end
        else:
            scene = scene or read_scene(read_page(source, content_type))
            looked_up = locate(scene, label.text)
            if looked_up is None:
                raise DataError(f"{label.where}: this text is not in the page {label.page!r}")
            stretch = looked_up
        (spam if label.spam else clean).append(stretch)
    categories = tuple(dict.fromkeys(label.category for label in labels if label.spam and label.category))
    return CorrectedPage(labels[0].page, source, content_type, tuple(sorted(spam)), tuple(sorted(clean)), categories)


def locate(scene: Scene, text: str) -> tuple[int, int] | None:
    """Where a text, as a reader sees it, first stands in a page: characters of the source, or None. White space and markup do not count."""
    at = scene.page.source.find(text)
    if at >= 0:
        return at, at + len(text)
    asked = read_scene(read_page(text, "text/plain")).text
    solid = np.flatnonzero(~_blank(scene.text.code))
    here = scene.text.code[solid].astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    sought = asked.code[~_blank(asked.code)].astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    first = here.find(sought) if sought else -1
    if first < 0:
        return None
    return int(scene.text.start[solid[first]]), int(scene.text.end[solid[first + len(sought) - 1]])


def _blank(code: np.ndarray[tuple[int, ...], np.dtype[np.uint32]]) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.isin(code, np.array([9, 10, 11, 12, 13, 32, 0xA0, 0x3000], np.uint32))
