"""One fetch against servers that do all that a hostile server can do."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from typing import Any

import pytest
import trustme

from detector.page.decoding import decode
from detector.sources import Document, SourceOptions
from detector.sources.address import is_public
from detector.sources.http import Fetcher

from .conftest import Answer, Site, page, redirect

QUICK = SourceOptions(allow_private=True, timeout=1.0, deadline=2.0, backoff=0.01, max_bytes=100_000, robots=False)


def fetch(url: str, options: SourceOptions = QUICK, **more: Any) -> Document:
    with Fetcher(options, **more) as fetcher:
        return fetcher.document(url)


def error_of(document: Document) -> str | None:
    return document.error.name if document.error else None


class TestAPage:
    def test_comes_with_its_bytes_its_type_and_its_url(self, site: Site) -> None:
        site.pages["/a?b=1"] = page("<p>校园".encode("gb18030"), "text/html; charset=gb2312")
        document = fetch(f"{site.root}/a?b=1#part")
        assert document == Document(
            f"{site.root}/a?b=1#part", "<p>校园".encode("gb18030"), f"{site.root}/a?b=1", "text/html; charset=gb2312", None
        )

    @pytest.mark.parametrize(
        ("coding", "pack"),
        [
            ("gzip", gzip.compress),
            ("x-gzip", lambda content: gzip.compress(content[:9]) + gzip.compress(content[9:])),
            ("deflate", zlib.compress),
            ("deflate", lambda content: zlib.compress(content)[2:-4]),
            ("identity", bytes),
        ],
    )
    def test_is_unpacked(self, site: Site, coding: str, pack: Callable[[bytes], bytes]) -> None:
        content = b"<p>Open day at the library</p>" * 9
        site.pages["/"] = page(pack(content), Content_Encoding=coding)
        assert fetch(site.root).content == content

    @pytest.mark.parametrize(("coding", "body"), [("br", b"abc"), ("gzip, gzip", b"abc"), ("gzip", b"not gzip"), ("deflate", b"\xff" * 9)])
    def test_that_does_not_unpack_is_a_named_error(self, site: Site, coding: str, body: bytes) -> None:
        site.pages["/"] = page(body, Content_Encoding=coding)
        assert error_of(fetch(site.root)) == "bad-encoding"

    def test_under_a_wrong_charset_is_read_all_the_same(self, site: Site) -> None:
        text = "<p>图书馆从下周起延长开放时间。</p>"
        site.pages["/"] = page(text.encode(), "text/html; charset=gb2312")
        document = fetch(site.root)
        assert decode(document.content, document.content_type).text == text

    @pytest.mark.parametrize("status", [403, 404, 410, 500])
    def test_that_is_not_served_is_a_named_error(self, site: Site, status: int) -> None:
        site.pages["/"] = page(b"<p>sorry</p>", status=status)
        document = fetch(site.root)
        assert error_of(document) == "http-status"
        assert str(status) in str(document.error)

    def test_of_another_kind_is_not_downloaded(self, site: Site) -> None:
        site.pages["/film"] = endless(b"Content-Type: video/mp4\r\n")
        assert error_of(fetch(f"{site.root}/film")) == "not-a-page"


class TestLimits:
    def test_a_body_without_end_is_cut_at_the_limit(self, site: Site) -> None:
        site.pages["/"] = endless()
        document = fetch(site.root)
        assert (error_of(document), len(document.content)) == ("too-large", QUICK.max_bytes)

    def test_a_gzip_bomb_costs_no_more_than_the_limit(self, site: Site) -> None:
        packer = zlib.compressobj(9, wbits=31)
        bomb = b"".join(packer.compress(b"\0" * 10_000_000) for _ in range(6)) + packer.flush()
        site.pages["/"] = page(bomb, Content_Encoding="gzip")
        tracemalloc.start()
        document = fetch(site.root)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (error_of(document), document.content) == ("too-large", b"\0" * QUICK.max_bytes)
        assert peak < 5_000_000

    @pytest.mark.parametrize("opening", [b"", b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"])
    def test_a_byte_now_and_then_does_not_outlast_the_deadline(self, site: Site, opening: bytes) -> None:
        site.pages["/"] = dripping(opening)
        began = time.monotonic()
        assert error_of(fetch(site.root, SourceOptions(allow_private=True, robots=False, timeout=5, deadline=0.5))) == "timeout"
        assert time.monotonic() - began < 2

    def test_silence_ends_with_the_timeout(self, site: Site) -> None:
        site.pages["/"] = lambda handler: time.sleep(1.0)
        assert error_of(fetch(site.root, SourceOptions(allow_private=True, robots=False, timeout=0.2))) == "timeout"

    def test_headers_without_end_are_refused(self, site: Site) -> None:
        site.pages["/"] = lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1_000_000)
        assert error_of(fetch(site.root)) == "connection"


class TestConnections:
    def test_refused(self) -> None:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            assert error_of(fetch(f"http://127.0.0.1:{unused.getsockname()[1]}/")) == "connection"

    @pytest.mark.parametrize(
        "answer",
        [b"", b"\x00\xff\x00", b"220 mail ready\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort", b"HTTP/9.9 x\r\n\r\n"],
    )
    def test_broken_off_or_not_http(self, site: Site, answer: bytes) -> None:
        site.pages["/"] = raw(answer)
        assert error_of(fetch(site.root)) == "connection"

    @pytest.mark.parametrize(
        "url",
        [
            "http://",
            "http://[",
            "http://a:99999/",
            "ftp://127.0.0.1/",
            "http://\x1b[31m/",
            "http://a b/",
            "http://" + "a" * 3000,
            "http://xn--/",
        ],
    )
    def test_urls_that_are_none(self, url: str) -> None:
        document = fetch(url)
        assert error_of(document) in ("bad-url", "connection")
        assert document.name.isprintable()
        assert str(document.error).isprintable()

    def test_a_page_after_a_failure_is_fetched_as_if_nothing_had_been(self, site: Site) -> None:
        site.pages |= {"/bad": raw(b"\x00"), "/good": page(b"<p>good")}
        with Fetcher(QUICK) as fetcher:
            names = [error_of(fetcher.document(f"{site.root}{path}")) for path in ("/good", "/bad", "/good")]
        assert names == [None, "connection", None]


class TestRedirects:
    def test_are_followed_and_the_last_url_is_told(self, site: Site) -> None:
        site.pages |= {"/": redirect("/a"), "/a": redirect("b?x=1"), "/b?x=1": page(b"<p>here")}
        document = fetch(site.root)
        assert (document.content, document.url, document.name) == (b"<p>here", f"{site.root}/b?x=1", site.root)

    def test_in_a_loop_end(self, site: Site) -> None:
        site.pages |= {"/": redirect("/a"), "/a": redirect("/")}
        assert error_of(fetch(site.root)) == "redirects"
        assert len(site.asked) == QUICK.max_redirects + 1

    @pytest.mark.parametrize("location", ["file:///etc/passwd", "javascript:alert(1)", "gopher://127.0.0.1/", "http://["])
    def test_to_what_is_not_the_web_are_refused(self, site: Site, location: str) -> None:
        site.pages["/"] = redirect(location)
        assert error_of(fetch(site.root)) in ("bad-url", "connection")
        assert len(site.asked) == 1

    def test_to_a_private_address_are_refused(self, site: Site, other_site: Site) -> None:
        site.pages["/"] = redirect(f"{other_site.root}/secret")
        other_site.pages["/secret"] = page(b"secret")
        document = fetch(site.root, QUICK, allowed=lambda address: str(address) == "127.0.0.1")
        assert error_of(document) == "private-address"
        assert other_site.asked == []
        assert fetch(site.root).content == b"secret"  # where all addresses are allowed it can be reached


class TestPrivateAddresses:
    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1", "0.0.0.0", "[::ffff:127.0.0.1]"])
    def test_of_this_machine_are_refused_however_they_are_written(self, site: Site, host: str) -> None:
        document = fetch(f"http://{host}:{site.port}/", SourceOptions(timeout=1))
        assert error_of(document) == "private-address"
        assert site.asked == []

    def test_are_looked_up_once_and_the_socket_goes_to_the_address_that_was_checked(
        self, site: Site, other_site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[str] = []
        real = socket.getaddrinfo

        def resolve(host: str, port: int, *rest: Any, **more: Any) -> list[Any]:
            if host != "rebinding.test":
                return real(host, port, *rest, **more)
            asked.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in ("127.0.0.2", "127.0.0.1")]

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        site.pages["/"] = page(b"<p>checked")
        document = fetch(f"http://rebinding.test:{site.port}/", QUICK, allowed=lambda address: str(address) == "127.0.0.1")
        assert (document.content, asked, other_site.asked) == (b"<p>checked", ["rebinding.test"], [])

    @pytest.mark.parametrize(
        "address",
        [
            "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
            "255.255.255.255", "240.0.0.1", "192.0.2.1", "::1", "::",
            "fe80::1", "fc00::1", "fec0::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
            "2002:7f00:1::", "2001:db8::1",
        ],
    )  # fmt: skip
    def test_all_kinds(self, address: str) -> None:
        assert not is_public(ip_address(address))

    @pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1"])
    def test_public_ones_pass(self, address: str) -> None:
        assert is_public(ip_address(address))


class TestTls:
    def test_a_certificate_is_checked_against_the_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        authority = trustme.CA()
        with tls_server(authority.issue_cert("localhost")) as port:
            assert error_of(fetch(f"https://localhost:{port}/")) == "connection"  # signed by nobody we know
            trusting = ssl.create_default_context()
            authority.configure_trust(trusting)
            monkeypatch.setattr("detector.sources.http._certificates", lambda: trusting)
            assert fetch(f"https://localhost:{port}/").content == b"<p>safe"
            assert error_of(fetch(f"https://127.0.0.1:{port}/")) == "connection"  # another name


class TestRobots:
    OPTIONS = SourceOptions(allow_private=True, timeout=1, retries=0)

    def test_a_page_that_is_forbidden_is_not_asked_for(self, site: Site) -> None:
        site.pages |= {"/robots.txt": page(b"User-agent: *\nDisallow: /private/", "text/plain"), "/open": page(b"<p>open")}
        with Fetcher(self.OPTIONS) as fetcher:
            assert error_of(fetcher.document(f"{site.root}/private/a")) == "robots"
            assert fetcher.document(f"{site.root}/open").content == b"<p>open"
        assert site.asked == ["/robots.txt", "/open"]  # asked for once

    def test_a_redirect_into_what_is_forbidden_is_not_followed(self, site: Site) -> None:
        site.pages |= {"/robots.txt": page(b"User-agent: detector\nDisallow: /private/", "text/plain"), "/": redirect("/private/a")}
        assert error_of(fetch(f"{site.root}/", self.OPTIONS)) == "robots"

    def test_none_forbids_nothing_and_a_server_in_trouble_all(self, site: Site) -> None:
        site.pages["/"] = page(b"<p>open")
        assert fetch(f"{site.root}/", self.OPTIONS).content == b"<p>open"
        site.pages["/robots.txt"] = page(b"", status=500)
        assert error_of(fetch(f"{site.root}/", self.OPTIONS)) == "robots"

    def test_a_private_address_is_called_by_its_name_though_robots_comes_first(self, site: Site) -> None:
        assert error_of(fetch(f"{site.root}/", SourceOptions(timeout=1))) == "private-address"

    def test_a_wish_for_pauses_is_kept_within_reason(self, site: Site) -> None:
        site.pages["/robots.txt"] = page(b"User-agent: *\nCrawl-delay: 3", "text/plain")
        pauses: list[float] = []
        with Fetcher(self.OPTIONS, sleep=pauses.append) as fetcher:
            fetcher.pause(site.root)
        site.pages["/robots.txt"] = page(b"User-agent: *\nCrawl-delay: 1000000", "text/plain")
        with Fetcher(self.OPTIONS, sleep=pauses.append) as fetcher:
            fetcher.pause(site.root)
        assert pauses == [3.0, 10.0]

    def test_rules_made_to_be_slow_are_not(self, site: Site) -> None:
        rules = b"User-agent: *\n" + b"\n".join(b"Disallow: /" + b"*a" * 60 + b"*%d$" % n for n in range(1000))
        site.pages |= {"/robots.txt": page(rules, "text/plain"), "/" + "a" * 1500: page(b"<p>open")}
        began = time.monotonic()
        assert fetch(f"{site.root}/{'a' * 1500}", self.OPTIONS).content == b"<p>open"
        assert time.monotonic() - began < 3


class TestABusyServer:
    @pytest.mark.parametrize("status", [429, 503])
    def test_is_asked_again(self, site: Site, status: int) -> None:
        answers = iter([page(b"", status=status), page(b"", status=status), page(b"<p>at last")])
        site.pages["/"] = lambda handler: next(answers)(handler)
        pauses: list[float] = []
        assert fetch(site.root, QUICK, sleep=pauses.append).content == b"<p>at last"
        assert pauses == [QUICK.backoff, QUICK.backoff * 2]

    def test_is_left_alone_after_the_last_try(self, site: Site) -> None:
        site.pages["/"] = page(b"", status=503)
        assert error_of(fetch(site.root)) == "http-status"
        assert len(site.asked) == 1 + QUICK.retries

    def test_says_how_long_to_wait(self, site: Site) -> None:
        answers = iter([page(b"", status=429, Retry_After="1"), page(b"<p>at last")])
        site.pages["/"] = lambda handler: next(answers)(handler)
        pauses: list[float] = []
        assert fetch(site.root, QUICK, sleep=pauses.append).content == b"<p>at last"
        assert pauses == [1.0]

    @pytest.mark.parametrize("wish", ["3600", "99999999999999999999", "Wed, 21 Oct 2099 07:28:00 GMT"])
    def test_that_wants_more_time_than_there_is_gets_no_second_call(self, site: Site, wish: str) -> None:
        site.pages["/"] = page(b"", status=503, Retry_After=wish)
        pauses: list[float] = []
        assert error_of(fetch(site.root, QUICK, sleep=pauses.append)) == "http-status"
        assert (len(site.asked), pauses) == (1, [])


@contextmanager
def tls_server(certificate: trustme.LeafCert) -> Iterator[int]:
    """The port of a server whose every answer is the same page."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    with context.wrap_socket(listening.accept()[0], server_side=True) as connection:
                        connection.recv(9999)
                        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\n<p>safe")
                except ssl.SSLError:
                    continue
                except OSError:
                    if listening.fileno() < 0:
                        return

        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)


def raw(answer: bytes) -> Answer:
    """These bytes and no others, then the connection is closed."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(answer)
        handler.close_connection = True

    return send


def endless(header: bytes = b"Content-Type: text/html\r\n") -> Answer:
    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + header + b"\r\n")
        for _ in range(2000):  # 128 MB, should nobody hang up
            handler.wfile.write(b"spam " * 13_000)
        handler.close_connection = True

    return send


def dripping(opening: bytes) -> Answer:
    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(opening)
        for _ in range(50):
            time.sleep(0.1)
            handler.wfile.write(b"H")
        handler.close_connection = True

    return send


@pytest.fixture(autouse=True)
def no_proxy_from_outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The proxies of the machine must play no part: were they read, each test here would fail."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    yield
