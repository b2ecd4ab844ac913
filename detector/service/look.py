"""The page for people: a form for a page or its address, and the HTML report on what was given.

The page that is looked at comes back inside the report, which shows it as text under a content security policy: nothing of it runs.
"""

from __future__ import annotations

import base64
import hashlib
import io
from time import perf_counter
from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from detector.report.inputs import AuditedInput
from detector.report.renderers import render
from detector.service.body import read_body
from detector.service.desk import Desk
from detector.service.limits import Limits
from detector.service.refusal import Refused

_URLENCODED: Final = 3  # bytes of a form for one byte of a page, at most
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def show_form() -> Response:
    """The form. It has no script."""
    from importlib.resources import files

    style = files("detector.service").joinpath("templates", "form.css").read_text("utf-8")
    form = files("detector.service").joinpath("templates", "form.html").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    return HTMLResponse(form.replace("{{ style }}", style), headers=_HEADERS | {"Content-Security-Policy": policy})


async def look(request: Request, desk: Desk, limits: Limits) -> Response:
    """The report on what the form held. Raises Refused."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Refused("cross-site", "the form of another site may not ask here")
    fields = await _fields(request, limits)
    content, url = fields.get("content", ""), fields.get("url", "").strip()
    if content.strip():
        audited = await _audited(desk, "the page pasted", content, url or None, None)
    elif url:
        audited = await _fetched(desk, url, limits)
    else:
        raise Refused("bad-request", "paste a page or give its address")
    out = io.StringIO()
    render("html", [audited], out)
    # The report brings its own policy; this one keeps it out of frames and gives it an origin of its own, without cookies or storage.
    policy = "sandbox allow-scripts allow-downloads; frame-ancestors 'none'"
    return HTMLResponse(out.getvalue().encode("utf-8", "replace"), headers=_HEADERS | {"Content-Security-Policy": policy})


async def _fields(request: Request, limits: Limits) -> dict[str, str]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise Refused("unsupported", "send a form as application/x-www-form-urlencoded")
    body = await read_body(request, limits, limits.max_bytes * _URLENCODED)
    try:
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=8, errors="replace")
    except ValueError as error:
        raise Refused("bad-request", f"not a form: {error}") from None
    return {name: values[0] for name, values in fields.items()}


async def _fetched(desk: Desk, url: str, limits: Limits) -> AuditedInput:
    from detector.sources.document import Document, SourceOptions
    from detector.sources.http import Fetcher

    # One page that a person asks for is what a browser would fetch: robots.txt is for crawlers.
    options = SourceOptions(
        max_bytes=limits.max_bytes, robots=False, allow_private=limits.allow_private, timeout=5.0, deadline=limits.fetch_timeout, retries=0
    )

    def fetch() -> Document:
        with Fetcher(options) as fetcher:
            return fetcher.document(url)

    document = await desk.fetch(fetch)
    if document.error is not None and not document.content:
        return AuditedInput(document.name, None, str(document.error), 0.0)
    return await _audited(desk, document.name, document.content, document.url, document.content_type)


async def _audited(desk: Desk, name: str, content: bytes | str, url: str | None, content_type: str | None) -> AuditedInput:
    start = perf_counter()
    report = await desk.audit(content, url, content_type)
    return AuditedInput(name, report, None, perf_counter() - start)
