"""Pages in a column of Parquet and in a field of JSON lines."""

from __future__ import annotations

import gzip
import json
import os
import tracemalloc
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detector.page.decoding import decode
from detector.sources import Document, SourceOptions, open_sources


def read(path: Path, **options: object) -> list[Document]:
    return list(open_sources([str(path)], SourceOptions(**options)))  # type: ignore[arg-type]


def errors(documents: list[Document]) -> list[str | None]:
    return [document.error.name if document.error else None for document in documents]


class TestJsonLines:
    def test_are_a_page_each_named_by_the_line(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_text('{"url": "http://a.test/", "html": "<p>校园"}\n\n{"html": "two"}', encoding="utf-8")
        first, second = read(path)
        assert (first.name, first.url, first.content.decode()) == (f"{path}#1", "http://a.test/", "<p>校园")
        assert (second.name, second.content) == (f"{path}#3", b"two")

    def test_are_characters_already_whatever_the_page_declares(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_text(json.dumps({"text": "<meta charset=gb2312><p>é"}))
        (document,) = read(path)
        assert decode(document.content, document.content_type).text == "<meta charset=gb2312><p>é"

    @pytest.mark.parametrize("suffix", [".jsonl.gz", ".ndjson.gz"])
    def test_may_be_packed(self, tmp_path: Path, suffix: str) -> None:
        path = tmp_path / f"a{suffix}"
        path.write_bytes(gzip.compress(b'{"text": "one"}\n"two"\n'))
        assert [document.content for document in read(path)] == [b"one", b"two"]

    def test_have_the_column_that_was_asked_for(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_text('{"html": "no", "page": "yes"}\n{"html": "no"}\n')
        found, missing = read(path, column="page")
        assert (found.content, errors([missing])) == (b"yes", ["not-found"])
        assert "html" in str(missing.error)

    def test_that_are_damaged_cost_their_line_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        lines = [b"{", b"[" * 100_000, b"[1]", b'{"html": 5}', b'{"html": null}', b"\xff\xfe", b'{"html": "\\ud800"}', b'{"html": "good"}']
        path.write_bytes(b"\n".join(lines))
        documents = read(path)
        assert errors(documents) == ["bad-record"] * 6 + [None, None]
        assert documents[-1].content == b"good"

    def test_that_are_too_long_are_skipped_without_being_held(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl.gz"
        with gzip.open(path, "wb", 1) as stream:
            stream.write(b'{"html": "')
            for _ in range(50):
                stream.write(b"x" * 1_000_000)
            stream.write(b'"}\n{"html": "next"}\n')
        tracemalloc.start()
        long, following = read(path, max_bytes=1000)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (errors([long]), following.content) == (["too-large"], b"next")
        assert peak < 5_000_000

    def test_of_a_page_above_the_limit_are_cut(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_text(json.dumps({"html": "x" * 120}))
        (document,) = read(path, max_bytes=100)
        assert (document.content, errors([document])) == (b"x" * 100, ["too-large"])

    def test_in_a_packed_file_that_breaks_off_come_before_the_error(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl.gz"
        content = gzip.compress(b"".join(b'{"html": "%b"}\n' % os.urandom(4000).hex().encode() for _ in range(20)))
        path.write_bytes(content[: len(content) // 2])
        documents = read(path)
        assert errors(documents)[0] is None
        assert errors(documents)[-1] == "bad-archive"
        path.write_bytes(b"not packed")
        assert errors(read(path)) == ["bad-archive"]

    def test_that_are_none_are_a_named_error(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_bytes(b"")
        assert errors(read(path)) == ["no-pages"]
        assert errors(read(tmp_path / "none.jsonl")) == ["not-found"]

    @given(content=st.binary(max_size=200))
    @settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_of_any_bytes_raise_nothing(self, tmp_path: Path, content: bytes) -> None:
        for name in ("a.jsonl", "a.jsonl.gz", "a.parquet"):
            (tmp_path / name).write_bytes(content)
            read(tmp_path / name)


class TestParquet:
    def write(self, folder: Path, **columns: list[object]) -> Path:
        path = folder / "a.parquet"
        pq.write_table(pa.table(columns), path, row_group_size=50)
        return path

    def test_rows_are_a_page_each_with_url_and_number(self, tmp_path: Path) -> None:
        path = self.write(tmp_path, url=["http://a.test/", None, "u"], html=["<p>校园", None, "two"], more=[1, 2, 3])
        first, second = read(path)
        assert (first.name, first.url, first.content.decode()) == (f"{path}#1", "http://a.test/", "<p>校园")
        assert (second.name, second.content) == (f"{path}#3", b"two")

    def test_bytes_keep_their_encoding(self, tmp_path: Path) -> None:
        path = self.write(tmp_path, content=["<meta charset=gbk>校园".encode("gbk")])
        (document,) = read(path)
        assert (document.content, document.content_type) == ("<meta charset=gbk>校园".encode("gbk"), None)

    def test_a_column_that_is_not_there_is_told_with_those_that_are(self, tmp_path: Path) -> None:
        (document,) = read(self.write(tmp_path, a=["x"], b=["y"]))
        assert errors([document]) == ["not-found"]
        assert "there are: a, b" in str(document.error)

    def test_a_column_of_numbers_is_a_named_error_a_row(self, tmp_path: Path) -> None:
        assert errors(read(self.write(tmp_path, n=[1, 2]), column="n")) == ["bad-record", "bad-record"]

    @pytest.mark.parametrize("damage", [lambda content: content[:-20], lambda _: b"PAR1" + b"\xff" * 99 + b"PAR1", lambda _: b""])
    def test_a_damaged_file_is_a_named_error(self, tmp_path: Path, damage: object) -> None:
        path = self.write(tmp_path, html=["x" * 100])
        path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
        assert errors(read(path)) == ["bad-archive"]
        assert errors(read(tmp_path / "none.parquet")) == ["not-found"]

    def test_damage_in_the_middle_comes_after_the_rows_before_it(self, tmp_path: Path) -> None:
        path = self.write(tmp_path, html=[os.urandom(500).hex() for _ in range(300)])
        content = bytearray(path.read_bytes())
        content[len(content) // 2 : len(content) // 2 + 4000] = b"\xff" * 4000
        path.write_bytes(content)
        documents = read(path)
        assert errors(documents)[0] is None
        assert errors(documents)[-1] == "bad-archive"

    def test_memory_does_not_grow_with_the_table(self, tmp_path: Path) -> None:
        path = self.write(tmp_path, html=[f"{n}" + "y" * 20_000 for n in range(2000)])
        tracemalloc.start()
        count = sum(1 for _ in open_sources([str(path)]))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == 2000
        assert peak < 8_000_000
