"""POST /audit/jsonl: pages in as JSON lines, verdicts out as JSON lines, in order, as they come."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from detector.report.safe_text import safe_json
from detector.service.body import read_lines, refuse_coded
from detector.service.desk import Desk
from detector.service.limits import Limits
from detector.service.refusal import Refused
from detector.sources.columns import USUAL_COLUMNS


async def audit_lines(request: Request, desk: Desk, limits: Limits) -> Response:
    """The answer to a batch. Raises Refused where nothing of it can be answered."""
    refuse_coded(request)
    lines = read_lines(request, limits)
    rows = _rows(lines, desk)
    try:
        first = await anext(rows, None)  # before the answer begins: a caller who asks "Expect: 100-continue" waits for this reading
    except ClientDisconnect:
        first = None
    return _Rows(first, rows, limits)


class _Rows(Response):
    """Writes rows while the request is still being read."""

    media_type = "application/x-ndjson"

    def __init__(self, first: bytes | None, rows: AsyncIterator[bytes], limits: Limits) -> None:
        super().__init__(headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"})
        self.first = first
        self.rows = rows
        self.limits = limits
        self.raw_headers = [(name, value) for name, value in self.raw_headers if name != b"content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def write(body: bytes, more: bool = True) -> None:
            # A caller who sends on and on and reads nothing would hold both sides for ever.
            async with asyncio.timeout(self.limits.body_timeout):
                await send({"type": "http.response.body", "body": body, "more_body": more})

        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        try:
            if self.first is not None:
                await write(self.first)
                async for row in self.rows:
                    await write(row)
                    await asyncio.sleep(0)  # lines that need no audit would keep all other requests waiting
        except Refused as refused:
            await write(_line({"line": None, "error": f"{refused.name}: {refused.detail}"}))
        except (ClientDisconnect, TimeoutError):
            return  # gone, or taking nothing: the connection is closed
        await write(b"", more=False)


async def _rows(lines: AsyncIterator[bytes | None], desk: Desk) -> AsyncIterator[bytes]:
    number = 0
    async for line in lines:
        number += 1
        if line is None:
            yield _line({"line": number, "error": "too-large: the line is longer than a page may be"})
        elif line.strip():
            yield _line({"line": number} | await _row(line, desk))


async def _row(line: bytes, desk: Desk) -> dict[str, Any]:
    given: dict[str, Any] = {}
    try:
        record = json.loads(line)
        if not isinstance(record, dict):
            return {"error": "bad-request: the line is JSON, but not an object"}
        given = {"id": record["id"]} if isinstance(record.get("id"), str | int) else {}
        page = next((record[name] for name in USUAL_COLUMNS if isinstance(record.get(name), str)), None)
        if page is None:
            return given | {"error": f"bad-request: no text under any of {', '.join(USUAL_COLUMNS)}"}
        url, content_type = (record.get(name) if isinstance(record.get(name), str) else None for name in ("url", "content_type"))
        report = await desk.audit(page, url, content_type)
    except Refused as refused:
        return given | {"error": f"{refused.name}: {refused.detail}"}
    except (ValueError, RecursionError) as error:
        return {"error": f"bad-request: not JSON: {error}"}
    return given | {"error": None} | report.to_dict()


def _line(row: dict[str, Any]) -> bytes:
    return (safe_json(row) + "\n").encode()
