"""Which pages a sitemap leads to."""

from __future__ import annotations

import gzip

import pytest

from detector.sources import Document, SourceError, SourceOptions, open_sources
from detector.sources.sitemap import SITEMAP_LIMIT, listed

from .conftest import Site, page

OPTIONS = SourceOptions(allow_private=True, timeout=1, retries=0)
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urlset(*urls: str) -> bytes:
    return f"<?xml version='1.0'?><urlset {SPACE}>{''.join(f'<url><loc> {url} </loc></url>' for url in urls)}</urlset>".encode()


def index(*urls: str) -> bytes:
    return f"<sitemapindex {SPACE}>{''.join(f'<sitemap><loc>{url}</loc></sitemap>' for url in urls)}</sitemapindex>".encode()


def read(url: str, options: SourceOptions = OPTIONS) -> list[Document]:
    return list(open_sources([url], options))


class TestPages:
    def test_are_fetched_in_the_order_of_the_list_each_once(self, site: Site) -> None:
        a, b = f"{site.root}/a?x=1&amp;y=2", f"{site.root}/b"
        site.pages |= {"/sitemap.xml": page(urlset(b, a, b)), "/a?x=1&y=2": page(b"<p>a"), "/b": page(b"<p>b")}
        assert [document.content for document in read(f"{site.root}/sitemap.xml")] == [b"<p>b", b"<p>a"]

    def test_of_an_index_are_found_through_plain_packed_and_text_sitemaps(self, site: Site) -> None:
        site.pages |= {
            "/sitemap.xml": page(index(*(f"{site.root}/{name}" for name in ("1.xml", "2.xml.gz", "3.txt", "1.xml", "sitemap.xml")))),
            "/1.xml": page(urlset(f"{site.root}/1")),
            "/2.xml.gz": page(gzip.compress(urlset(f"{site.root}/2")), "application/gzip"),
            "/3.txt": page(f"{site.root}/3\n".encode(), "text/plain"),
            **{f"/{n}": page(b"<p>%d" % n) for n in (1, 2, 3)},
        }
        assert [document.content for document in read(f"{site.root}/sitemap.xml")] == [b"<p>1", b"<p>2", b"<p>3"]

    def test_of_other_sites_are_left_out(self, site: Site, other_site: Site) -> None:
        site.pages["/sitemap.xml"] = page(urlset(f"{other_site.root}/a", "file:///etc/passwd", "http://[", "x" * 9000))
        (document,) = read(f"{site.root}/sitemap.xml")
        assert document.error is not None
        assert document.error.name == "no-pages"
        assert other_site.asked == []

    def test_that_fail_are_told_and_what_is_no_page_is_not(self, site: Site) -> None:
        site.pages |= {
            "/sitemap.xml": page(urlset(*(f"{site.root}/{name}" for name in ("gone", "film", "a")))),
            "/film": page(b"", "video/mp4"),
            "/a": page(b"<p>a"),
        }
        gone, found = read(f"{site.root}/sitemap.xml")
        assert gone.error is not None
        assert (gone.error.name, found.content) == ("http-status", b"<p>a")

    def test_are_no_more_than_asked_for(self, site: Site) -> None:
        site.pages |= {"/sitemap.xml": page(urlset(*(f"{site.root}/{n}" for n in range(99)))), "/0": page(b"0"), "/1": page(b"1")}
        assert len(read(f"{site.root}/sitemap.xml", SourceOptions(allow_private=True, max_pages=2))) == 2

    def test_before_the_place_where_the_xml_breaks_are_fetched(self, site: Site) -> None:
        site.pages |= {"/sitemap.xml": page(urlset(f"{site.root}/a")[:-9] + b"<url><loc>&&"), "/a": page(b"<p>a")}
        found, broken = read(f"{site.root}/sitemap.xml")
        assert (found.content, broken.name) == (b"<p>a", f"{site.root}/sitemap.xml")
        assert broken.error is not None
        assert broken.error.name == "bad-sitemap"

    def test_of_a_sitemap_that_is_not_there_are_a_named_error(self, site: Site) -> None:
        documents = read(f"{site.root}/sitemap.xml")
        assert [document.error.name for document in documents if document.error] == ["http-status"]


class TestEntries:
    def test_of_images_are_not_pages(self) -> None:
        space = 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
        content = f"<urlset {SPACE} {space}><url><loc>http://a/</loc><image:image><image:loc>http://a/i.png</image:loc></image:image></url></urlset>"
        assert list(listed(content.encode())) == [(False, "http://a/")]

    def test_may_be_wrapped_in_cdata_and_carry_no_namespace(self) -> None:
        assert list(listed(b"<urlset><url><loc><![CDATA[http://a/?b&c]]></loc></url></urlset>")) == [(False, "http://a/?b&c")]

    def test_do_not_unfold_entities(self) -> None:
        laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><urlset><url><loc>&b;</loc></url></urlset>'
        with pytest.raises(SourceError, match="bad-sitemap"):
            list(listed(laughs))

    def test_of_a_bomb_end_at_the_limit(self) -> None:
        bomb = gzip.compress(b"<urlset>" + b" " * (SITEMAP_LIMIT + 9) + b"<url><loc>http://a/</loc></url></urlset>", 1)
        with pytest.raises(SourceError, match="bad-sitemap"):
            list(listed(bomb))

    @pytest.mark.parametrize("content", [b"", b"<", b"\xff\xfe<", b"<a>" * 100_000, b"<?xml encoding='bogus'?><a/>", b"\x1f\x8b\x08"])
    def test_of_rubbish_are_none_or_a_named_error(self, content: bytes) -> None:
        try:
            assert [entry for entry in listed(content) if entry[0]] == []
        except SourceError as error:
            assert error.name in ("bad-sitemap", "bad-encoding")
