"""Pages from the web: one fetch with every limit that a hostile server makes necessary."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Final

import httpcore
import httpx

from detector.sources.address import Address, GuardedBackend, is_public
from detector.sources.document import Document, SourceError, SourceOptions, failed, printable, take, too_large
from detector.sources.inflate import inflated
from detector.sources.robots import ROBOTS_LIMIT, Robots
from detector.sources.site import MAX_URL

PAGE_TYPES: Final = ("text/", "application/xhtml", "application/xml", "application/json")
_BUSY: Final = (429, 503)
_LONGEST_WAIT: Final = 30.0  # seconds that a busy server may ask for


@dataclass(frozen=True, slots=True)
class Response:
    """What a server gave. url: after redirects; truncated: whether content ends at the limit."""

    url: str
    status: int
    content: bytes
    content_type: str | None
    truncated: bool


class Fetcher:
    """Fetches pages one at a time over kept connections; use it as a context manager, one a thread.

    remembered: pages that an earlier run fetched, by name: they are given back without a request. The system's proxy settings are not
    read: behind a proxy the address of the page could not be checked.
    """

    def __init__(
        self,
        options: SourceOptions,
        allowed: Callable[[Address], bool] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        remembered: Callable[[str], Document | None] | None = None,
    ) -> None:
        self._options = options
        self._remembered = remembered or (lambda _: None)
        self._sleep = sleep
        self._backend = GuardedBackend(allowed or ((lambda _: True) if options.allow_private else is_public))
        transport = httpx.HTTPTransport(verify=_certificates())
        transport._pool.close()
        transport._pool = httpcore.ConnectionPool(  # httpx has no public way to pass a network backend on
            ssl_context=_certificates(), max_connections=4, keepalive_expiry=5.0, network_backend=self._backend
        )
        headers = {"User-Agent": options.user_agent, "Accept": "text/html,text/*;q=0.9,*/*;q=0.1", "Accept-Encoding": "gzip, deflate"}
        if options.referrer:
            headers["Referer"] = options.referrer
        self._client = httpx.Client(transport=transport, timeout=options.timeout, headers=headers, trust_env=False)
        self._robots = Robots(self._robots_txt, options.user_agent) if options.robots else None

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def document(self, url: str) -> Document:
        """The page at a URL. Raises nothing: what went wrong is in the Document."""
        if (known := self._remembered(printable(url))) is not None:
            return known
        try:
            response = self.fetch(url, self._options.max_bytes)
        except SourceError as error:
            return failed(url, error, url=url)
        cut = too_large(self._options.max_bytes) if response.truncated else None
        return Document(printable(url), response.content, response.url, response.content_type, cut)

    def fetch(self, url: str, limit: int, *, any_type: bool = False, any_status: bool = False, robots: bool = True) -> Response:
        """Up to `limit` unpacked bytes of what a URL leads to: a page served with success, unless any type or status will do.

        robots: whether robots.txt is asked, where the options want it. Raises SourceError.
        """
        deadline = time.monotonic() + self._options.deadline
        target = _parsed(url)
        for _ in range(self._options.max_redirects + 1):
            if robots and self._robots is not None:
                self._robots.check(str(target), _origin(target))
            self._backend.deadline = deadline
            with _named_errors(), self._answer(target, deadline) as response:
                location = response.headers.get("location")
                if response.is_redirect and location:
                    target = _parsed(location, target)
                    continue
                _check(response, any_type, any_status)
                content, truncated = take(inflated(response.iter_raw(), response.headers.get("content-encoding", "")), limit)
                return Response(str(target), response.status_code, content, response.headers.get("content-type"), truncated)
        raise SourceError("redirects", f"more than {self._options.max_redirects} redirects")

    def pause(self, url: str) -> None:
        """Wait as long as the site's robots.txt wants between two pages."""
        if self._remembered(printable(url)) is not None:
            return
        if self._robots is not None and (delay := self._robots.delay(_origin(_parsed(url)))):
            self._sleep(delay)

    @contextmanager
    def _answer(self, url: httpx.URL, deadline: float) -> Iterator[httpx.Response]:
        """The server's answer, asked for again while it is busy and there is time."""
        for attempt in range(self._options.retries + 1):
            response = self._client.send(self._client.build_request("GET", url), stream=True)
            try:
                wait = _wished_wait(response, self._options.backoff * 2**attempt)
                last = attempt == self._options.retries or response.status_code not in _BUSY
                if last or wait > min(_LONGEST_WAIT, deadline - time.monotonic()):
                    yield response
                    return
            finally:
                response.close()
            self._sleep(wait)

    def _robots_txt(self, url: str) -> bytes:
        """By RFC 9309 a file that is not there (4xx) forbids nothing, and a server in trouble forbids all."""
        response = self.fetch(url, ROBOTS_LIMIT, any_type=True, any_status=True, robots=False)
        if 200 <= response.status < 300:
            return response.content
        if 400 <= response.status < 500 and response.status not in _BUSY:
            return b""
        raise SourceError("http-status", f"HTTP {response.status}")


@cache
def _certificates() -> ssl.SSLContext:
    """Whom to trust: reading the list takes 0.1 s, so it is read once."""
    return httpx.create_ssl_context(trust_env=False)


def _check(response: httpx.Response, any_type: bool, any_status: bool) -> None:
    status = response.status_code
    if not (200 <= status < 300 or any_status):
        raise SourceError("http-status", f"HTTP {status} {httpx.codes.get_reason_phrase(status)}".strip())
    content_type = response.headers.get("content-type", "text/html")
    if not (any_type or content_type.strip().lower().startswith(PAGE_TYPES)):
        raise SourceError("not-a-page", f"Content-Type {content_type[:80]}")


def _parsed(url: str, base: httpx.URL | None = None) -> httpx.URL:
    """A URL that can be fetched. Raises SourceError "bad-url"."""
    if len(url) > MAX_URL:
        raise SourceError("bad-url", f"longer than {MAX_URL} characters")
    try:
        parsed = base.join(url) if base is not None else httpx.URL(url)
        if parsed.scheme in ("http", "https") and parsed.host:
            return parsed.copy_with(fragment=None, username=None, password=None)
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise SourceError("bad-url", str(error)) from None
    raise SourceError("bad-url", f"not an address of the web: {url[:200]}")


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def _wished_wait(response: httpx.Response, otherwise: float) -> float:
    """Seconds from Retry-After, which gives seconds or a date."""
    wish = response.headers.get("retry-after", "").strip()
    if wish.isascii() and wish.isdigit():
        return float(wish[:9])
    try:
        return max(0.0, parsedate_to_datetime(wish).timestamp() - time.time())
    except (ValueError, OverflowError):
        return otherwise


@contextmanager
def _named_errors() -> Iterator[None]:
    try:
        yield
    except httpx.TimeoutException as error:
        raise SourceError("timeout", str(error) or "no answer in time") from None
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise SourceError("bad-url", str(error)) from None
    except httpx.HTTPError as error:
        raise SourceError("connection", str(error) or type(error).__name__) from None
