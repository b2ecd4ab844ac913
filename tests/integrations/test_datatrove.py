"""datatrove's local executor over JSONL files."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

import detector

pytest.importorskip("datatrove", reason="datatrove is not installed: pip install 'detector[datatrove]'")

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers.jsonl import JsonlWriter

from detector.integrations.datatrove import SpamCleaner, SpamFilter, cut_lines
from tests.integrations.pages import CLEAN, INFECTED, URL


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    rows = [{"text": text, "id": name, "url": URL} for name, text in (("clean", CLEAN), ("infected", INFECTED))]
    (tmp_path / "in" / "pages.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return tmp_path


def run(folder: Path, *steps: Any) -> list[dict[str, Any]]:
    out = JsonlWriter(str(folder / "out"))
    LocalPipelineExecutor([JsonlReader(str(folder / "in")), *steps, out], logging_dir=str(folder / "logs")).run()
    return read(folder / "out")


def read(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in sorted(folder.glob("*.gz")) for line in gzip.decompress(path.read_bytes()).splitlines()]


def test_the_filter_drops_infected_documents_with_a_reason_and_keeps_them_apart(documents: Path) -> None:
    kept = run(documents, SpamFilter("injected", exclusion_writer=JsonlWriter(str(documents / "dropped"))))
    assert [row["id"] for row in kept] == ["clean"]
    assert kept[0]["metadata"]["detector"]["verdict"] == "clean"
    (dropped,) = read(documents / "dropped")
    finding = detector.audit(INFECTED, URL).findings[0]
    assert dropped["metadata"]["filter_reason"] == f"injected-{finding.category}"
    assert dropped["metadata"]["detector"]["findings"][0]["start"] == finding.start
    stats = json.loads((documents / "logs" / "stats.json").read_text())
    assert next(step["stats"] for step in stats if "detector" in step["name"])["verdict_injected"] == 1


def test_without_a_level_the_filter_only_tells(documents: Path) -> None:
    assert [row["metadata"]["detector"]["verdict"] for row in run(documents, SpamFilter(None))] == ["clean", "injected"]


def test_the_cleaner_cuts_lines_and_leaves_all_others_as_they_are(documents: Path) -> None:
    clean, infected = run(documents, SpamCleaner())
    assert clean["text"] == CLEAN
    spam = detector.audit(INFECTED, URL).findings[0].text
    assert spam not in infected["text"]
    assert set(infected["text"].split("\n")) - set(INFECTED.split("\n")) <= set(detector.clean(INFECTED, URL).split("\n"))


@pytest.mark.parametrize(
    "text, expected",
    [
        ("one\n⟪spam⟫\ntwo\n", "one\ntwo\n"),
        ("one ⟪spam⟫\n\ntwo", "one \n\ntwo"),
        ("⟪a⟫ ⟪b⟫\ntwo", "two"),
        ("one ⟪a\nb\nc⟫\ntwo\n", "one \ntwo\n"),
        ("one ⟪a\nb⟫ rest\ntwo", "one  rest\ntwo"),
        ("⟪a\nb⟫ rest\ntwo", " rest\ntwo"),
        ("one\n⟪a⟫", "one\n"),
        ("⟪everything\n⟫", ""),
        ("nothing\n \n", "nothing\n \n"),
        ("", ""),
    ],
)
def test_lines_that_are_left_empty_go_with_what_was_in_them(text: str, expected: str) -> None:
    spans, plain = [], ""
    for piece in text.replace("⟫", "⟪").split("⟪"):
        spans.append((len(plain), len(plain) + len(piece)))
        plain += piece
    assert cut_lines(plain, spans[1::2]) == expected
