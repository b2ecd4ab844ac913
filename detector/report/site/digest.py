"""What a whole-site audit keeps of a page: hashes, figures and a few short texts, some kilobytes whatever the page's size."""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from detector.features.scene import Scene
from detector.page.markup import TEXT, TITLE
from detector.page.states import SHOWN, STATES
from detector.report.audited import AuditedPage, shown_text
from detector.report.report import Report, Verdict
from detector.segmentation import characters as c

TERM_BITS: Final = 16  # of a hashed term
HONEST: Final = 0.05  # probability up to which a phrase counts as the site's own

_KEY_BYTES: Final = 6
_SHORTEST_LINE: Final = 4  # letters
_MOST_LINES: Final = 600  # of a page; hashes, so that any choice of them is the same choice on every page
_MOST_TERMS: Final = 1500
_MOST_HOSTS: Final = 100
_MOST_FOUND: Final = 40
_MOST_SEGMENTS: Final = 6
_EXCERPT: Final = 120  # characters
_NUMBER: Final = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A line of the page that a finding touches. key: as in `PageDigest.lines`; terms: its hashed terms."""

    key: int
    text: str
    path: str
    visibility: str
    terms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LinkedHost:
    """A foreign host that the page links to. found: whether a finding touches a link to it; hidden: whether no link to it is seen."""

    host: str
    found: bool
    hidden: bool


@dataclass(frozen=True, slots=True)
class TitleSegment:
    """A part of the page's title. key: hash of its letters; found: whether a finding touches it; in_text: whether the page's own text
    has it too."""

    key: int
    text: str
    probability: float
    found: bool
    in_text: bool


@dataclass(frozen=True, slots=True)
class PageDigest:
    """One page. site: its host, "" where that is not known; folder: its path but for the last part; series: its path with numbers as #,
    "" where it has none; lines: hashes of its lines' letters without digits, each once; terms: hashed terms of what is honest on it.
    """

    name: str
    site: str
    folder: str
    series: str
    verdict: Verdict
    score: float
    lines: tuple[int, ...]
    terms: tuple[int, ...]
    found: tuple[FoundLine, ...]
    hosts: tuple[LinkedHost, ...]
    title: tuple[TitleSegment, ...]

    def accepted(self) -> PageDigest:
        """The same page once all that was found on it is accepted."""
        hosts = tuple(replace(host, found=False) for host in self.hosts)
        title = tuple(replace(segment, found=False, probability=0.0) for segment in self.title)
        return replace(self, verdict="clean", score=0.0, found=(), hosts=hosts, title=title)

    def to_dict(self) -> dict[str, Any]:
        """JSON values, for `from_dict`."""
        return asdict(self)

    @classmethod
    def from_dict(cls, told: dict[str, Any]) -> PageDigest:
        """The digest that `to_dict` told."""
        found = tuple(FoundLine(**line | {"terms": tuple(line["terms"])}) for line in told["found"])
        hosts = tuple(LinkedHost(**host) for host in told["hosts"])
        title = tuple(TitleSegment(**segment) for segment in told["title"])
        return cls(**told | {"lines": tuple(told["lines"]), "terms": tuple(told["terms"]), "found": found, "hosts": hosts, "title": title})


def digest_page(name: str, report: Report) -> PageDigest | None:
    """The digest of a page, None where the report does not hold the scored page. name: of the input."""
    audited = report.audited
    if not isinstance(audited, AuditedPage):
        return None
    site, folder, series = _place(name, report.url)
    scene = audited.scene
    probability = 1 / (1 + np.exp(-np.clip(audited.logits, -60, 60)))
    letters = _Letters(scene)
    touched = _touched(scene, report)
    return PageDigest(
        name=name,
        site=site,
        folder=folder,
        series=series,
        verdict=report.verdict,
        score=round(report.score, 4),
        lines=tuple(sorted({key for key, _, _ in letters.lines()})[:_MOST_LINES]),
        terms=_terms(scene, probability < HONEST)[:_MOST_TERMS],
        found=_found(scene, touched, letters),
        hosts=_hosts(scene, touched),
        title=_title(scene, probability, touched, letters),
    )


def _place(name: str, url: str | None) -> tuple[str, str, str]:
    """(site, folder, series) of a page, from its address, or its name where it has none."""
    site, path, query = "", name.replace("\\", "/"), ""
    try:
        parts = urlsplit(url or "")
        if parts.hostname:
            site, path, query = parts.hostname.lower().removeprefix("www."), parts.path, parts.query
    except ValueError:
        pass
    folder, _, page = path.rpartition("/")
    page += f"?{query}" if query else ""
    pattern = _NUMBER.sub("#", page)
    return site, f"{folder}/", f"{folder}/{pattern}" if pattern != page else ""


class _Letters:
    """The folded letters of a page, without digits, spaces and marks, so that a line is the same line wherever it stands."""

    def __init__(self, scene: Scene) -> None:
        kind = scene.text.kind
        self.scene = scene
        self.at = np.flatnonzero((kind < c.SPACE) & (kind != c.DIGIT))
        self.codes = scene.text.code[self.at]

    def between(self, first: int, last: int) -> NDArray[np.uint32]:
        """Letters of the characters first … last of the text."""
        low, high = np.searchsorted(self.at, (first, last + 1))
        return self.codes[low:high]

    def lines(self) -> list[tuple[int, int, int]]:
        """(key, first phrase, last phrase) of every line that is long enough to be told from others."""
        phrases = self.scene.phrases
        if not len(phrases):
            return []
        heads = np.flatnonzero(np.r_[True, phrases.line[1:] != phrases.line[:-1]])
        tails = np.r_[heads[1:], len(phrases)] - 1
        found = []
        for head, tail in zip(heads.tolist(), tails.tolist(), strict=True):
            letters = self.between(int(phrases.first[head]), int(phrases.last[tail]))
            if len(letters) >= _SHORTEST_LINE:
                found.append((_key(letters), head, tail))
        return found

    def string(self, codes: NDArray[np.uint32]) -> str:
        return codes.astype("<u4").tobytes().decode("utf-32-le", "replace")


def _key(letters: NDArray[np.uint32]) -> int:
    return int.from_bytes(hashlib.blake2b(letters.tobytes(), digest_size=_KEY_BYTES).digest())


def _terms(scene: Scene, wanted: NDArray[np.bool_]) -> tuple[int, ...]:
    terms = scene.terms
    buckets = terms.bucket[wanted[terms.phrase]] & ((1 << TERM_BITS) - 1)
    return tuple(np.unique(buckets).tolist())


def _touched(scene: Scene, report: Report) -> NDArray[np.bool_]:
    """Which phrases a finding touches."""
    start, end = scene.text.start[scene.phrases.first], scene.text.end[scene.phrases.last]
    touched = np.zeros(len(scene), bool)
    for finding in report.findings:
        touched |= (start < finding.end) & (finding.start < end)
    return touched


def _found(scene: Scene, touched: NDArray[np.bool_], letters: _Letters) -> tuple[FoundLine, ...]:
    if not touched.any():
        return ()
    phrases, page = scene.phrases, scene.page
    out: dict[int, FoundLine] = {}
    for key, head, tail in letters.lines():
        if key in out or not touched[head : tail + 1].any():
            continue
        inside = np.zeros(len(phrases), bool)
        inside[head : tail + 1] = True
        chunk = int(phrases.chunk[head])
        out[key] = FoundLine(
            key=key,
            text=" ".join(shown_text(scene, head, tail)[: 4 * _EXCERPT].split())[:_EXCERPT],
            path=page.path(chunk),
            visibility=STATES[page.visibility[chunk]],
            terms=_terms(scene, inside)[:_MOST_FOUND],
        )
        if len(out) == _MOST_FOUND:
            break
    return tuple(out.values())


def _hosts(scene: Scene, touched: NDArray[np.bool_]) -> tuple[LinkedHost, ...]:
    page = scene.page
    host = scene.by_chunk(page.host)
    seen = np.isin(scene.by_chunk(page.visibility), list(SHOWN))
    out = []
    for number in np.unique(host[host > 0])[:_MOST_HOSTS].tolist():
        links = host == number
        out.append(LinkedHost(page.hosts[number][:_EXCERPT], bool((links & touched).any()), not bool((links & seen).any())))
    return tuple(out)


def _title(scene: Scene, probability: NDArray[np.float64], touched: NDArray[np.bool_], letters: _Letters) -> tuple[TitleSegment, ...]:
    phrases = scene.phrases
    role = scene.by_chunk(scene.page.role)
    body = letters.string(letters.codes[scene.page.role[scene.text.chunk[letters.at]] == TEXT])
    out = []
    for i in np.flatnonzero(role == TITLE)[:_MOST_SEGMENTS].tolist():
        part = letters.between(int(phrases.first[i]), int(phrases.last[i]))
        if len(part) > 1:
            shown = " ".join(shown_text(scene, i, i).split())[:_EXCERPT]
            out.append(TitleSegment(_key(part), shown, round(float(probability[i]), 4), bool(touched[i]), letters.string(part) in body))
    return tuple(out)
