"""Text for a terminal or a log: what was found, where, how it is hidden, and why it was taken for an injection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TextIO

from detector.report.excerpt import JOINED, LEFT_OUT, Piece, passages
from detector.report.inputs import AuditedInput
from detector.report.report import Finding, Report
from detector.report.safe_text import one_line
from detector.report.site.evidence import Evidence, SiteReport
from detector.report.tally import Tally
from detector.report.terminal import Painter, language
from detector.report.wording import EVIDENCE, STATUS, Language, category_words, is_hidden, visibility_words

_FINDINGS_SHOWN: Final = 50  # of a page: a text with more is for a machine, which has the other formats
_REASONS_SHOWN: Final = 4
_EVIDENCE_SHOWN: Final = 20  # of a site
_EXAMPLES_SHOWN: Final = 3
_SOURCE_AROUND: Final = 400  # characters of source looked through for text around a finding
_TEXT_AROUND: Final = 60  # characters of text shown on each side of it
_TEXT_MARKED: Final = 240  # characters of source of the finding itself
_STATUS_STYLE: Final = {"injected": "bold red", "suspicious": "yellow", "clean": "green", "unreadable": "magenta"}

_WORDS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "score": "score {score:.3f}",
        "why": "why",
        "hidden": "hidden: {how}",
        "more": "… and {count} more findings",
        "limit": "stopped at a limit: {limits}",
        "page": "1 page audited",
        "n_pages": "{count} pages audited",
        "finding": "1 finding",
        "n_findings": "{count} findings",
        "site": "site {name}",
        "these": "of these pages",
        "site_pages": "{pages} pages, {injected} injected, {suspicious} suspicious",
        "clean_sites": "{count} clean sites",
        "clean_site": "1 clean site",
        "on": "e.g. {names}",
        "accepted": "{count} accepted by the baseline",
        "time": "{seconds:.1f} s",
        "comma": ", ",
    },
    "zh": {
        "score": "得分 {score:.3f}",
        "why": "依据",
        "hidden": "隐藏方式：{how}",
        "more": "…… 另有 {count} 处",
        "limit": "因达到上限而停止：{limits}",
        "page": "共审查 1 个页面",
        "n_pages": "共审查 {count} 个页面",
        "finding": "发现 1 处",
        "n_findings": "发现 {count} 处",
        "site": "网站 {name}",
        "these": "（这些页面）",
        "site_pages": "{pages} 个页面，{injected} 个被注入，{suspicious} 个可疑",
        "clean_sites": "{count} 个干净的网站",
        "clean_site": "1 个干净的网站",
        "on": "例如 {names}",
        "accepted": "基线已接受 {count} 处",
        "time": "{seconds:.1f} 秒",
        "comma": "，",
    },
}


class TextRenderer:
    """Clean pages that were audited to their end, and inputs that could not be read, are only counted, in the last line.

    Why an input could not be read is for standard error. colour: None lets the stream and the environment decide.
    """

    def __init__(self, out: TextIO, colour: bool | None = None) -> None:
        self.painter = Painter(out, colour)
        self.tally = Tally()
        self.language = language()
        self.words = _WORDS[self.language]

    def write(self, audited: AuditedInput) -> None:
        """The findings of one input; of clean and unreadable ones only the count is kept."""
        self.tally.add(audited)
        if audited.report is None or (audited.report.verdict == "clean" and not audited.report.limits):
            return
        name, status = one_line(audited.name), audited.status
        verdict = (STATUS[status][self.language], _STATUS_STYLE[status])
        self.painter.line((name, "bold"), ("  ", ""), verdict, ("  " + self.words["score"].format(score=audited.report.score), "dim"))
        if audited.report.limits:
            self.painter.line(("  " + self.words["limit"].format(limits=one_line(", ".join(audited.report.limits))), "yellow"))
        for finding in audited.report.findings[:_FINDINGS_SHOWN]:
            self._finding(name, audited.report, finding)
        if len(audited.report.findings) > _FINDINGS_SHOWN:
            self.painter.line(("  " + self.words["more"].format(count=len(audited.report.findings) - _FINDINGS_SHOWN), "dim"))
        self.painter.line()

    def _finding(self, name: str, report: Report, finding: Finding) -> None:
        line = self.painter.line
        place = f"{name}:{finding.location.line}:{finding.location.column}"
        line((f"  {place}", "cyan"), (f"  {one_line(finding.location.path)}", "dim"))
        line(("    ", ""), *self._excerpt(report, finding))
        line(("    ", ""), *self._kind(finding))
        for number, reason in enumerate(sorted(finding.reasons, key=lambda reason: -reason.weight)[:_REASONS_SHOWN]):
            label = self.words["why"] if not number else " " * (len(self.words["why"].encode("gbk")))
            line((f"    {label}  {reason.weight:+5.1f}  {one_line(getattr(reason, self.language))}", "dim"))

    def _kind(self, finding: Finding) -> list[tuple[str, str]]:
        category = one_line(category_words(finding.category)[self.language])
        parts = [(f"{category} {finding.probability:.3f}", "bold")]
        if finding.visibility != "visible":
            how = one_line(visibility_words(finding.visibility)[0][self.language])
            parts.append(("  " + (self.words["hidden"].format(how=how) if is_hidden(finding.visibility) else how), "magenta"))
        return parts

    def _excerpt(self, report: Report, finding: Finding) -> list[tuple[str, str]]:
        pieces = [piece for passage in passages(report, [finding], _SOURCE_AROUND, _TEXT_MARKED) for piece in passage.pieces]
        marked = [piece for piece in pieces if piece.finding is not None]
        before = _joined([piece for piece in pieces if piece.finding is None and piece.end <= finding.start]).lstrip()
        after = _joined([piece for piece in pieces if piece.finding is None and piece.start >= finding.end], first_gap=True).rstrip()
        opening, closing = ("", "") if self.painter.colour else ("[[", "]]")
        return [
            (before if len(before) <= _TEXT_AROUND else "…" + before[-_TEXT_AROUND:], "dim"),
            (" " if before and marked and marked[0].gap != JOINED else "", ""),
            (f"{opening}{_joined(marked).strip()}{closing}", "bold red underline"),
            (after if len(after) <= _TEXT_AROUND else after[:_TEXT_AROUND] + "…", "dim"),
        ]

    def sites(self, reports: Sequence[SiteReport]) -> None:
        """The verdicts on sites with their evidence."""
        line, words = self.painter.line, self.words
        clean = sum(report.verdict == "clean" for report in reports)
        for report in reports:
            if report.verdict == "clean" and len(reports) > 1:
                continue
            name = words["site"].format(name=one_line(report.name) or words["these"])
            counts = words["site_pages"].format(pages=report.pages, injected=report.injected, suspicious=report.suspicious)
            line((name, "bold"), ("  ", ""), (STATUS[report.verdict][self.language], _STATUS_STYLE[report.verdict]), (f"  {counts}", "dim"))
            for evidence in report.evidence[:_EVIDENCE_SHOWN]:
                self._evidence(evidence)
            if len(report.evidence) > _EVIDENCE_SHOWN:
                line(("  " + words["more"].format(count=len(report.evidence) - _EVIDENCE_SHOWN), "dim"))
            line()
        if clean and len(reports) > 1:
            line((words["clean_site"] if clean == 1 else words["clean_sites"].format(count=clean), "green"))
            line()

    def _evidence(self, evidence: Evidence) -> None:
        line = self.painter.line
        kind = EVIDENCE[evidence.kind][self.language]
        line((f"  {kind}", "bold"), (f"  {one_line(evidence.what)}" if evidence.what else "", _STATUS_STYLE[evidence.verdict]))
        line((f"    {getattr(evidence, self.language)}", ""))
        if evidence.where:
            how = visibility_words(evidence.visibility)[0][self.language]
            line((f"    {one_line(evidence.where)}", "dim"), (f"  {one_line(how)}" if evidence.visibility != "visible" else "", "magenta"))
        names = ", ".join(one_line(name) for name in evidence.examples[:_EXAMPLES_SHOWN])
        line(("    " + self.words["on"].format(names=names), "dim"))

    def close(self) -> None:
        """The line of counts."""
        words, counts = self.words, self.tally.inputs
        parts = [words["page"] if self.tally.pages == 1 else words["n_pages"].format(count=self.tally.pages)]
        parts += [f"{count} {STATUS[status][self.language]}" for status, count in counts.items() if count]
        if self.tally.findings:
            parts.append(words["finding"] if self.tally.findings == 1 else words["n_findings"].format(count=self.tally.findings))
        if self.tally.accepted:
            parts.append(words["accepted"].format(count=self.tally.accepted))
        worst = next((status for status, count in counts.items() if count), "clean")
        comma = words["comma"]
        self.painter.line((comma.join(parts), _STATUS_STYLE[worst]), (comma + words["time"].format(seconds=self.tally.seconds), "dim"))


def _joined(pieces: list[Piece], first_gap: bool = False) -> str:
    """The pieces on one line, with a space for a break of any strength, before the first of them where asked for."""
    parts: list[str] = []
    for piece in pieces:
        parts.append("" if piece.gap == JOINED or not (parts or first_gap) else " … " if piece.gap == LEFT_OUT else " ")
        parts.append(piece.text)
    return one_line("".join(parts))
