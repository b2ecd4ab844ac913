"""Auditing in several processes gives what auditing in one gives, and outlives a page that kills its process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from detector.cli.auditing import audit_documents
from detector.report.inputs import AuditedInput
from detector.sources import Document
from tests.cli.stub import StubAuditor


def documents(*texts: str) -> list[Document]:
    return [Document(f"page-{number}", text.encode()) for number, text in enumerate(texts)]


def without_time(audited: AuditedInput) -> AuditedInput:
    return replace(audited, seconds=0.0)


def test_the_same_results_in_the_same_order() -> None:
    texts = [f"page {number} ⟪casino {number}⟫" if number % 3 else f"page {number}" for number in range(30)]
    alone = [without_time(audited) for audited in audit_documents(StubAuditor(), documents(*texts))]
    together = [without_time(audited) for audited in audit_documents(StubAuditor(), documents(*texts), jobs=2)]
    assert together == alone
    assert together[1].report is not None and together[1].report.blocks == alone[1].report.blocks  # type: ignore[union-attr]
    assert together[1].report.text == "page 1 "


@pytest.mark.parametrize("size, most", [(6, 32), (17 << 20, 3)])
def test_only_a_few_documents_are_held_at_a_time_and_of_large_ones_fewer(size: int, most: int) -> None:
    taken = 0

    def endless() -> Iterator[Document]:
        nonlocal taken
        while True:
            taken += 1
            yield Document(f"page-{taken}", b" " * size)

    results = audit_documents(StubAuditor(), endless(), jobs=2)
    for _ in range(5):
        next(results)
    results.close()  # type: ignore[attr-defined]
    assert taken <= 5 + most


def test_a_page_that_kills_its_process_is_named_and_the_others_are_audited() -> None:
    results = list(audit_documents(StubAuditor(), documents("honest", "⟪casino⟫", "KILL", "honest", "⟪casino⟫"), jobs=2))
    assert [audited.status for audited in results] == ["clean", "injected", "unreadable", "clean", "injected"]
    assert "killed" in (results[2].error or "")


def test_workers_end_when_their_parent_is_killed() -> None:
    program = (
        "import itertools, multiprocessing, os, signal\n"
        "from detector.cli.auditing import audit_documents\n"
        "from detector.sources import Document\n"
        "from tests.cli.stub import StubAuditor\n"
        "if __name__ == '__main__':\n"
        "    results = audit_documents(StubAuditor(), (Document('page', b'x') for _ in itertools.count()), jobs=2)\n"
        "    next(results)\n"
        "    print(*(child.pid for child in multiprocessing.active_children()), flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).parents[2]
    # The workers inherit the pipe: that it ends shows that they have.
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, timeout=20, check=False)
    assert len(done.stdout.split()) == 2, done.stderr
