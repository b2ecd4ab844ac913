"""SARIF, held to the schema of the standard (sarif-2.1.0-rtm.5.json, as the npm package @microsoft/jest-sarif 1.0.0-beta.0 carries it)."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from detector.report.inputs import AuditedInput
from detector.report.renderers import render
from detector.report.report import CATEGORIES, Reason

Make = Callable[..., AuditedInput]
SCHEMA = json.loads((Path(__file__).parent / "sarif-2.1.0-rtm.5.json").read_text("utf-8"))


def run_of(*inputs: AuditedInput) -> dict[str, Any]:
    out = io.StringIO()
    render("sarif", inputs, out)
    document = json.loads(out.getvalue())
    jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER).validate(document)
    (run,) = document["runs"]
    assert isinstance(run, dict)
    return run


def test_a_run_of_nothing_is_valid() -> None:
    run = run_of()
    assert run["results"] == []
    assert run["invocations"][0]["executionSuccessful"] is True


def test_a_finding_is_a_result_at_its_region(page: Make) -> None:
    (result,) = run_of(page("docs/a b.html", "<p>\nQuiet.\n</p> ⟪赌场|\n<b>slots</b>⟫ end", visibility="comment"))["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "docs/a%20b.html"
    assert place["region"] == {
        "startLine": 3, "startColumn": 6, "endLine": 4, "endColumn": 13, "charOffset": 16, "charLength": 16,
        "byteOffset": 16, "byteLength": 20, "snippet": {"text": "赌场|\n<b>slots</b>"},
    }  # fmt: skip
    assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "html > body > p"
    assert result["level"] == "error"
    assert "hidden from visitors: HTML comment" in result["message"]["text"]


def test_a_result_names_its_rule_by_place_and_id(page: Make) -> None:
    for category in [*CATEGORIES, "of-my-own-model"]:
        run = run_of(page("a", "⟪x⟫", category=category))
        (result,) = run["results"]
        rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["id"].endswith("/" + (category if category in CATEGORIES else "other"))
        assert result["properties"]["category"] == category


def test_suspicious_pages_are_warnings_and_clean_ones_nothing(page: Make) -> None:
    run = run_of(page("a", "⟪x⟫", verdict="suspicious"), page("b", "quiet"), page("c", "all of it", verdict="injected"))
    assert [(r["level"], r["ruleId"]) for r in run["results"]] == [("warning", "injected-content/gambling"), ("error", "injected-content")]


def test_unreadable_inputs_are_notifications(unreadable: Make) -> None:
    (invocation,) = run_of(unreadable("gone.html", "no such file"))["invocations"]
    assert invocation["executionSuccessful"] is False
    (notification,) = invocation["toolExecutionNotifications"]
    assert notification["message"]["text"] == "no such file"
    assert notification["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "gone.html"


def test_no_text_of_a_page_stands_in_a_message_where_viewers_make_links_of_it(page: Make) -> None:
    attack = "[click](javascript:alert(1)) {0}"
    (result,) = run_of(page("a", f"⟪{attack}⟫", reasons=(Reason("r", 1.0, f"Reason {attack}", "x"),), visibility=attack))["results"]
    assert "[click](" not in result["message"]["text"].replace("\\[", "")
    assert "{0}" not in result["message"]["text"].replace("{{0}}", "")
    assert result["locations"][0]["physicalLocation"]["region"]["snippet"]["text"] == attack


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("https://a.example/x?y=1&z=%20#f", "https://a.example/x?y=1&z=%20#f"),
        ("https://a.example/赌 场", "https://a.example/%E8%B5%8C%20%E5%9C%BA"),
        ("/var/www/a.html", "file:///var/www/a.html"),
        ("dir/a#b?.html", "dir/a%23b%3F.html"),
        ("javascript:alert(1)", "javascript%3Aalert(1)"),
        ("archive.warc.gz:<urn:uuid:1>", "archive.warc.gz%3A%3Curn%3Auuid%3A1%3E"),
        ("a\udce4\x1b.html", "a%3F%1B.html"),
        ("-", "-"),
    ],
)
def test_names_become_uris(name: str, uri: str, page: Make) -> None:
    (result,) = run_of(page(name, "⟪x⟫"))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_the_fingerprint_stays_when_the_finding_moves_and_changes_with_page_or_text(page: Make) -> None:
    def print_of(name: str, marked: str, **members: Any) -> str:
        return str(run_of(page(name, marked, **members))["results"][0]["partialFingerprints"]["injectedText/v1"])

    first = print_of("a", "⟪slots online⟫")
    assert print_of("a", "<p>new</p>\n⟪slots \n online⟫", probability=0.7, category="other") == first
    assert print_of("b", "⟪slots online⟫") != first
    assert print_of("a", "⟪slots offline⟫") != first


def test_a_very_long_finding_has_a_region_and_no_snippet(page: Make) -> None:
    (result,) = run_of(page("a", "⟪" + "x" * 10_000 + "⟫"))["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region["charLength"] == 10_000
    assert "snippet" not in region


def test_of_very_many_unreadable_inputs_the_rest_is_counted(unreadable: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detector.report.renderers.sarif._MOST_NOTIFICATIONS", 2)
    notes = run_of(*(unreadable(f"{n}.html", "gone") for n in range(5)))["invocations"][0]["toolExecutionNotifications"]
    assert len(notes) == 3
    assert notes[-1]["message"]["text"] == "3 further inputs could not be read."
