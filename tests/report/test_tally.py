"""Counting a run, and the exit code that follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest

from detector.report.inputs import AuditedInput
from detector.report.tally import Tally

Make = Callable[..., AuditedInput]


def test_an_input_has_a_report_or_an_error(page: Make) -> None:
    report = page("a", "quiet").report
    with pytest.raises(ValueError, match="either"):
        AuditedInput("a", report, "too", 0.0)
    with pytest.raises(ValueError, match="either"):
        AuditedInput("a", None, None, 0.0)


def test_inputs_are_counted_as_they_pass(page: Make, unreadable: Make) -> None:
    tally = Tally()
    inputs = [page("a", "⟪x⟫ ⟪y⟫"), page("b", "quiet"), page("c", "⟪z⟫", verdict="suspicious"), unreadable("d", "gone")]
    assert list(tally.watch(iter(inputs))) == inputs
    assert tally.to_dict() == {"pages": 4, "injected": 1, "suspicious": 1, "clean": 1, "unreadable": 1, "findings": 3, "seconds": 0.03}


@pytest.mark.parametrize(
    ("statuses", "fail_on", "code"),
    [
        ("", "injected", 0),
        ("clean", "suspicious", 0),
        ("clean suspicious", "injected", 0),
        ("clean suspicious", "suspicious", 1),
        ("clean injected", "injected", 1),
        ("clean injected", "suspicious", 1),
        ("clean unreadable", "injected", 3),
        ("unreadable suspicious", "injected", 3),
        ("unreadable injected", "injected", 1),
    ],
)
def test_exit_code(statuses: str, fail_on: Literal["suspicious", "injected"], code: int, page: Make, unreadable: Make) -> None:
    tally = Tally()
    for status in statuses.split():
        tally.add(unreadable("x", "gone") if status == "unreadable" else page("x", "quiet", verdict=status))
    assert tally.exit_code(fail_on) == code
