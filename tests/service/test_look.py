"""The page for people, by its answers and in Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.report.test_render_html_in_browser import ARGUMENTS, ATTACKS
from tests.service.conftest import Serve, Service
from tests.sources.conftest import Site, page, redirect

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

httpx = pytest.importorskip("httpx", reason="httpx is not installed: pip install 'detector[serve]'")
# A loaded machine is no reason to fail.
get = partial(httpx.get, timeout=60)
post = partial(httpx.post, timeout=60)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
INFECTED = (Path(__file__).parents[1] / "examples" / "infected-article.html").read_text("utf-8")


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://[::1]:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f.1:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
    ],
)
def test_private_addresses_are_refused_before_a_byte_is_sent(service: Service, site: Site, address: str) -> None:
    site.pages["/"] = page(b"<p>secret of the house</p>")
    answer = post(f"{service.root}/look", data={"url": address.format(port=site.port)})
    assert answer.status_code == 200 and "private-address" in answer.text
    assert site.asked == [] and "secret of the house" not in answer.text


@pytest.mark.parametrize("address", ["file:///etc/passwd", "gopher://x/", "no address", "http://"])
def test_what_is_no_address_of_the_web_is_refused(service: Service, address: str) -> None:
    assert "bad-url" in post(f"{service.root}/look", data={"url": address}).text


def test_where_private_addresses_are_allowed_a_page_is_fetched_and_its_limit_kept(serve: Serve, site: Site) -> None:
    service = serve(allow_private=True, max_bytes=50_000)
    site.pages["/moved"] = redirect("/page")
    site.pages["/page"] = page(INFECTED.encode())
    site.pages["/large"] = page(b"<p>a quiet day</p>" * 20_000)
    assert '"status":"injected"' in post(f"{service.root}/look", data={"url": f"{site.root}/moved"}).text
    assert post(f"{service.root}/look", data={"url": f"{site.root}/large"}).status_code == 200


def test_nothing_given_and_forms_of_other_sites_are_refused(service: Service) -> None:
    assert post(f"{service.root}/look", data={"url": " ", "content": ""}).status_code == 400
    assert post(f"{service.root}/look", content=b"x").status_code == 415
    answer = post(f"{service.root}/look", data={"content": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, answer.json()["error"]) == (403, "cross-site")


def test_both_pages_have_a_policy_under_which_no_script_but_the_reports_runs(service: Service) -> None:
    form, report = get(f"{service.root}/"), post(f"{service.root}/look", data={"content": "<p>x"})
    assert "default-src 'none'" in form.headers["content-security-policy"] and "script-src" not in form.headers["content-security-policy"]
    assert "<script" not in form.text
    assert "sandbox allow-scripts" in report.headers["content-security-policy"]
    for answer in (form, report):
        assert (
            answer.headers["x-content-type-options"] == "nosniff" and "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install playwright")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


Look = Callable[..., "Page"]


@pytest.fixture
def look(browser: Browser, service: Service) -> Iterator[Look]:
    """Fill in the form and send it. The window must ask for nothing else, and complain of nothing."""
    asked: list[str] = []
    complaints: list[str] = []
    context = browser.new_context(locale="en-GB")

    def fill(content: str = "", url: str = "") -> Page:
        window = context.new_page()
        window.on("request", lambda request: asked.append(request.url))
        window.on("console", lambda message: complaints.append(message.text))
        window.on("pageerror", lambda error: complaints.append(str(error)))
        window.on("dialog", lambda dialog: complaints.append(dialog.message))
        window.goto(f"{service.root}/")
        window.fill("#content", content)
        window.fill("#url", url)
        window.evaluate("document.querySelector('form').noValidate = true")  # as other clients than browsers send it
        window.click("button")
        window.wait_for_url("**/look*")
        return window

    yield fill
    context.close()
    own = (f"{service.root}/", f"{service.root}/look")
    assert [url for url in asked if url not in own and not url.startswith("data:image/svg+xml,")] == []
    assert complaints == []


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium")
class TestInChromium:
    def test_a_page_that_is_pasted_comes_back_with_its_spam_marked(self, look: Look) -> None:
        window = look(INFECTED)
        assert "|" in window.locator("#page mark").first.inner_text()
        assert window.locator("#page .verdict, .verdict").first.is_visible()

    def test_an_address_that_is_private_is_named_as_such(self, look: Look, service: Service) -> None:
        window = look(url=f"{service.root}/health")
        assert "private-address" in window.locator("body").inner_text()

    def test_nothing_of_the_page_runs(self, look: Look) -> None:
        for first in range(0, len(ATTACKS), 4):
            attacks = INFECTED.join(ATTACKS[first : first + 4])
            window = look(
                f"<!doctype html><html><head><title>{attacks}</title></head><body>{attacks}{INFECTED}</body></html>", ATTACKS[first]
            )
            assert window.evaluate("window.owned") is None
            assert window.locator("#headline").inner_text()
            window.close()

    def test_the_form_can_be_used_by_keyboard_and_fits_a_telephone(self, browser: Browser, service: Service) -> None:
        with browser.new_context(viewport={"width": 360, "height": 740}) as context:
            window = context.new_page()
            window.goto(f"{service.root}/")
            assert window.evaluate("document.documentElement.scrollWidth") <= 360
            window.keyboard.press("Tab")
            window.keyboard.type("https://town.example/")
            window.keyboard.press("Tab")
            window.keyboard.insert_text(INFECTED)
            window.keyboard.press("Tab")
            window.keyboard.press("Enter")
            window.wait_for_url("**/look*")
            assert window.locator("#page mark").count() > 0
