"""Audits beside Twisted's reactor: in processes of their own, or in a thread.

Pages go to the processes and verdicts come back by pipes that the reactor itself serves. A pool of `concurrent.futures` would serve them with
two threads, which take Python's lock from the crawl for every page, and would import the crawler's main module into every process.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from twisted.internet.defer import Deferred
from twisted.internet.protocol import ProcessProtocol

from detector.integrations.audit_process import COMMAND, Audited, Frames, Page, audited, framed
from detector.integrations.judgement import NOTHING
from detector.lazy import cached_property
from detector.report.safe_text import escape_unsafe

if TYPE_CHECKING:
    from detector.auditor import Auditor

_AHEAD: Final = 32  # pages that a process is given before it has answered: it has work until the reactor comes round again
_DEATHS: Final = 2  # of processes over the same page, until the page is held to be the cause
log = logging.getLogger(__name__)


class AuditThread:
    """Audits in one thread, which shares Python's lock with the reactor."""

    ready = True

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings
        self._executor: ThreadPoolExecutor | None = None

    @cached_property
    def _auditor(self) -> Auditor:
        from detector.auditor import Auditor  # numpy and the model are loaded where they are needed

        return Auditor(**self._settings)

    def start(self) -> None:
        """Nothing to be done: a thread starts at once."""

    def submit(self, page: Page) -> Deferred[Audited]:
        """The verdict to come. It never fails."""
        deferred: Deferred[Audited] = Deferred()
        call_in_reactor = _call_in_reactor()

        def deliver(future: Future[Audited]) -> None:
            error = future.exception()
            call_in_reactor(deferred.callback, future.result() if error is None else _failed(page, f"the audit failed: {error!r}"))

        if self._executor is None:
            self._executor = ThreadPoolExecutor(1, "detector")
        self._executor.submit(lambda: audited(self._auditor, page)).add_done_callback(deliver)
        return deferred

    def close(self) -> None:
        """What was submitted is still audited."""
        executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=False)


class AuditProcesses:
    """Audits in so many processes; what they cannot do, a thread does. Pages wait here in the order in which they came.

    How many may wait is for the crawler to say: Scrapy downloads no more while SCRAPER_SLOT_MAX_ACTIVE_SIZE of pages are in work.
    """

    def __init__(self, number: int, settings: Mapping[str, Any]) -> None:
        self._number = number
        self._settings = settings
        self._thread = AuditThread(settings)
        self._processes: list[_Process] = []
        self._waiting: deque[_Job] = deque()
        self._startable = bool(sys.executable)
        self._told = False

    def start(self) -> None:
        """Start the processes: they get ready while the first pages are on their way."""
        while self._startable and len(self._processes) < self._number:
            try:
                self._processes.append(_Process(self._settings, self._go_on, self._gone))
            except Exception as error:  # on Windows of several kinds, among them that pywin32 is not there
                self._startable = False
                self._tell(f"a process that audits pages could not be started ({error!r})")

    @property
    def ready(self) -> bool:
        """Whether a page that comes now is audited soon."""
        return not self._startable or any(process.ready for process in self._processes)

    def submit(self, page: Page) -> Deferred[Audited]:
        """The verdict to come. It never fails."""
        job = _Job(page)
        self._waiting.append(job)
        self._go_on()
        return job.verdict

    def close(self) -> None:
        """The processes end when they have done what was submitted."""
        self._startable = False
        processes, self._processes = self._processes, []
        for number, job in enumerate(self._waiting):
            processes[number % len(processes)].give(job)
        self._waiting.clear()
        for process in processes:
            process.end()
        self._thread.close()

    def _go_on(self) -> None:
        while self._waiting:
            self.start()
            process = min(self._processes, key=lambda one: len(one.jobs), default=None)
            if process is None:
                job = self._waiting.popleft()
                self._thread.submit(job.page).addCallback(job.verdict.callback)
            elif len(process.jobs) < _AHEAD:
                process.give(self._waiting.popleft())
            else:
                return

    def _gone(self, process: _Process) -> None:
        """A process has ended that should not have: what it had goes to another, but for a page that ends one after the other."""
        if process in self._processes:
            self._processes.remove(process)
        self._startable = self._startable and process.ready
        self._tell("a process that audits pages has ended")
        jobs = list(process.jobs)
        if jobs and process.ready:
            jobs[0].deaths += 1
            if jobs[0].deaths >= _DEATHS:
                job = jobs.pop(0)
                job.verdict.callback(_failed(job.page, f"the audit's process failed, {_DEATHS} times"))
        self._waiting.extendleft(reversed(jobs))
        self._go_on()

    def _tell(self, what: str) -> None:
        if not self._told:
            self._told = True
            goes_on = "in another one" if self._startable or self._processes else "in a thread of the crawler"
            log.warning("%s; its work goes on %s. This is told once.", what, goes_on)


class _Job:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.verdict: Deferred[Audited] = Deferred()
        self.deaths = 0


class _Process(ProcessProtocol):  # type: ignore[misc]
    """One process that audits, seen from the reactor."""

    def __init__(self, settings: Mapping[str, Any], answered: Callable[[], None], gone: Callable[[_Process], None]) -> None:
        from twisted.internet import reactor

        self.jobs: deque[_Job] = deque()  # given, in order, and not yet answered
        self.ready = False
        self._answered = answered
        self._gone = gone
        self._frames = Frames()
        self._ending = False
        path = os.pathsep.join(folder or os.getcwd() for folder in sys.path)
        self._pipe = reactor.spawnProcess(self, sys.executable, [sys.executable, *COMMAND], os.environ | {"PYTHONPATH": path})
        self._pipe.write(framed(dict(settings)))

    def give(self, job: _Job) -> None:
        """Have a page audited."""
        self.jobs.append(job)
        self._pipe.write(framed(job.page))

    def end(self) -> None:
        """Let it end when it has done what it was given."""
        self._ending = True
        self._pipe.closeStdin()

    def outReceived(self, data: bytes) -> None:  # noqa: N802
        for value in self._frames.values(data):
            if self.ready:
                self.jobs.popleft().verdict.callback(value)
            self.ready = True
        self._answered()

    def errReceived(self, data: bytes) -> None:  # noqa: N802
        for line in data.decode("utf-8", "replace").splitlines():
            log.warning("%s", escape_unsafe(line))

    def outConnectionLost(self) -> None:  # noqa: N802
        if not self._ending or self.jobs:
            self._gone(self)


def _failed(page: Page, why: str) -> Audited:
    judged = NOTHING | {"error": why}
    return judged | ({"cleaned": page.content} if page.clean else {}), 0.0


def _call_in_reactor() -> Callable[..., Any]:
    """How a thread has something called in the reactor's, or, where Scrapy runs without a reactor, in the event loop's."""
    if "twisted.internet.reactor" in sys.modules:
        from twisted.internet import reactor

        call: Callable[..., Any] = reactor.callFromThread
        return call
    return asyncio.get_running_loop().call_soon_threadsafe
