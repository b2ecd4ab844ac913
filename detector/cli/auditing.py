"""Documents in, audited inputs out, in the order they came: in this process, or spread over several."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from multiprocessing import get_context, parent_process
from threading import Thread
from time import perf_counter
from typing import TYPE_CHECKING, Final, Protocol

from detector.cli.failure import unreadable
from detector.report.inputs import AuditedInput
from detector.report.report import Block, Report
from detector.sources import Document

if TYPE_CHECKING:
    from detector.report.site.digest import PageDigest

# Documents in hand: enough to keep the processes busy while one of them has a long page, few enough to keep memory flat.
_AHEAD: Final = 16  # for each process
_BYTES_AHEAD: Final = 32 << 20  # of all


class PageAuditor(Protocol):
    """What is needed of an Auditor."""

    def audit(self, content: bytes, url: str | None = None, content_type: str | None = None) -> Report:
        """As `detector.Auditor.audit`."""


def audit_document(auditor: PageAuditor, document: Document, digests: bool = False) -> AuditedInput:
    """Audit one document, with a digest for the verdict on its site where asked for. One that has an error, or on which the audit fails, becomes an input that could not be read."""
    if document.error is not None and not document.content:
        return AuditedInput(document.name, None, unreadable(document), 0.0)
    start = perf_counter()
    try:
        report = auditor.audit(document.content, document.url, document.content_type)
        digest = _digest(document.name, report) if digests else None
    except Exception as error:  # a defect of the auditor must not end a run over a million pages
        return AuditedInput(document.name, None, f"the audit failed, which is a bug: {error!r}", perf_counter() - start)
    seconds = perf_counter() - start
    if document.error is not None:
        if report.verdict == "clean":  # of the beginning alone: that must not pass for a clean page
            return AuditedInput(document.name, None, unreadable(document), seconds)
        report = replace(report, limits=(*report.limits, document.error.name))
    return AuditedInput(document.name, report, None, seconds, digest=digest)


def _digest(name: str, report: Report) -> PageDigest | None:
    from detector.report.site.digest import digest_page

    return digest_page(name, report)


def audit_documents(auditor: PageAuditor, documents: Iterable[Document], jobs: int = 1, digests: bool = False) -> Iterator[AuditedInput]:
    """Audit documents in `jobs` processes, lazily and in order, holding a few of them at a time. digests: see `audit_document`."""
    if jobs > 1:
        return _in_processes(_Workers(auditor, jobs, digests), documents, jobs)
    return (audit_document(auditor, document, digests) for document in documents)


@dataclass(frozen=True)
class _Drawn:
    """What a report needs of its page, drawn in the process that audited it: the page itself is too large to send."""

    drawn_blocks: tuple[Block, ...]
    drawn_text: str

    def blocks(self) -> tuple[Block, ...]:
        return self.drawn_blocks

    def visible_text(self, _: object) -> str:
        return self.drawn_text


_auditor_here: PageAuditor | None = None  # of a worker process, set once when it starts
_digests_here = False


def _start_worker(auditor: PageAuditor, digests: bool) -> None:
    global _auditor_here, _digests_here
    _auditor_here, _digests_here = auditor, digests
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A parent that is killed cannot stop its workers, which would wait for work for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _audit_in_worker(document: Document) -> AuditedInput:
    assert _auditor_here is not None
    audited = audit_document(_auditor_here, document, _digests_here)
    if audited.report is None:
        return audited
    drawn = _Drawn(audited.report.blocks, audited.report.text) if audited.report.findings else None
    return replace(audited, report=replace(audited.report, audited=drawn))


class _Workers:
    """Processes that can be had anew where one of them was killed."""

    def __init__(self, auditor: PageAuditor, jobs: int, digests: bool) -> None:
        self._jobs, self._given = jobs, (auditor, digests)
        self._pool = self._new()

    def _new(self) -> ProcessPoolExecutor:
        # spawn: the sources may hold threads and open connections, which a fork would copy half
        return ProcessPoolExecutor(self._jobs, get_context("spawn"), _start_worker, self._given)

    def submit(self, document: Document) -> Future[AuditedInput]:
        try:
            return self._pool.submit(_audit_in_worker, document)
        except BrokenProcessPool as error:
            failed: Future[AuditedInput] = Future()
            failed.set_exception(error)
            return failed

    def restart(self) -> None:
        self.stop()
        self._pool = self._new()

    def stop(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _in_processes(workers: _Workers, documents: Iterable[Document], jobs: int) -> Iterator[AuditedInput]:
    waiting: deque[tuple[Document, Future[AuditedInput]]] = deque()
    in_hand = 0  # bytes

    def first() -> AuditedInput:
        nonlocal in_hand
        document, future = waiting.popleft()
        in_hand -= len(document.content)
        try:
            return future.result()
        except BrokenProcessPool:
            pass
        # A process died, over one of those waiting. Alone, the first shows whether it is the one.
        workers.restart()
        try:
            audited = workers.submit(document).result()
        except BrokenProcessPool:
            audited = AuditedInput(document.name, None, "the process auditing it was killed, perhaps for lack of memory", 0.0)
            workers.restart()
        again = [(later, workers.submit(later)) for later, _ in waiting]
        waiting.clear()
        waiting.extend(again)
        return audited

    try:
        for document in documents:
            waiting.append((document, workers.submit(document)))
            in_hand += len(document.content)
            while len(waiting) >= jobs * _AHEAD or (in_hand > _BYTES_AHEAD and len(waiting) >= jobs):
                yield first()
        while waiting:
            yield first()
    finally:
        workers.stop()
