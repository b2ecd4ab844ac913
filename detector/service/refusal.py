"""Requests that are refused: a named error as JSON, which a caller who is still sending gets to read."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from detector.report.safe_text import safe_json
from detector.service.limits import Limits

STATUS: Final = {
    "bad-request": 400,
    "cross-site": 403,
    "no-such-path": 404,
    "wrong-method": 405,
    "too-slow": 408,
    "too-large": 413,
    "unsupported": 415,
    "failed": 500,
    "busy": 503,
    "timeout": 503,
}


class Refused(Exception):
    """name: one of `STATUS`; detail: a sentence for people."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(name, detail)
        self.name = name
        self.detail = detail


class Refusal(Response):
    """Tells why, at once, and reads on for a while before it closes.

    A server that closes while bytes are coming in resets the connection, and the reset wipes out the answer that the caller had not read.
    """

    media_type = "application/json"

    def __init__(self, refused: Refused, limits: Limits) -> None:
        headers = {"Connection": "close"}
        if STATUS[refused.name] == 503:
            headers["Retry-After"] = "1"
        body = safe_json({"error": refused.name, "detail": refused.detail}) + "\n"
        super().__init__(body, STATUS[refused.name], headers)
        self.limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        left = self.limits.linger_bytes
        try:
            async with asyncio.timeout(self.limits.linger_timeout):
                while left > 0:
                    message = await receive()
                    if message["type"] != "http.request" or not message.get("more_body", False):
                        break
                    left -= len(message.get("body", b""))
        except TimeoutError:
            pass
        await send({"type": "http.response.body", "body": b"", "more_body": False})
