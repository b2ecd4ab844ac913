"""Which pages a crawl of a site comes by."""

from __future__ import annotations

from detector.sources import Document, SourceOptions, open_sources
from detector.sources.crawl import LINKS_A_PAGE, links

from .conftest import Site, page, redirect


def crawl(site: Site, limit: int = 20, start: str = "/") -> list[Document]:
    options = SourceOptions(allow_private=True, timeout=1, retries=0, crawl=limit)
    return list(open_sources([f"{site.root}{start}"], options))


def paths(site: Site, documents: list[Document]) -> list[str]:
    return [document.name.removeprefix(site.root) for document in documents]


def test_links_are_followed_breadth_first_each_page_once(site: Site) -> None:
    site.pages |= {
        "/": page(b'<a href="/a">a</a><a href=b>b</a><a href="/a#part">a again</a>'),
        "/a": page(b'<a href="/deep">deep</a><a href="/">home</a>'),
        "/b": page(b'<a href="/a">a</a>'),
        "/deep": page(b"<p>deep"),
    }
    assert paths(site, crawl(site)) == ["/", "/a", "/b", "/deep"]
    assert [path for path in site.asked if path != "/robots.txt"] == ["/", "/a", "/b", "/deep"]


def test_hidden_links_frames_and_a_base_are_followed_too(site: Site) -> None:
    site.pages |= {
        "/": page(b'<base href="/sub/"><div style="display:none"><a href="hidden">x</a></div><iframe src="frame"></iframe>'),
        "/sub/hidden": page(b"<p>hidden"),
        "/sub/frame": page(b"<p>frame"),
    }
    assert paths(site, crawl(site)) == ["/", "/sub/hidden", "/sub/frame"]


def test_other_sites_are_left_alone(site: Site, other_site: Site) -> None:
    site.pages["/"] = page(f'<a href="{other_site.root}/a">a</a><a href="mailto:a@b.c">m</a><a href="/go">go</a>'.encode())
    site.pages["/go"] = redirect(f"{other_site.root}/b")
    other_site.pages["/b"] = page(b'<a href="/c">c</a>')
    assert paths(site, crawl(site)) == ["/"]
    assert "/c" not in other_site.asked


def test_a_calendar_without_end_is_left_at_the_limit(site: Site) -> None:
    class Calendar(dict):  # type: ignore[type-arg]
        def get(self, path: str, otherwise: object = None) -> object:
            day = int(path.rpartition("/")[2]) if path.startswith("/day/") else 0
            return otherwise if path == "/robots.txt" else page(b'<a href="/day/%d">x</a><a href="/day/%d">y</a>' % (day + 1, day + 2))

    site.pages = Calendar()
    assert len(crawl(site, limit=7, start="/day/1")) == 7
    assert len(site.asked) == 8  # robots.txt and seven days


def test_what_fails_is_told_and_what_is_no_page_or_forbidden_stays_unread(site: Site) -> None:
    site.pages |= {
        "/robots.txt": page(b"User-agent: *\nDisallow: /private", "text/plain"),
        "/": page(b'<a href="/gone">1</a><a href="/file.pdf">2</a><a href="/private">3</a>'),
        "/file.pdf": page(b"%PDF", "application/pdf"),
    }
    documents = crawl(site)
    assert [(path, document.error and document.error.name) for path, document in zip(paths(site, documents), documents, strict=True)] == [
        ("/", None),
        ("/gone", "http-status"),
        ("/private", "robots"),
    ]
    assert "/private" not in site.asked


def test_a_site_of_files_alone_ends(site: Site) -> None:
    site.pages["/"] = page(b"".join(b'<a href="/%d">x</a>' % n for n in range(500)))
    site.pages |= {f"/{n}": page(b"", "image/png") for n in range(500)}
    assert paths(site, crawl(site, limit=5)) == ["/"]
    assert len(site.asked) <= 16


def test_a_start_that_moves_takes_the_crawl_along(site: Site, other_site: Site) -> None:
    site.pages["/"] = redirect(f"{other_site.root}/")
    other_site.pages |= {"/": page(b'<a href="/a">a</a>'), "/a": page(b"<p>a")}
    assert [document.url for document in crawl(site)] == [f"{other_site.root}/", f"{other_site.root}/a"]


def test_a_start_that_fails_is_the_only_document(site: Site) -> None:
    (document,) = crawl(site, start="/nowhere")
    assert document.error is not None
    assert document.error.name == "http-status"


def test_links_of_a_page_are_bounded_and_broken_ones_left_out() -> None:
    content = b'<a href="http://[">x</a><a href="javascript:x()">y</a><a>z</a><a href="">s</a>' + b'<a href="a">t</a>' * (LINKS_A_PAGE * 2)
    found = list(links(Document("page", content), "http://a.test/"))
    assert set(found) == {"http://a.test/", "http://a.test/a"}
    assert len(found) <= LINKS_A_PAGE
