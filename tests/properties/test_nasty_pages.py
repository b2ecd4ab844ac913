"""Small versions of the nasty pages of ``benchmarks/nasty.py``: each is audited to its end within a limit that only a hang exceeds."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from benchmarks.nasty import PAGES
from detector.auditor import Auditor
from tests.properties.conftest import Within

AUDITOR = Auditor()

# Where work grew with the square of the page. At this size each took minutes before it was put right.
ONCE_QUADRATIC = [
    "style rules by id", "deep style sheet", "nested rules with long selectors", "selectors with open brackets",
    "strings with escaped quotes in a sheet", "a gigantic style attribute", "scripts of quotes", "a written name of code", "markup in attributes",
    "calls in open braces", "closing braces", "escaped letters without end", "classes of one element",
]  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_is_audited_and_its_text_drawn(name: str, within: Within) -> None:
    content = PAGES[name](8_000)
    with within(20):
        report = AUDITOR.audit(content)
        assert report.verdict in ("clean", "suspicious", "injected")
        assert isinstance(report.text, str) and report.blocks is not None


@pytest.mark.parametrize("name", ONCE_QUADRATIC)
def test_takes_time_in_proportion_to_its_size(name: str, within: Within) -> None:
    content = PAGES[name](200_000)
    with within(20):
        AUDITOR.audit(content)


def test_hundreds_of_findings_are_placed_in_one_pass(within: Within) -> None:
    pages = [
        "".join(f"<p>casino bonus|slots online</p>{'<hr>' * 160}" for _ in range(400)),
        "<html>" + "".join(f"<div>casino bonus|slots online|{'<hr>' * 160}" for _ in range(400)),
        "".join(f"<p>casino bonus|日本語</p>{'<hr>' * 160}" for _ in range(400)).encode("iso2022_jp"),
    ]
    credulous = Auditor(threshold=-100.0)
    credulous._model = replace(credulous._model, phrase_threshold=-100.0)  # whatever the model of the day thinks, all of it is a finding
    for content in pages:
        with within(20):
            report = credulous.audit(content)
            assert len(report.findings) > 30
            assert report.text is not None and len(report.blocks) > 30


def test_names_of_code_are_told_as_one_expression_tells_them() -> None:
    """The linear rule is held to the short, and slow, expression that it stands for."""
    import re

    from detector.page.script_text import _is_name_of_code

    plain = re.compile(r"^[\s.#\w$-]*[a-z0-9][A-Z_.]\w*\s*$|^\s*[.#&%@:$][\w.-]*\s*$|^\s*\w+[_.]\w+\s*$|^\s*[^\s=]+=\S*$")
    chosen = random.Random(1)
    for _ in range(5000):
        text = "".join(chosen.choices("aA_.0 \n=#$-é中!:\x1f\u2003", k=chosen.randrange(9)))
        assert _is_name_of_code(text) == bool(plain.match(text)), text
