"""Which URLs belong to one site: those of the same host, ``www.`` or not, whatever the scheme."""

from __future__ import annotations

from typing import Final
from urllib.parse import urldefrag, urljoin, urlsplit

from detector.sources.document import SourceError

MAX_URL: Final = 2048  # characters


def host_of(url: str) -> str:
    """The host of a URL in lower case without ``www.``, with a port that is not the scheme's own; "" where it is no URL of the web."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    host = parts.hostname.removeprefix("www.")
    return host if port in (None, 80, 443) else f"{host}:{port}"


def joined(base: str, link: str) -> str | None:
    """The absolute URL of a link without its fragment; None where it leads to nothing that can be fetched."""
    try:
        url = urldefrag(urljoin(base, link.strip())).url
    except ValueError:
        return None
    return url if host_of(url) and len(url) <= MAX_URL else None


def site_of(url: str) -> str:
    """The host that the pages of a crawl or sitemap must have. Raises SourceError "bad-url"."""
    host = host_of(url)
    if not host:
        raise SourceError("bad-url", f"not an address of the web: {url[:200]}")
    return host
