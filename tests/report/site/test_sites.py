"""The verdict on a site: honest sites with all that they repeat stay clean, and what is injected into many pages is named once."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from dataclasses import replace

import pytest

from detector.report.site.digest import PageDigest
from detector.report.site.evidence import Evidence, SiteReport
from detector.report.site.hosts import registered
from detector.report.site.sites import MOST_SITES, Sites
from tests.report.site.generated import DUMP, FOOTER, MENU, article, audited, digests, honest, page

HONEST = digests(honest())


def report(pages: Iterable[PageDigest], rate: float = 1e-3) -> SiteReport:
    sites = Sites(rate)
    for digest in pages:
        sites.add(digest)
    [site] = sites.reports()
    return site


def told(pages: Iterable[PageDigest], kind: str) -> list[Evidence]:
    return [evidence for evidence in report(pages).evidence if evidence.kind == kind]


def infected(place: str, count: int, of: int = 30) -> list[PageDigest]:
    """The honest site with a dump before or after the text of some of its news."""
    chance = random.Random(2)
    news = {f"/news/{n}.html": article(chance, f"Report {n}", **{place: f"<div>{DUMP}</div>"}) for n in range(count)}
    return digests((path, news.get(path, source)) for path, source in honest(of))


def test_an_honest_site_is_clean() -> None:
    assert report(HONEST) == SiteReport("ashwick.example", "clean", len(HONEST), 0, 0, ())


def test_so_is_one_without_addresses() -> None:
    assert report(digests(honest(), host=None)).verdict == "clean"


def test_suspicious_pages_here_and_there_leave_a_site_clean() -> None:
    pages = [replace(digest, verdict="suspicious", score=0.3) if n % 25 == 0 else digest for n, digest in enumerate(HONEST)]
    assert report(pages).verdict == "clean"


def test_one_false_alarm_on_a_large_site_is_a_thing_to_look_at() -> None:
    pages = [*HONEST * 6, audited("/x.html", article(random.Random(3), "X", before="<p>⟪odd words here⟫</p>"))]
    [evidence] = report(pages).evidence
    assert (evidence.kind, evidence.verdict, evidence.pages) == ("pages", "suspicious", 1)


def test_one_injected_page_on_a_small_site_is_an_injection() -> None:
    pages = [*HONEST[:10], audited("/x.html", article(random.Random(3), "X", before=f"<p>{DUMP}</p>"))]
    assert report(pages).verdict == "injected"


def test_an_own_block_that_is_now_and_then_taken_for_spam_is_no_template() -> None:
    alarm = (MENU, FOOTER.replace("Valley Ferry Company", "⟪Valley Ferry Company⟫"))
    pages = [
        *digests(honest(300)),
        *(audited(f"/a{'bc'[n]}.html", page("A - Parish of Ashwick", "<p>The ferry.</p>", alarm)) for n in range(2)),
    ]
    assert not told(pages, "template")


def test_an_own_block_that_is_always_taken_for_spam_makes_it_suspicious_at_most() -> None:
    chance = random.Random(4)
    marked = "<p>⟪The library opens the orchard in spring. The choir visits the school.⟫</p>"
    pages = [*HONEST, *(audited(f"/{name}.html", article(chance, name, after=marked)) for name in ("lane", "mill", "green"))]
    assert {evidence.verdict for evidence in told(pages, "template")} == {"suspicious"}


def test_an_injected_template_is_named_once_with_all_its_pages_and_its_place() -> None:
    [template] = told(infected("after", 20), "template")
    assert template.verdict == "injected"
    assert (template.pages, template.found) == (20, 20)
    assert template.what.startswith("lucky spins casino")
    assert template.where == "html > body > main > div"
    assert len(template.examples) == 5 and template.examples[0] == "news/0.html"


def test_pages_on_which_the_block_was_not_found_are_counted_with_it() -> None:
    pages = infected("after", 20)
    unseen = [replace(digest, found=(), verdict="clean") if digest.found and n % 3 else digest for n, digest in enumerate(pages)]
    [template] = told(unseen, "template")
    assert template.pages == 20
    assert template.found < 10


def test_a_block_is_the_same_with_other_numbers_in_it() -> None:
    chance = random.Random(5)
    pages = [
        audited(f"/{'abcdef'[n]}.html", article(chance, "A", after=f"<p>⟪lucky spins casino {n}{n}7 baccarat room⟫</p>")) for n in range(6)
    ]
    assert told([*HONEST, *pages], "template")[0].pages == 6


def test_a_doorway_series_is_named_with_its_pattern() -> None:
    doorways = [audited(f"/uploads/slot-{n}.html", page(f"Slot {n}", f"<p>{DUMP} number {n}</p>", ("", ""))) for n in range(12)]
    [series] = told([*HONEST, *doorways], "series")
    assert (series.what, series.pages, series.verdict) == ("/uploads/slot-#.html", 12, "injected")
    assert not told([*HONEST, *doorways], "folder")


def test_a_foreign_series_of_which_few_pages_are_found_is_named_too() -> None:
    words = ["spins", "credit", "bonus", "tables", "reels"]
    doorways = []
    for n in range(15):
        text = f"<p>Choose {words[n % 5]} and {words[n % 3]} for quick payouts tonight</p>"
        doorways.append(audited(f"/uploads/slot-{n}.html", page(f"Slot {n}", DUMP + text if n % 5 == 0 else text, ("", ""))))
    assert [series.verdict for series in told([*HONEST, *doorways], "series")] == ["injected"]


@pytest.mark.parametrize("count", [2, 30])
def test_an_honest_series_with_injected_pages_is_no_doorway(count: int) -> None:
    assert not told(infected("after", count), "series")


def test_a_doorway_series_in_the_site_s_own_template_is_one() -> None:
    doorways = [audited(f"/slot-{n}.html", page(f"Slot {n}", f"<p>{DUMP} number {n}</p><p>Quick payouts tonight</p>")) for n in range(12)]
    assert [series.what for series in told([*HONEST, *doorways], "series")] == ["/slot-#.html"]


@pytest.mark.parametrize("template", [(MENU, FOOTER), ("", "")])
def test_a_doorway_series_is_told_on_a_large_site_of_many_words_too(template: tuple[str, str]) -> None:
    chance = random.Random(7)
    syllables = "ba ce di fo gu la me ni po ru sta ven".split()
    words = ["".join(chance.choices(syllables, k=3)) for _ in range(4000)]
    rest = [
        (f"/a{'bcdefghij'[n % 9]}/{n}.html", page(f"{words[n]}", f"<p>{' '.join(chance.choices(words, k=120))}</p>")) for n in range(90)
    ]
    rest += [(f"/news/{n}.html", page(words[n], f"<p>{' '.join(chance.choices(words, k=120))}</p><p>{DUMP}</p>")) for n in range(10)]
    doorways = [
        (f"/slot-{n}.html", page("Slot", f"<p>Choose quick payouts and friendly reels tonight</p>{DUMP * (n % 4 == 0)}", template))
        for n in range(12)
    ]
    series = told(digests([*rest, *doorways]), "series")
    assert [(evidence.what, evidence.pages) for evidence in series] == ([("/slot-#.html", 12)] if not template[0] else [])


def test_what_the_pages_of_a_series_say_is_no_template() -> None:
    doorways = [audited(f"/uploads/slot-{n}.html", page(f"Slot {n}", f"<p>{DUMP}</p>", ("", ""))) for n in range(12)]
    assert not told([*HONEST, *doorways], "template")


def test_a_series_by_its_query_is_one() -> None:
    doorways = [audited(f"/index.php?p={n}", page(f"Slot {n}", f"<p>{DUMP}</p>", ("", ""))) for n in range(6)]
    assert [series.what for series in told([*HONEST, *doorways], "series")] == ["/index.php?p=#"]


def test_an_off_topic_folder_is_named() -> None:
    names = ["roulette", "baccarat", "poker", "spins"]
    foreign = [audited(f"/wp/{name}.html", page(name, f"<h1>{name}</h1><p>{DUMP}</p>", ("", ""))) for name in names]
    [folder] = told([*HONEST, *foreign], "folder")
    assert (folder.what, folder.pages, folder.verdict) == ("/wp/", 4, "injected")


def test_a_folder_of_the_site_s_own_is_no_off_topic_folder() -> None:
    assert not told(infected("before", 25), "folder")


@pytest.mark.parametrize("marked, verdict", [("⟪GoldCrown Casino⟫", "injected"), ("GoldCrown Casino", None)])
def test_a_brand_in_every_title_is_told_where_it_reads_like_spam(marked: str, verdict: str | None) -> None:
    pages = digests((path, source.replace("Parish of Ashwick</title>", f"{marked}</title>")) for path, source in honest())
    brands = told(pages, "brand")
    assert [brand.verdict for brand in brands] == ([verdict] if verdict else [])
    assert all(brand.what == "GoldCrown Casino" for brand in brands)


def test_a_brand_that_is_the_host_s_own_is_none() -> None:
    source = [(path, source.replace("Parish of Ashwick</title>", "⟪GoldCrown Casino⟫</title>")) for path, source in honest()]
    assert not told(digests(source, host="www.goldcrown.example"), "brand")
    assert not told(digests(source, host="gc.example"), "brand")


def test_a_doubtful_brand_that_the_text_does_not_know_is_suspicious() -> None:
    pages = digests((path, source.replace("Parish of Ashwick</title>", "GoldCrown</title>")) for path, source in honest())
    doubtful = [replace(p, title=tuple(replace(s, probability=0.95 if s.text == "GoldCrown" else 0.0) for s in p.title)) for p in pages]
    assert [brand.verdict for brand in told(doubtful, "brand")] == ["suspicious"]
    known = [replace(p, title=tuple(replace(s, in_text=True) for s in p.title)) for p in doubtful]
    assert not told(known, "brand")


def test_a_foreign_host_linked_with_spam_from_many_pages_is_told_by_its_domain() -> None:
    chance = random.Random(6)
    link = '<div style="display:none"><a href="https://s{0}.betking.example/x">⟪lucky spins⟫ {0}</a></div>'
    pages = [audited(f"/{'abcdef'[n]}.html", article(chance, "A", after=link.format("abcdef"[n]))) for n in range(6)]
    [host] = told([*HONEST, *pages], "host")
    assert (host.what, host.pages, host.verdict) == ("betking.example", 6, "injected")
    assert "out of sight" in host.en


@pytest.mark.parametrize(
    "host, domain",
    [
        ("a.b.example.com", "example.com"),
        ("www.a.com.cn", "a.com.cn"),
        ("a.co", "a.co"),
        ("example.de", "example.de"),
        ("10.0.0.1", "10.0.0.1"),
    ],
)
def test_the_domain_of_a_host(host: str, domain: str) -> None:
    assert registered(host) == domain


def test_sites_are_told_apart_by_host_and_the_worst_comes_first() -> None:
    sites = Sites(1e-3)
    for digest in [*HONEST, *digests([("/", page("A", f"<p>{DUMP}</p>"))], host="www.other.example")]:
        sites.add(digest)
    assert [(site.name, site.verdict) for site in sites.reports()] == [("other.example", "injected"), ("ashwick.example", "clean")]


def test_of_too_many_sites_the_smallest_are_left_out_and_counted() -> None:
    sites = Sites(1e-3)
    for digest in HONEST[:3]:
        sites.add(digest)
    for n in range(MOST_SITES + 5):
        sites.add(replace(HONEST[0], site=f"site{n}.example"))
    assert len(sites.reports()) == MOST_SITES
    assert sites.left_out == 6
    assert any(site.name == "ashwick.example" for site in sites.reports())


def test_a_digest_is_the_same_after_json() -> None:
    digest = infected("after", 1)[3]
    assert digest.found and digest.title and digest.hosts
    assert PageDigest.from_dict(json.loads(json.dumps(digest.to_dict()))) == digest


def test_a_digest_is_small_whatever_the_page() -> None:
    many = "".join(f'<p><a href="https://h{n}.example">⟪word{n} other{n * 7}⟫</a></p>' for n in range(3000))
    assert len(json.dumps(audited("/", page("A | " * 500, many)).to_dict())) < 60_000


def test_a_page_without_text_has_a_digest() -> None:
    assert audited("/", "").lines == ()
