"""``detector audit URL --cloaking`` against servers that cloak in the usual ways, and honest ones whose pages change all the time."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

import pytest
from click.testing import Result

from tests.cli.conftest import Run
from tests.sources.conftest import Answer, Site, other_site, page, redirect, site

__all__ = ["other_site", "site"]

HONEST = "".join(f"<p>Paragraph {n} of what the town library tells its readers about the season.</p>" for n in "abcdefgh")
WORDS = [f"{a}{b}" for a in ("apple", "birch", "cedar", "daisy", "elder") for b in ("wood", "leaf", "root", "seed", "bark")]

Chooser = Callable[[BaseHTTPRequestHandler], str]


def shop(body: Chooser) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        page(f"<!doctype html><html><body>{HONEST}{body(handler)}</body></html>".encode())(handler)

    return answer


def agent(handler: BaseHTTPRequestHandler) -> str:
    return handler.headers.get("User-Agent") or ""


def audited(run: Run, site: Site, *more: str) -> tuple[Result, dict[str, dict[str, object]]]:
    """The run, and each of its inputs by the visitor it is for."""
    result = run("audit", f"{site.root}/", "--cloaking", "--allow-private", "--timeout", "5", "--format", "jsonl", *more)
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    return result, {row["name"].partition(" (as ")[2].rstrip(")") or "browser": row for row in rows}


def verdicts(rows: dict[str, dict[str, object]]) -> dict[str, object]:
    return {name: row.get("verdict") for name, row in rows.items()}


ALL_CLEAN = dict.fromkeys(["browser", "Googlebot", "Baiduspider", "Google search", "Baidu search"], "clean")


def test_spam_for_crawlers_alone_is_found_in_their_copies(run: Run, site: Site) -> None:
    site.pages["/"] = shop(lambda h: "<div>⟪cheap watches online⟫</div>" if "bot" in agent(h) else "")
    result, rows = audited(run, site)
    assert result.exit_code == 1
    assert verdicts(rows) == ALL_CLEAN | {"Googlebot": "injected"}
    [finding] = rows["Googlebot"]["findings"]
    assert finding["text"] == "cheap watches online"
    assert finding["reasons"][0]["name"] == "cloaking" and "Googlebot" in finding["reasons"][0]["en"]


def test_spam_for_one_search_engine_by_its_name(run: Run, site: Site) -> None:
    site.pages["/"] = shop(lambda h: "⟪cheap watches online⟫" if "Baiduspider" in agent(h) else "")
    assert verdicts(audited(run, site)[1]) == ALL_CLEAN | {"Baiduspider": "injected"}


def test_spam_for_visitors_from_a_search(run: Run, site: Site) -> None:
    site.pages["/"] = shop(lambda h: "⟪cheap watches online⟫" if "google." in (h.headers.get("Referer") or "") else "")
    assert verdicts(audited(run, site)[1]) == ALL_CLEAN | {"Google search": "injected"}


def test_a_script_that_leads_visitors_from_a_search_elsewhere(run: Run, site: Site) -> None:
    jump = "<script>location.replace('https://casino.example/in')</script>"
    site.pages["/"] = shop(lambda h: jump if h.headers.get("Referer") else "<script>location.href = 'https://maps.example/'</script>")
    result, rows = audited(run, site)
    assert result.exit_code == 1
    assert verdicts(rows) == ALL_CLEAN | {"Google search": "injected", "Baidu search": "injected"}
    assert "casino.example" in rows["Baidu search"]["findings"][0]["text"]


def test_a_redirect_of_visitors_from_a_search_to_another_host(run: Run, site: Site, other_site: Site) -> None:
    other_site.pages["/in"] = page(b"<p>Play here, win there, all day long.</p>")
    honest, away = shop(lambda h: ""), redirect(f"{other_site.root}/in")
    site.pages["/"] = lambda h: (away if h.headers.get("Referer") else honest)(h)
    result, rows = audited(run, site)
    assert result.exit_code == 1
    assert verdicts(rows) == ALL_CLEAN | {"Google search": "injected", "Baidu search": "injected"}
    assert "127.0.0.2" in rows["Google search"]["findings"][0]["reasons"][0]["en"]


def test_another_page_for_crawlers_is_suspicious_though_nothing_on_it_is_known_spam(run: Run, site: Site) -> None:
    other = "".join(f"<p>Sentence about the {word} which no browser is ever shown by this server.</p>" for word in WORDS)
    site.pages["/"] = lambda h: (page(other.encode()) if "Googlebot" in agent(h) else shop(lambda _: ""))(h)
    result, rows = audited(run, site)
    assert verdicts(rows) == ALL_CLEAN | {"Googlebot": "suspicious"}
    assert result.exit_code == 0
    assert audited(run, site, "--fail-on", "suspicious")[0].exit_code == 1


def test_spam_that_everyone_is_given_is_told_once(run: Run, site: Site) -> None:
    site.pages["/"] = shop(lambda h: "⟪cheap watches online⟫")
    assert verdicts(audited(run, site)[1]) == ALL_CLEAN | {"browser": "injected"}


def test_an_honest_page_that_changes_with_every_request_is_no_cloaking(run: Run, site: Site) -> None:
    ticket = itertools.count(1)

    def dynamic(_: BaseHTTPRequestHandler) -> str:
        n = next(ticket)
        advert = " ".join(WORDS[(n * 7 + i * 3) % len(WORDS)] for i in range(6))
        return f"<p>It is 10:0{n % 10}:{n * 7 % 60:02d}, visitor number {n}.</p><aside>Today's offer: {advert}.</aside><p data-token='tok {n} en'></p>"

    site.pages["/"] = shop(dynamic)
    result, rows = audited(run, site, "--fail-on", "suspicious")
    assert verdicts(rows) == ALL_CLEAN
    assert result.exit_code == 0


def test_a_page_that_is_another_one_each_time_is_not_judged_by_that(run: Run, site: Site) -> None:
    ticket = itertools.count(1)

    def feed(_: BaseHTTPRequestHandler) -> None:
        n = next(ticket)
        page("".join(f"<p>Story {w} {'xyzuvwpqrs'[n % 10] * 5} of the hour, told by its own author.</p>" for w in WORDS).encode())(_)

    site.pages["/"] = feed
    assert verdicts(audited(run, site)[1]) == ALL_CLEAN


def test_a_server_that_turns_crawlers_away_is_told_and_ends_with_3(run: Run, site: Site) -> None:
    site.pages["/"] = lambda h: (page(b"no bots", status=403) if "Googlebot" in agent(h) else shop(lambda _: ""))(h)
    result, rows = audited(run, site)
    assert result.exit_code == 3
    assert "403" in str(rows["Googlebot"]["error"])
    assert "as Googlebot" in result.stderr


def test_a_page_that_a_browser_cannot_have_is_asked_for_once(run: Run, site: Site) -> None:
    result, rows = audited(run, site)
    assert result.exit_code == 3
    assert list(rows) == ["browser"]
    assert site.asked.count("/") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("page.html", "--cloaking"),
        ("https://a.example/", "--cloaking", "--crawl", "3"),
        ("https://a.example/", "--cloaking", "--resume", "f"),
        ("https://a.example/", "--cloaking", "--user-agent", "me"),
    ],
)
def test_what_goes_together_with_cloaking(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("audit", *arguments).exit_code == 2
