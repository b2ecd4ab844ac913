"""The service as a Starlette application: paths, and what answers them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from detector.report.cut import without
from detector.report.safe_text import safe_json
from detector.report.version import tool_version
from detector.service import metrics as counting
from detector.service.batch import audit_lines
from detector.service.body import read_body
from detector.service.desk import Desk, PageAuditor
from detector.service.limits import Limits
from detector.service.look import look, show_form
from detector.service.metrics import Metrics
from detector.service.openapi import describe
from detector.service.refusal import Refusal, Refused

Answer = Callable[[Request], Awaitable[Response]]
PATHS: Final = ("/", "/look", "/audit", "/audit/jsonl", "/clean", "/health", "/metrics", "/openapi.json")

# Types that a client sends when nobody has told it one, and that say nothing of the page.
_UNTOLD: Final = ("application/x-www-form-urlencoded", "application/octet-stream")
# A page must not come back as a page of this service: a form on another site could make a browser show it, scripts and all.
_NOT_SHOWN: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Content-Disposition": "attachment",
    "Cache-Control": "no-store",
}


def make_app(auditor: PageAuditor, limits: Limits | None = None) -> Starlette:
    """The application. One process; its audits run in ``limits.audits`` threads."""
    limits = limits or Limits()
    metrics = Metrics()
    desk = Desk(auditor, limits, metrics)

    async def audit(request: Request) -> Response:
        report = await desk.audit(await read_body(request, limits), _url(request), _content_type(request))
        return _json(report.to_dict())

    async def clean(request: Request) -> Response:
        content = await read_body(request, limits)
        report = await desk.audit(content, _url(request), _content_type(request))
        told = {"Detector-Verdict": report.verdict, "Detector-Findings": str(len(report.findings))}
        return Response(without(content, report.findings), headers=_NOT_SHOWN | told, media_type="application/octet-stream")

    async def lines(request: Request) -> Response:
        return await audit_lines(request, desk, limits)

    async def form(_: Request) -> Response:
        return show_form()

    async def looked(request: Request) -> Response:
        return await look(request, desk, limits)

    async def health(_: Request) -> Response:
        return _json({"status": "ok", "version": tool_version()})

    async def numbers(_: Request) -> Response:
        return Response(metrics.text(), headers={"Content-Type": counting.CONTENT_TYPE})

    async def description(_: Request) -> Response:
        return _json(describe(limits))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        desk.close()

    async def refused(_: Request, error: Exception) -> Response:
        assert isinstance(error, Refused)
        return Refusal(error, limits)

    async def refused_by_router(_: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        name = "wrong-method" if error.status_code == 405 else "no-such-path"
        return Refusal(Refused(name, "see /openapi.json for what there is"), limits)

    async def gone(_: Request, __: Exception) -> Response:
        return Response(status_code=400)  # nobody is there to read it

    routes = [
        Route("/", form),
        Route("/look", looked, methods=["POST"]),
        Route("/audit", audit, methods=["POST"]),
        Route("/audit/jsonl", lines, methods=["POST"]),
        Route("/clean", clean, methods=["POST"]),
        Route("/health", health),
        Route("/metrics", numbers),
        Route("/openapi.json", description),
    ]
    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        exception_handlers={Refused: refused, HTTPException: refused_by_router, ClientDisconnect: gone},
    )
    app.add_middleware(_Counted, metrics=metrics)
    return app


class _Counted:
    """Counts answers by path and status."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                path = scope["path"] if scope["path"] in PATHS else "other"
                self.metrics.requests.labels(path, str(message["status"])).inc()
            await send(message)

        await self.app(scope, receive, counted if scope["type"] == "http" else send)


def _url(request: Request) -> str | None:
    return request.query_params.get("url") or None


def _content_type(request: Request) -> str | None:
    given = request.headers.get("content-type")
    return None if given is None or given.partition(";")[0].strip().lower() in _UNTOLD else given


def _json(value: object) -> Response:
    return Response(safe_json(value) + "\n", headers={"X-Content-Type-Options": "nosniff"}, media_type="application/json")
