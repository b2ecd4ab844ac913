"""One page in, one `Report` out: decode, read, segment, score, localise, report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, TypeVar

from detector.classifier.localise import localise
from detector.classifier.model import Model, load, shipped_model
from detector.classifier.score import score
from detector.features.scene import read_scene
from detector.page.decoding import decode
from detector.page.page import read_page
from detector.report.audited import AuditedPage
from detector.report.build import build_findings
from detector.report.cut import without
from detector.report.messages import SURE, with_messages
from detector.report.report import Report, Verdict
from detector.segmentation.invisible import invisible_messages

Content = TypeVar("Content", bytes, str)
MAX_CHARS: Final = 20_000_000
SUSPICION: Final = 3.0  # the band below "injected" reaches down to this many times the false-alarm rate


class Auditor:
    """Audits pages with one model and one false-alarm rate. Reusable; safe in threads and processes; picklable.

    model: path of a model file, None for the shipped one; false_alarm_rate: share of clean pages (0..1) that may be called injected;
    threshold: page log-odds to use instead of the rate; max_chars: characters of a page that are read, the rest is left unread and the
    report says so. Raises ModelError where the model file cannot be used, ValueError on a rate outside 0..1.
    """

    def __init__(
        self, model: str | Path | None = None, *, false_alarm_rate: float = 1e-3, threshold: float | None = None, max_chars: int = MAX_CHARS
    ) -> None:
        if not 0 < false_alarm_rate < 1:
            raise ValueError(f"false_alarm_rate must lie between 0 and 1, not {false_alarm_rate}")
        if max_chars < 1:
            raise ValueError(f"max_chars must be at least 1, not {max_chars}")
        self._path = None if model is None else Path(model)
        self._model: Model = shipped_model() if self._path is None else load(self._path)
        self.false_alarm_rate = false_alarm_rate
        self.max_chars = max_chars
        self._injected = self._model.threshold(false_alarm_rate) if threshold is None else threshold
        self._suspicious = (
            min(self._injected, self._model.threshold(min(false_alarm_rate * SUSPICION, 0.5))) if threshold is None else threshold
        )
        self._asked_threshold = threshold

    def __reduce__(self) -> tuple[object, ...]:
        return _auditor, (self._path, self.false_alarm_rate, self._asked_threshold, self.max_chars)

    @property
    def settings(self) -> dict[str, object]:
        """What its results depend on, as JSON values: two auditors with the same settings give the same reports."""
        return {
            "model": self._model.header["sha256"],
            "false-alarm-rate": self.false_alarm_rate,
            "threshold": self._asked_threshold,
            "max-chars": self.max_chars,
        }

    def audit(self, content: bytes | str, url: str | None = None, content_type: str | None = None) -> Report:
        """Audit one page, HTML or plain text. Never raises on content."""
        decoded = decode(content, content_type) if isinstance(content, bytes) else None
        source = decoded.text if decoded is not None else str(content)
        limits: tuple[str, ...] = ()
        if len(source) > self.max_chars:
            source, limits = source[: self.max_chars], ("max-chars",)
        scene = read_scene(read_page(source, content_type, url))
        scores = score(self._model, scene)
        verdict = self._verdict(scores.page)
        spans = localise(scene, scores, min(self._suspicious, scores.page), self._model.phrase_threshold) if verdict != "clean" else []
        findings = build_findings(self._model, scene, scores, spans, decoded)
        probability = self._model.page_probability(scores.page)
        messages = invisible_messages(source, scene.page.codes)
        if messages:  # evidence that needs no model
            findings, verdict = with_messages(findings, verdict, messages, scene, decoded)
            probability = max(probability, SURE if verdict == "injected" else 0.5)
        return Report(
            verdict=verdict,
            score=probability,
            findings=findings,
            source=source,
            url=url,
            encoding=decoded.encoding if decoded is not None else None,
            limits=limits,
            audited=AuditedPage(scene, scores.phrase),
        )

    def audit_many(self, contents: Iterable[bytes | str]) -> Iterator[Report]:
        """Audit pages one after the other, lazily, in order."""
        for content in contents:
            yield self.audit(content)

    def clean(self, content: Content, url: str | None = None, content_type: str | None = None) -> Content:
        """The content without what was found: the same type, every other byte (or character) as it was."""
        return without(content, self.audit(content, url, content_type).findings)

    def _verdict(self, page: float) -> Verdict:
        return "injected" if page > self._injected else "suspicious" if page > self._suspicious else "clean"


def _auditor(path: Path | None, rate: float, threshold: float | None, max_chars: int) -> Auditor:
    return Auditor(path, false_alarm_rate=rate, threshold=threshold, max_chars=max_chars)
