"""Hugging Face datasets: functions for ``Dataset.map`` and ``Dataset.filter``, also of streamed datasets.

>>> from detector.integrations.datasets import PageMap, is_not
>>> judged = pages.map(PageMap("html", clean=True), batched=True, num_proc=4)
>>> kept = judged.filter(is_not("injected"), input_columns="detector_verdict")

A `PageMap` can be pickled and hashed: datasets finds a map that it has made before in its cache.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from detector.integrations.judgement import NOTHING, Level, at_least, checked_level, judge

if TYPE_CHECKING:
    from detector.auditor import Auditor


@dataclass(frozen=True)
class PageMap:
    """For ``map(..., batched=True)``: adds ``detector_verdict``, ``detector_score``, ``detector_findings`` and ``detector_error``.

    column: of text or binary; clean: also ``detector_cleaned``, the page without what was found.
    """

    column: str = "text"
    url_column: str | None = None
    content_type: str | None = None
    auditor: Auditor | None = None
    clean: bool = False
    prefix: str = "detector_"

    def __call__(self, batch: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
        pages = batch[self.column]
        urls = batch[self.url_column] if self.url_column is not None else [None] * len(pages)
        judged = [
            judge(page, url, self.content_type, auditor=self.auditor, clean=self.clean) for page, url in zip(pages, urls, strict=True)
        ]
        names = [*NOTHING, "cleaned"] if self.clean else [*NOTHING]
        return {self.prefix + name: [row[name] for row in judged] for name in names}


def is_not(level: Level) -> Callable[[str | None], bool]:
    """For ``filter(..., input_columns="detector_verdict")``: keeps pages whose verdict is below the level. Raises ValueError."""
    checked_level(level)
    return partial(_is_below, level)


def _is_below(level: Level, verdict: str | None) -> bool:
    return not at_least(verdict, level)
