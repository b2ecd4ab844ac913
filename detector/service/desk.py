"""Where pages wait for their turn and are audited, off the event loop: so many at once, so many waiting, no longer than allowed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Protocol, TypeVar

from detector.report.report import Report
from detector.service.limits import Limits
from detector.service.metrics import Metrics
from detector.service.refusal import Refused

Result = TypeVar("Result")


class PageAuditor(Protocol):
    """What is needed of an Auditor."""

    def audit(self, content: bytes | str, url: str | None = None, content_type: str | None = None) -> Report:
        """As `detector.Auditor.audit`."""


class Desk:
    """Shared by all requests of one event loop."""

    def __init__(self, auditor: PageAuditor, limits: Limits, metrics: Metrics) -> None:
        self._auditor = auditor
        self._limits = limits
        self._metrics = metrics
        self._turns = asyncio.Semaphore(limits.audits)
        self._waiting = 0
        self._audits = ThreadPoolExecutor(limits.audits, "audit")
        self._fetches = ThreadPoolExecutor(8, "fetch")

    async def audit(self, content: bytes | str, url: str | None = None, content_type: str | None = None) -> Report:
        """The report on a page. Raises Refused "busy", "timeout" or "failed"."""
        try:
            report, seconds = await self._in_turn(lambda: self._timed(content, url, content_type))
        except Refused as refused:
            self._metrics.failures.labels(refused.name).inc()
            raise
        self._metrics.audited(report, seconds)
        return report

    async def fetch(self, run: Callable[[], Result]) -> Result:
        """Run something that waits for the network. Raises Refused "busy"."""
        if self._waiting >= self._limits.waiting:
            raise Refused("busy", "too many requests are waiting; try again later")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._fetches, run)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Let go of what waits; what runs is not waited for."""
        self._audits.shutdown(wait=False, cancel_futures=True)
        self._fetches.shutdown(wait=False, cancel_futures=True)

    def _timed(self, content: bytes | str, url: str | None, content_type: str | None) -> tuple[Report, float]:
        start = perf_counter()
        return self._auditor.audit(content, url, content_type), perf_counter() - start

    async def _in_turn(self, run: Callable[[], Result]) -> Result:
        if self._waiting >= self._limits.waiting and self._turns.locked():
            raise Refused("busy", "too many requests are waiting; try again later")
        try:
            async with asyncio.timeout(self._limits.audit_timeout):
                await self._turn()
                self._metrics.running.inc()
                future = asyncio.get_running_loop().run_in_executor(self._audits, run)
                # A thread cannot be stopped: its turn ends when the audit does, not when the caller has given up.
                future.add_done_callback(self._done)
                return await asyncio.shield(future)
        except TimeoutError:
            raise Refused("timeout", f"the audit was not done after {self._limits.audit_timeout:g} s") from None
        except Exception as error:
            raise Refused("failed", f"the audit failed, which is a bug: {error!r}") from error

    async def _turn(self) -> None:
        self._waiting += 1
        self._metrics.waiting.set(self._waiting)
        try:
            await self._turns.acquire()
        finally:
            self._waiting -= 1
            self._metrics.waiting.set(self._waiting)

    def _done(self, future: asyncio.Future[Result]) -> None:
        self._turns.release()
        self._metrics.running.dec()
        if not future.cancelled():
            future.exception()  # seen, though nobody may be waiting any more
