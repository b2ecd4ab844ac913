"""Chromium and `detector.page.visibility` agree on every way of hiding a text. Skipped where there is no Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.rendering import CHROMIUM, chromium, rendered_texts
from detector.page.visibility import SHOWN, STATES
from tests.page.hiding_cases import CASES, SCRIPTED, TARGET

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    pytest.importorskip("playwright", reason="playwright is not installed")
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    with chromium() as opened:
        yield opened


def is_seen(page: Page, source: str, *, scripts: bool = False) -> bool:
    return any(not node.hidden for node in rendered_texts(page, source, scripts=scripts) if TARGET in node.text)


@pytest.mark.parametrize(("state", "name", "source"), CASES, ids=[f"{state}: {name}" for state, name, _ in CASES])
def test_chromium_shows_what_we_call_visible_and_nothing_else(page: Page, state: str, name: str, source: str) -> None:
    assert is_seen(page, source) == (STATES.index(state) in SHOWN)


@pytest.mark.parametrize(("state", "name", "source"), SCRIPTED, ids=[f"{state}: {name}" for state, name, _ in SCRIPTED])
def test_scripts_that_hide_are_told_from_those_that_do_not(page: Page, state: str, name: str, source: str) -> None:
    assert is_seen(page, source, scripts=True) == (state == "visible")


def test_a_text_after_the_document_is_seen(page: Page) -> None:
    assert is_seen(page, f"<!doctype html><html><body><p>A page.</p></body></html>\n<p>{TARGET}</p>")
