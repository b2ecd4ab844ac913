"""SARIF 2.1.0 for code scanning: a rule for every category, a result for every finding, a notification for every unreadable input."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any, Final, TextIO
from urllib.parse import quote

from detector.report.fingerprint import fingerprint
from detector.report.inputs import AuditedInput
from detector.report.report import CATEGORIES, Finding, Report
from detector.report.safe_text import safe_json
from detector.report.version import tool_version
from detector.report.wording import CATEGORY, is_hidden, visibility_words

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVEL: Final = {"injected": "error", "suspicious": "warning"}
_SEVERITY: Final = {"prompt-injection": "8.0", "other": "6.0"}  # GitHub's security-severity; 7.0 otherwise
_LONGEST_SNIPPET: Final = 4_000  # characters; a longer finding has its region only
_MOST_NOTIFICATIONS: Final = 5_000  # they are kept until the end
_PAGE_RULE: Final = "injected-content"


class SarifRenderer:
    """Results are written as they come. Columns and offsets count characters (Unicode code points).

    Text of the page stands in snippets alone, never in a message, where viewers take ``[…](…)`` and ``{0}`` for links and arguments.
    """

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.results = 0
        self.unread = 0
        self.unreadable: list[dict[str, Any]] = []
        driver = {"name": "detector", "version": tool_version(), "rules": _rules()}
        tool = safe_json({"driver": driver})
        out.write(f'{{"$schema":"{_SCHEMA}","version":"2.1.0","runs":[{{"columnKind":"unicodeCodePoints","tool":{tool},"results":[')

    def write(self, audited: AuditedInput) -> None:
        """A result for each finding; of an input that could not be read, a notification at the end."""
        report = audited.report
        uri = _uri(audited.name)
        if report is None:
            place = {"physicalLocation": {"artifactLocation": {"uri": uri}}}
            self.unread += 1
            if self.unread > _MOST_NOTIFICATIONS:
                return
            self.unreadable.append({"level": "error", "message": {"text": _literal(audited.error or "")}, "locations": [place]})
        elif report.verdict != "clean":
            for finding in report.findings:
                self._result(_finding_result(audited.name, uri, report, finding))
            if not report.findings:
                self._result(_page_result(uri, report))

    def _result(self, result: dict[str, Any]) -> None:
        self.out.write((",\n" if self.results else "\n") + safe_json(result))
        self.results += 1

    def close(self) -> None:
        """The end of the results, and the invocation with its notifications."""
        if self.unread > len(self.unreadable):
            more = f"{self.unread - len(self.unreadable):,} further inputs could not be read."
            self.unreadable.append({"level": "error", "message": {"text": more}})
        invocation = {"executionSuccessful": not self.unreadable, "toolExecutionNotifications": self.unreadable}
        self.out.write(f'\n],"invocations":[{safe_json(invocation)}]}}]}}\n')


def _rules() -> list[dict[str, Any]]:
    page = {
        "id": _PAGE_RULE,
        "name": "InjectedContent",
        "shortDescription": {"text": "The page as a whole reads as injected content."},
        "properties": {"tags": ["security", "spam"], "security-severity": _SEVERITY["other"]},
    }
    return [page, *(_rule(category) for category in CATEGORIES)]


def _rule(category: str) -> dict[str, Any]:
    words = CATEGORY[category]
    return {
        "id": _rule_id(category),
        "name": "Injected" + "".join(part.capitalize() for part in category.split("-")),
        "shortDescription": {"text": f"Injected content: {words['en']} ({words['zh']})."},
        "help": {"text": "Remove the text, then look for how it got into the page: it often comes back while that way is open."},
        "properties": {"tags": ["security", "spam"], "security-severity": _SEVERITY.get(category, "7.0")},
    }


def _rule_id(category: str) -> str:
    return f"{_PAGE_RULE}/{category}"


def _finding_result(name: str, uri: str, report: Report, finding: Finding) -> dict[str, Any]:
    known = finding.category if finding.category in CATEGORIES else "other"
    place: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": _region(report, finding)}}
    if finding.location.path:
        place["logicalLocations"] = [{"fullyQualifiedName": finding.location.path, "kind": "element"}]
    return {
        "ruleId": _rule_id(known),
        "ruleIndex": 1 + CATEGORIES.index(known),
        "level": _LEVEL[report.verdict],
        "message": {"text": _message(finding, known)},
        "locations": [place],
        "partialFingerprints": {"injectedText/v1": fingerprint(name, finding)},
        "rank": round(100 * finding.probability, 2),
        "properties": {
            "score": round(report.score, 6),
            "probability": round(finding.probability, 6),
            "category": finding.category,
            "categoryProbability": round(finding.category_probability, 6),
            "visibility": finding.visibility,
            "reasons": [reason.to_dict() for reason in finding.reasons],
        },
    }


def _page_result(uri: str, report: Report) -> dict[str, Any]:
    return {
        "ruleId": _PAGE_RULE,
        "ruleIndex": 0,
        "level": _LEVEL[report.verdict],
        "message": {"text": f"The page as a whole reads as injected content (score {report.score:.3f})."},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri}}}],
        "rank": round(100 * report.score, 2),
    }


def _message(finding: Finding, category: str) -> str:
    text = f"Injected content: {CATEGORY[category]['en']} (probability {finding.probability:.3f})"
    if is_hidden(finding.visibility):
        text += ", hidden from visitors: " + _literal(visibility_words(finding.visibility)[0]["en"])
    reasons = [_literal(reason.en.rstrip(".")) for reason in finding.reasons[:3]]
    return f"{text}. {'; '.join(reasons)}." if reasons else text + "."


def _region(report: Report, finding: Finding) -> dict[str, Any]:
    text = report.source[finding.start : finding.end]
    lines, last = text.count("\n"), len(text) - (text.rfind("\n") + 1)
    region: dict[str, Any] = {
        "startLine": finding.location.line,
        "startColumn": finding.location.column,
        "endLine": finding.location.line + lines,
        "endColumn": last + 1 if lines else finding.location.column + last,
        "charOffset": finding.start,
        "charLength": finding.end - finding.start,
    }
    if finding.byte_start is not None and finding.byte_end is not None:
        region |= {"byteOffset": finding.byte_start, "byteLength": finding.byte_end - finding.byte_start}
    if len(text) <= _LONGEST_SNIPPET:
        region["snippet"] = {"text": text}
    return region


def _literal(text: str) -> str:
    """Text in which a SARIF message has no links and no placeholders."""
    text = text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return text.replace("{", "{{").replace("}", "}}")


def _uri(name: str) -> str:
    """A URI reference for the input: web addresses stay, paths become relative references or file URIs."""
    if name.lower().startswith(("http://", "https://")):
        return quote(name, safe="%/:=&?~#+!$,;'@()*[]", errors="replace")
    path = PurePath(name)
    quoted = quote(path.as_posix(), safe="/!$&'()*+,;=@~", errors="replace")
    return f"file://{'' if quoted.startswith('/') else '/'}{quoted}" if path.is_absolute() else quoted
