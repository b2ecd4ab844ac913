"""Hugging Face datasets, in memory and streamed."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from detector.auditor import Auditor
from detector.integrations.datasets import PageMap, is_not
from tests.integrations.pages import ROWS, plain, told


@pytest.fixture(scope="module")
def datasets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HOME", str(tmp_path_factory.mktemp("hf")))
        patch.setenv("HF_HUB_OFFLINE", "1")
        module = pytest.importorskip("datasets", reason="datasets is not installed: pip install 'detector[datasets]'")
        module.disable_progress_bars()
        yield module


@pytest.mark.parametrize("processes", [None, 2])
def test_map_adds_the_verdicts_of_the_plain_call(datasets: Any, processes: int | None) -> None:
    pages = datasets.Dataset.from_list(ROWS)
    judged = pages.map(PageMap("html", "url", clean=True), batched=True, batch_size=4, num_proc=processes)
    assert [told(row) for row in judged] == [plain(row["html"]) for row in ROWS]
    assert judged.filter(is_not("injected"), input_columns="detector_verdict").num_rows == 12


def test_a_streamed_dataset_is_audited_as_it_is_read(datasets: Any) -> None:
    pages = datasets.Dataset.from_list(ROWS).to_iterable_dataset()
    rows = list(pages.map(PageMap("html", "url", clean=True), batched=True, batch_size=3))
    assert [told(row) for row in rows] == [plain(row["html"]) for row in ROWS]


def test_the_same_map_is_found_in_the_cache_and_another_is_not(datasets: Any, tmp_path: Path) -> None:
    from datasets.fingerprint import Hasher

    first, again, other = PageMap("html"), pickle.loads(pickle.dumps(PageMap("html"))), PageMap("html", auditor=Auditor(max_chars=9))
    assert Hasher.hash(first) == Hasher.hash(again) != Hasher.hash(other)
