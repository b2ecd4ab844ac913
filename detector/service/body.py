"""The bytes of a request, as they come, within limits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import ClientDisconnect, Request

from detector.service.limits import Limits
from detector.service.refusal import Refused


async def read_body(request: Request, limits: Limits, max_bytes: int | None = None) -> bytes:
    """The whole body. Raises Refused "too-large", "too-slow" or "unsupported", and ClientDisconnect."""
    most = limits.max_bytes if max_bytes is None else max_bytes
    refuse_coded(request)
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:19]) > most:
        raise _too_large(most)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(limits.body_timeout):
            async for part in request.stream():
                size += len(part)
                if size > most:
                    raise _too_large(most)
                parts.append(part)
    except TimeoutError:
        raise Refused("too-slow", f"the request had not come in after {limits.body_timeout:g} s") from None
    return b"".join(parts)


async def read_lines(request: Request, limits: Limits) -> AsyncIterator[bytes | None]:
    """The lines of a body of any length; None for one above the limit, of which the rest is skipped.

    Raises Refused "too-slow" where nothing comes for too long, and ClientDisconnect.
    """
    pending = bytearray()
    skipping = False
    more = True
    while more:
        try:
            async with asyncio.timeout(limits.body_timeout):
                message = await request.receive()
        except TimeoutError:
            raise Refused("too-slow", f"nothing came for {limits.body_timeout:g} s") from None
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        more = message.get("more_body", False)
        *lines, rest = message.get("body", b"").split(b"\n")
        for line in lines:
            if not skipping:
                pending += line
                yield bytes(pending) if len(pending) <= limits.max_bytes else None
            pending.clear()
            skipping = False
        if not skipping:
            pending += rest
        if len(pending) > limits.max_bytes:
            yield None
            pending.clear()
            skipping = True
    if pending:
        yield bytes(pending)


def refuse_coded(request: Request) -> None:
    """Raises Refused "unsupported" for a compressed body: its size is not known before it is unpacked."""
    if request.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise Refused("unsupported", "send the body without a Content-Encoding")


def _too_large(most: int) -> Refused:
    return Refused("too-large", f"more than {most:,} bytes")
