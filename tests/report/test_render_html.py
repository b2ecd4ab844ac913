"""The HTML file as a file: one, self-contained, bounded, with nothing of a page in its markup. How it behaves: test_render_html_in_browser.py."""

from __future__ import annotations

import base64
import hashlib
import html.parser
import io
import json
import re
from collections.abc import Callable
from importlib.resources import files

import pytest

from detector.report.inputs import AuditedInput
from detector.report.renderers import html as html_renderer
from detector.report.renderers import render
from detector.report.report import CATEGORIES
from detector.report.wording import CATEGORY, STATUS, VISIBILITY, is_hidden

Make = Callable[..., AuditedInput]
ATTACK = "</script ></script/></script><!--<script>alert(1)</script><img src=x onerror=alert(1)>]]>&lt;\u2028\u2029'\"javascript:alert(1)"


class Markup(html.parser.HTMLParser):
    """The tags of a file, and what stands in its script and style elements."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.raw: list[tuple[str, dict[str, str | None], str]] = []
        self._inside: tuple[str, dict[str, str | None]] | None = None
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = (tag, dict(attrs)) if tag in ("script", "style") else None

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.raw.append((*self._inside, data))

    def handle_endtag(self, tag: str) -> None:
        self._inside = None


def file_of(*inputs: AuditedInput) -> str:
    out = io.StringIO()
    render("html", inputs, out)
    return out.getvalue()


def data_of(source: str, block: str) -> object:
    return json.loads(next(data for tag, attributes, data in Markup(source).raw if attributes.get("id") == block))


def test_a_hostile_page_changes_the_data_and_not_one_tag(page: Make, unreadable: Make) -> None:
    harmless = file_of(page("a", "⟪spam⟫", url="u"), unreadable("c", "e"))
    hostile = file_of(
        page(ATTACK, f"{ATTACK}⟪{ATTACK}⟫{ATTACK}", url=ATTACK, category=ATTACK, visibility=ATTACK), unreadable(ATTACK, ATTACK)
    )
    assert Markup(hostile).tags == Markup(harmless).tags
    pages = data_of(hostile, "audited")
    assert isinstance(pages, list)
    assert pages[0]["name"] == ATTACK
    assert pages[0]["findings"][0]["category"] == ATTACK


def test_it_asks_for_nothing_from_anywhere(page: Make) -> None:
    tags = Markup(file_of(page("a", "⟪spam⟫", url="https://host.example/"))).tags
    assert {name for name, _ in tags} & {"img", "iframe", "object", "embed", "form", "base", "audio", "video"} == set()
    for _, attributes in tags:
        assert not any(name.startswith("on") or name in ("src", "style") for name in attributes)
        assert (attributes.get("href") or "#").startswith(("#", "data:image/svg+xml,"))


def test_the_policy_admits_the_reports_own_script_and_style_and_nothing_else(page: Make) -> None:
    markup = Markup(file_of(page("a", "⟪spam⟫")))
    policy = next(attributes["content"] for _, attributes in markup.tags if attributes.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    directives = {name: values for name, *values in (directive.split() for directive in policy.split(";"))}
    assert directives["default-src"] == ["'none'"]
    assert directives["base-uri"] == directives["form-action"] == directives["trusted-types"] == ["'none'"]
    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        texts = [data for name, attributes, data in markup.raw if name == tag and "type" not in attributes]
        assert directives[directive] == [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in texts]
        assert len(texts) == 1


def test_no_source_of_a_page_is_kept_beyond_what_stands_around_its_findings(page: Make) -> None:
    source = file_of(page("a", "far " * 50_000 + "⟪spam⟫" + "away " * 50_000), page("b", "clean " * 50_000))
    assert len(source) < 100_000
    assert source.count("clean ") < 20


def test_a_page_with_very_many_findings_shows_a_bounded_number(page: Make) -> None:
    pages = data_of(file_of(page("a", "⟪x⟫ y " * 500)), "audited")
    assert isinstance(pages, list)
    assert pages[0]["count"] == 500
    assert len(pages[0]["findings"]) == 60


def test_when_the_file_is_full_pages_are_listed_without_text_and_then_counted(page: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_renderer, "_CHARACTERS_OF_PAGES", 3_000)
    monkeypatch.setattr(html_renderer, "_PAGES_LISTED", {"injected": 10, "suspicious": 0, "unreadable": 0, "clean": 5})
    source = file_of(*[page(f"{n}", "⟪spam⟫") for n in range(30)], *[page(f"c{n}", "quiet") for n in range(7)])
    pages, run = data_of(source, "audited"), data_of(source, "run")
    assert isinstance(pages, list)
    assert isinstance(run, dict)
    assert len(pages) == 15
    assert 0 < sum("passages" in p for p in pages) < 10
    assert run["unlisted"] == {"injected": 20, "suspicious": 0, "clean": 2, "unreadable": 0}
    assert run["categories"] == [{"name": "gambling", "count": 30, "hidden": 0}]


def test_a_report_of_nothing_is_a_report() -> None:
    assert data_of(file_of(), "audited") == []


def test_every_name_has_english_and_chinese() -> None:
    assert set(CATEGORY) == set(CATEGORIES)
    words = [*CATEGORY.values(), *STATUS.values(), *(word for pair in VISIBILITY.values() for word in pair)]
    for word in words:
        assert re.search("[a-zA-Z]", word["en"])
        assert re.search("[一-鿿]", word["zh"])


def test_every_way_of_hiding_that_is_found_has_words() -> None:
    from detector.page.markup import ROLES
    from detector.page.states import SHOWN, STATES

    assert {*STATES, *ROLES} - {"text"} - set(VISIBILITY) == set()
    seen = {state for state in VISIBILITY if not is_hidden(state)}
    assert seen == {"after-html", *(STATES[index] for index in SHOWN)}


def test_the_reports_own_words_are_the_same_in_both_languages_and_all_used() -> None:
    scripts = files("detector.report").joinpath("templates", "scripts")
    words = scripts.joinpath("words.js").read_text("utf-8")
    english, chinese = words[words.index("en: {") : words.index("zh: {")], words[words.index("zh: {") : words.index("\n};")]
    keys = [re.findall(r'(\w+): "', part) for part in (english, chinese)]
    assert keys[0] == keys[1]
    users = words[words.index("\n};") :] + files("detector.report").joinpath("templates", "report.html.jinja").read_text("utf-8")
    users += "".join(entry.read_text("utf-8") for entry in scripts.iterdir() if entry.name != "words.js")
    assert [key for key in keys[0] if f'"{key.removesuffix("One")}"' not in users] == []
