"""The HTML report opened in Chromium: it works, in both languages and themes, and no page that it reports on can act in it."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from detector.report.inputs import AuditedInput
from detector.report.renderers import render, render_all
from detector.report.report import Reason
from detector.report.site.evidence import Evidence, SiteReport

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Make = Callable[..., AuditedInput]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
)  # fmt: skip
ATTACKS = (
    "<script>window.owned=1</script>",
    "</script><script>window.owned=1</script>",
    "</script ><script >window.owned=1</script >",
    "</script/><svg/onload=window.owned=1>",
    "<!--<script>window.owned=1</script>-->",
    "<img src=x onerror='window.owned=1'>",
    "<svg onload=window.owned=1><style>@import 'https://evil.example/a.css'</style>",
    "javascript:window.owned=1",
    '"];window.owned=1;//\u2028\u2029window.owned=1//',
    "' onmouseover='window.owned=1' x='",
    "<iframe srcdoc='<script>parent.owned=1</script>'></iframe>",
    "<base href='https://evil.example/'><meta http-equiv=refresh content='0;url=https://evil.example'>",
    "{{ 7*7 }}{% raw %}${window.owned=1}",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=window.owned=1&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=window.owned=1>'>",
    "<template shadowrootmode=open><script>window.owned=1</script></template>",
    "</textarea></title></xmp></style></noembed><svg><script>window.owned=1</script>",
    "<form action=javascript:window.owned=1><button autofocus onfocus=window.owned=1><input formaction=javascript:window.owned=1>",
    "<a href='data:text/html,<script>opener.owned=1</script>' autofocus tabindex=1 onfocus=window.owned=1>",
    "\\u003cscript>window.owned=1\\u003c/script>&#x3c;script&#x3e;window.owned=1&#x3c;/script&#x3e;",
    "<\u017fcript>window.owned=1</\u017fcript>\x00<scr\x00ipt>window.owned=1</scr\x00ipt>",
    "--></script><![CDATA[<script>window.owned=1</script>]]>",
    "__proto__",
    "constructor",
    "\u202egnp.exe\u2066\x00\x1b[2J\ud800\U000e0041",
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install playwright")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Opens the report on some inputs. What the window asks for and complains of must stay empty."""
    contexts, asked, complaints = [], [], []

    def open_report(*inputs: AuditedInput, sites: list[SiteReport] | None = None, **options: Any) -> Page:
        path = tmp_path / "report.html"
        with path.open("w", encoding="utf-8", newline="\n") as out:
            render_all([("html", out)], inputs, None if sites is None else lambda: sites)
        settings: dict[str, Any] = {"locale": "en-GB", "viewport": {"width": 1300, "height": 900}, "accept_downloads": True}
        context = browser.new_context(**settings | options)
        contexts.append(context)
        window = context.new_page()
        window.on("request", lambda request: asked.append(request.url) if request.url not in (path.as_uri(),) else None)
        window.on("console", lambda message: complaints.append(message.text))
        window.on("pageerror", lambda error: complaints.append(str(error)))
        window.on("dialog", lambda dialog: complaints.append(dialog.message))
        window.goto(path.as_uri())
        return window

    yield open_report
    for context in contexts:
        context.close()
    assert [url for url in asked if not url.startswith(("blob:", "data:image/svg+xml,", path_of_fragment(tmp_path)))] == []
    assert complaints == []


def path_of_fragment(folder: Path) -> str:
    return (folder / "report.html").as_uri() + "#"


def names(window: Page) -> list[str]:
    return [text.strip() for text in window.locator("#list .name").all_inner_texts()]


@pytest.fixture
def some(page: Make, unreadable: Make) -> list[AuditedInput]:
    return [
        page(
            "site/ferry.html",
            "<p>The ferry leaves at nine.</p><p>⟪casino bonus|slots⟫</p><p>Tickets on board.</p>",
            visibility="off-screen",
        ),
        page("site/clinic.html", "Doors open. ⟪buy pills⟫ Closed. ⟪cheap pills⟫", category="pharma", score=0.9),
        page("site/bakery.html", "Bread. ⟪essay help⟫", verdict="suspicious", score=0.6, category="essay-mill"),
        page("site/museum.html", "quiet"),
        unreadable("site/gone.html", "no such file"),
    ]


def test_pages_that_attack_the_report_do_nothing(opened: Callable[..., Page], page: Make, unreadable: Make) -> None:
    inputs = [
        page(
            attack,
            f"<p>before {attack}</p>⟪{attack} spam⟫<p>{attack} after</p>",
            url=attack,
            text=f"{attack} spam",
            category=attack,
            visibility=attack,
            reasons=(Reason(attack, 1.0, attack, attack),),
        )
        for attack in ATTACKS
    ]
    window = opened(*inputs, unreadable(ATTACKS[1], ATTACKS[1]))
    assert window.locator("#list li").count() == len(ATTACKS) + 1
    for language in range(2):
        for number in range(len(ATTACKS) + 1):
            window.locator("#list button").nth(number).click()
            for hover in window.locator("#page mark, #page h2 bdi").all()[:2]:
                hover.hover()
            for not_spam in window.locator(".not-spam").all():
                not_spam.click()
        window.locator(".bar").first.click()
        window.locator(".bar").first.click()
        if not language:
            window.keyboard.press("l")
    assert window.evaluate("window.owned") is None
    assert window.evaluate("document.querySelectorAll('#page script, #page img, #page iframe, #page a, #list a, base').length") == 0
    assert window.evaluate("document.querySelectorAll('script').length") == 3
    assert window.url.split("#")[0].endswith("report.html")


def test_the_policy_stops_what_would_be_put_into_the_window(browser: Browser, tmp_path: Path, page: Make) -> None:
    path = tmp_path / "report.html"
    with path.open("w", encoding="utf-8", newline="\n") as out:
        render("html", [page("a", "⟪x⟫")], out)
    with browser.new_context() as context:
        window = context.new_page()
        window.goto(path.as_uri())
        window.evaluate(
            "const s = document.createElement('script'); try { s.textContent = 'window.owned = 1' } catch {} document.body.append(s)"
        )
        with pytest.raises(Exception, match="TrustedHTML"):
            window.evaluate("document.body.innerHTML = '<img src=x onerror=window.owned=1>'")
        window.evaluate("const i = new Image(); i.src = 'https://evil.example/x.png'; document.body.append(i)")
        assert window.evaluate("window.owned") is None
        assert window.evaluate("fetch('https://evil.example').then(() => 'sent', () => 'refused')") == "refused"


def test_the_worst_page_is_open_at_first_with_its_text_marked_and_explained(opened: Callable[..., Page], some: list[AuditedInput]) -> None:
    window = opened(*some)
    assert window.locator("h1").inner_text() == "2 of 4 pages carry injected content"
    assert window.locator("#page h2").inner_text() == "site/ferry.html"
    assert window.locator("#page mark .piece").all_inner_texts() == ["casino bonus|slots"]
    text = window.locator("#page").inner_text()
    for part in (
        "The ferry leaves at nine.",
        "Tickets on board.",
        "moved far outside the window",
        "line 1, column 36",
        "html > body > p",
        "one separator",
    ):
        assert part in text


def test_the_list_is_filtered_by_text_verdict_category_and_place(opened: Callable[..., Page], some: list[AuditedInput]) -> None:
    window = opened(*some)
    window.fill("#search", "pills")
    assert names(window) == ["site/clinic.html"]
    window.fill("#search", "FERRY casino")
    assert names(window) == ["site/ferry.html"]
    window.fill("#search", "药品")
    assert names(window) == ["site/clinic.html"]
    window.fill("#search", "nothing like it")
    assert names(window) == []
    assert window.locator("#counted").inner_text() == "No page matches."
    window.fill("#search", "")
    window.click("#statuses >> text=suspicious")
    assert names(window) == ["site/bakery.html"]
    window.click("#statuses >> text=suspicious")
    window.click("#places .bar[data-name=off-screen]")
    assert names(window) == ["site/ferry.html"]
    window.click("#narrowed button")
    window.focus("#categories .bar[data-name=pharma]")
    window.keyboard.press("Enter")
    assert names(window) == ["site/clinic.html"]
    assert window.locator("#categories .bar[data-name=pharma]").get_attribute("aria-pressed") == "true"


def test_the_list_is_sorted_every_way(opened: Callable[..., Page], some: list[AuditedInput]) -> None:
    window = opened(*some)
    order = ["ferry", "clinic", "bakery", "museum", "gone"]
    assert names(window) == [f"site/{name}.html" for name in order]
    window.click("#direction")
    assert names(window) == [f"site/{name}.html" for name in reversed(order)]
    window.select_option("#sort", "name")
    assert names(window) == [f"site/{name}.html" for name in sorted(order)]
    window.select_option("#sort", "findings")
    assert names(window)[0] == "site/clinic.html"
    window.select_option("#sort", "order")
    assert names(window) == [f"site/{name}.html" for name in order]


def test_charts_count_findings_and_tell_hidden_from_seen(opened: Callable[..., Page], some: list[AuditedInput]) -> None:
    window = opened(*some)
    rows = {bar.get_attribute("data-name"): bar.locator("text.figure").text_content() for bar in window.locator(".bar").all()}
    assert rows == {"gambling": "1", "pharma": "2", "essay-mill": "1", "visible": "3", "off-screen": "1"}

    def width(name: str, part: str) -> float:
        box = window.locator(f".bar[data-name={name}] .{part}").bounding_box()
        return box["width"] if box else 0.0

    assert width("gambling", "unseen-bar") == pytest.approx(width("pharma", "seen") / 2, rel=0.01)
    assert width("pharma", "unseen-bar") == 0


def test_everything_can_be_done_from_the_keyboard(opened: Callable[..., Page], some: list[AuditedInput]) -> None:
    window = opened(*some)
    heading = window.locator("#page h2")
    window.keyboard.press("j")
    assert heading.inner_text() == "site/clinic.html"
    window.keyboard.press("ArrowDown")
    assert heading.inner_text() == "site/bakery.html"
    window.keyboard.press("k")
    assert heading.inner_text() == "site/clinic.html"
    window.keyboard.press("n")
    window.keyboard.press("n")
    assert window.evaluate("document.activeElement.id") == "finding-1"
    window.keyboard.press("x")
    assert window.locator("#corrected").inner_text() == "1 correction"
    assert window.locator("#finding-1 .not-spam").get_attribute("aria-pressed") == "true"
    window.keyboard.press("p")
    assert window.evaluate("document.activeElement.id") == "finding-0"
    window.keyboard.press("/")
    window.keyboard.type("museum n l t")
    assert window.input_value("#search") == "museum n l t"
    window.keyboard.press("Escape")
    window.keyboard.press("?")
    assert window.locator("#help").is_visible()
    window.keyboard.press("Escape")
    assert not window.locator("#help").is_visible()


def test_chinese_is_chosen_by_the_browser_and_by_the_switch(opened: Callable[..., Page], some: list[AuditedInput]) -> None:
    window = opened(*some, locale="zh-CN")
    assert window.locator("h1").inner_text() == "4 个页面中有 2 个被注入内容"
    assert "短语以同一分隔符相连，不成句子。" in window.locator("#page").inner_text()
    assert window.evaluate("document.documentElement.lang") == "zh-Hans"
    window.click("#language")
    assert window.locator("h1").inner_text() == "2 of 4 pages carry injected content"
    window.reload()
    assert window.evaluate("document.documentElement.lang") == "en"


def contrast(window: Page, selector: str) -> float:
    """Ratio of the luminance of an element's text to that of the first opaque background behind it, by WCAG."""
    return float(
        window.locator(selector).first.evaluate(
            """node => {
                const parts = colour => { const c = document.createElement('canvas').getContext('2d'); c.fillStyle = colour; c.fillRect(0, 0, 1, 1);
                    return [...c.getImageData(0, 0, 1, 1).data]; };
                const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
                    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
                let behind = node;
                while (parts(getComputedStyle(behind).backgroundColor)[3] < 255) behind = behind.parentElement;
                const style = getComputedStyle(node);
                const text = node instanceof SVGElement ? style.fill : style.color;
                const [a, b] = [light(parts(text)), light(parts(getComputedStyle(behind).backgroundColor))].sort((x, y) => y - x);
                return (a + .05) / (b + .05);
            }"""
        )
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read_in_both_themes(theme: str, opened: Callable[..., Page], some: list[AuditedInput]) -> None:
    window = opened(*some, color_scheme=theme, reduced_motion="reduce")
    assert window.evaluate("document.documentElement.dataset.theme") == theme
    assert window.locator("#theme").inner_text() == {"light": "Dark", "dark": "Light"}[theme]
    places = (
        "h1",
        "#subline",
        "#list .about",
        "#list .folder",
        ".verdict.injected",
        "mark .piece",
        "mark .number",
        ".place-name.is-hidden",
        ".position",
        ".bars text",
    )
    assert {place: round(contrast(window, place), 1) for place in places if contrast(window, place) < 4.5} == {}
    window.click("#theme")
    assert window.evaluate("document.documentElement.dataset.theme") != theme
    assert contrast(window, "mark .piece") >= 4.5


def labels(window: Page) -> list[dict[str, Any]]:
    with window.expect_download() as download:
        window.click("#download")
    assert download.value.suggested_filename == "labels.jsonl"
    return [json.loads(line) for line in Path(download.value.path()).read_text("utf-8").splitlines()]


def select(window: Page, start: str, end: str) -> None:
    """Select from the beginning of one text of the page to the end of another, as a mouse would."""
    window.evaluate(
        """([start, end]) => {
            const find = text => { const walk = document.createTreeWalker(document.querySelector('#page .text'), NodeFilter.SHOW_TEXT);
                while (walk.nextNode()) { const at = walk.currentNode.data.indexOf(text); if (at >= 0) return [walk.currentNode, at]; } };
            const range = document.createRange();
            const [a, at] = find(start), [b, to] = find(end);
            range.setStart(a, at); range.setEnd(b, to + end.length);
            getSelection().removeAllRanges(); getSelection().addRange(range);
        }""",
        [start, end],
    )


def test_corrections_are_exported_with_exact_places(opened: Callable[..., Page], page: Make) -> None:
    source = "<p>😀 Tea &amp; cake. <b>Win big</b> at 赌场 tonight.</p><p>⟪slots|poker⟫ Quiet.</p>"
    audited = page("a.html", source, url="https://a.example/")
    assert audited.report is not None
    text = audited.report.source
    window = opened(audited)
    window.click(".not-spam")
    select(window, "Win", "赌场")
    window.click("#missed")
    window.fill("#pasted", "pasted spam")
    window.click("#add-missed")
    assert window.locator("#corrected").inner_text() == "3 corrections"
    clean, missed, pasted = labels(window)
    standard = {"url": "https://a.example/", "sha256": audited_digest(text)}
    start = text.index("slots")
    assert clean == standard | {"start": start, "end": start + len("slots|poker"), "text": "slots|poker", "label": "clean"}
    assert text[missed["start"] : missed["end"]] == "Win big</b> at 赌场"
    assert missed["label"] == "spam"
    assert pasted == standard | {"start": None, "end": None, "text": "pasted spam", "label": "spam"}


def audited_digest(source: str) -> str:
    from hashlib import sha256

    return sha256(source.encode()).hexdigest()


def test_a_selection_in_text_with_entities_takes_the_whole_run(opened: Callable[..., Page], page: Make) -> None:
    audited = page("a.html", "<p>Tea &amp; cake</p><p>⟪slots⟫</p>")
    assert audited.report is not None
    window = opened(audited)
    select(window, "cake", "cake")
    window.keyboard.press("m")
    (row,) = labels(window)
    assert audited.report.source[row["start"] : row["end"]] == "Tea &amp; cake"
    assert row["url"] == "a.html"


def test_a_correction_can_be_taken_back(opened: Callable[..., Page], some: list[AuditedInput]) -> None:
    window = opened(*some)
    window.click(".not-spam")
    assert window.locator("mark").first.evaluate("node => node.classList.contains('taken-back')")
    window.click(".not-spam")
    assert not window.locator("#corrections").is_visible()


def test_characters_that_are_not_seen_are_shown(opened: Callable[..., Page], page: Make) -> None:
    window = opened(page("a.html", "⟪via\u200bgra \u202etxt⟫"))
    assert window.locator("#page mark .unseen").evaluate_all("nodes => nodes.map(node => node.dataset.code)") == ["200B", "202E"]


def test_a_large_run_is_quick_to_open_and_to_filter(opened: Callable[..., Page], page: Make) -> None:
    window = opened(*[page(f"site/{n}.html", "<p>Quiet words.</p> ⟪slots|poker⟫ end") for n in range(5_000)])
    assert window.locator("#list li").count() == 200
    assert window.evaluate("performance.timing.domContentLoadedEventEnd - performance.timing.responseEnd") < 5_000
    spent = window.evaluate(
        "(() => { const t = performance.now(); const s = document.getElementById('search'); s.value = '4321'; s.dispatchEvent(new Event('input')); return performance.now() - t; })()"
    )
    assert spent < 2_000
    assert names(window) == ["site/4321.html"]


def test_it_fits_a_telephone(opened: Callable[..., Page], some: list[AuditedInput], page: Make) -> None:
    window = opened(*some, page("x" * 300, "⟪" + "y" * 900 + "⟫"), viewport={"width": 360, "height": 740})
    window.click("#list li:last-child button")
    assert window.evaluate("document.documentElement.scrollWidth") <= 360


def test_without_scripts_it_says_what_there_is(browser: Browser, tmp_path: Path, some: list[AuditedInput]) -> None:
    out = io.StringIO()
    render("html", some, out)
    path = tmp_path / "report.html"
    path.write_text(out.getvalue(), "utf-8")
    with browser.new_context(java_script_enabled=False) as context:
        window = context.new_page()
        window.goto(path.as_uri())
        assert "5 pages, 4 findings" in window.locator("noscript").inner_text()


def test_verdicts_on_sites_stand_above_the_pages_and_lead_to_them(opened: Callable[..., Page], some: list[AuditedInput]) -> None:
    evidence = [
        Evidence(
            "template",
            "injected",
            attack,
            12,
            9,
            (some[1].name, "elsewhere"),
            "Said in English.",
            "用中文说。",
            "html > body",
            "off-screen",
        )
        for attack in ATTACKS
    ]
    sites = [SiteReport("bad.example", "injected", 40, 9, 1, tuple(evidence)), SiteReport("", "clean", 7, 0, 0, ())]
    window = opened(*some, sites=sites)
    assert window.locator(".site").count() == 2
    assert window.locator(".site[open] .evidence").count() == 12
    assert "bad.example" in window.locator(".site summary").first.inner_text()
    assert "off-screen" in window.locator(".evidence").first.inner_text()
    window.locator(".evidence button").first.click()
    assert some[1].name in window.locator("#page h2").inner_text()
    window.keyboard.press("l")
    assert "用中文说。" in window.locator(".evidence").first.inner_text()
    assert window.evaluate("window.owned") is None
