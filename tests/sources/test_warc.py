"""Pages of WARC archives that another library wrote, whole and damaged."""

from __future__ import annotations

import gzip
import io
import tracemalloc
import zlib
from functools import cache
from pathlib import Path

import pytest
from fastwarc.stream_io import BrotliWriter, ZstdWriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from detector.sources import Document, SourceOptions, open_sources
from detector.sources.warc import read_warc

HTML = ("Content-Type", "text/html; charset=gbk")
PAGE = "<p>校园新闻".encode("gbk")
PACKED = gzip.compress(PAGE)


class Archive:
    """Writes records one by one and remembers where each began."""

    def __init__(self, packed: bool = True) -> None:
        self.offsets: list[int] = []
        self._file = io.BytesIO()
        self._writer = WARCWriter(self._file, gzip=packed)

    def response(self, url: str, body: bytes, *headers: tuple[str, str], status: str = "200 OK") -> Archive:
        return self._write(url, "response", body, StatusAndHeaders(status, list(headers or (HTML,)), protocol="HTTP/1.1"))

    def record(self, url: str, kind: str, body: bytes, content_type: str = "text/plain") -> Archive:
        return self._write(url, kind, body, None, content_type)

    def _write(self, url: str, kind: str, body: bytes, http: StatusAndHeaders | None, content_type: str = "") -> Archive:
        self.offsets.append(self._file.tell())
        stream = io.BytesIO(body)
        self._writer.write_record(
            self._writer.create_warc_record(url, kind, payload=stream, http_headers=http, warc_content_type=content_type)
        )
        return self

    def bytes(self) -> bytes:
        return self._file.getvalue()


def read(folder: Path, content: bytes, max_bytes: int = 100_000, name: str = "a.warc") -> list[Document]:
    path = folder / name
    path.write_bytes(content)
    return list(open_sources([str(path)], SourceOptions(max_bytes=max_bytes)))


def errors(documents: list[Document]) -> list[str | None]:
    return [document.error.name if document.error else None for document in documents]


def written(writer: type[BrotliWriter | ZstdWriter]) -> bytes:
    """The page packed."""
    packed = io.BytesIO()
    with writer(packed) as stream:
        stream.write(PAGE)
    return packed.getvalue()


packed_or_plain = pytest.mark.parametrize("packed", [True, False], ids=["gzip", "plain"])


class TestRecords:
    @packed_or_plain
    def test_of_responses_are_pages_with_url_and_the_type_of_the_http_head(self, tmp_path: Path, packed: bool) -> None:
        archive = Archive(packed).response("http://a.test/", PAGE).response("http://b.test/", b"<p>two", ("content-type", "text/html"))
        documents = read(tmp_path, archive.bytes(), name="a.warc.gz" if packed else "a.warc")
        name = str(tmp_path / ("a.warc.gz" if packed else "a.warc"))
        assert documents == [
            Document(f"{name}#{archive.offsets[0]}", PAGE, "http://a.test/", "text/html; charset=gbk"),
            Document(f"{name}#{archive.offsets[1]}", b"<p>two", "http://b.test/", "text/html"),
        ]

    def test_of_wet_archives_are_text_in_utf8(self, tmp_path: Path) -> None:
        archive = Archive().record("http://a.test/", "conversion", "校园".encode())
        (document,) = read(tmp_path, archive.bytes(), name="a.wet.gz")
        assert (document.content.decode(), document.content_type) == ("校园", "text/plain; charset=utf-8")

    def test_of_other_kinds_and_of_images_are_left_out(self, tmp_path: Path) -> None:
        archive = (
            Archive()
            .record("", "warcinfo", b"software: test")
            .record("http://a.test/", "metadata", b"x: y")
            .record("http://a.test/", "request", b"GET / HTTP/1.1\r\n\r\n", "application/http; msgtype=request")
            .response("http://a.test/i.png", b"\x89PNG", ("Content-Type", "image/png"))
            .response("http://a.test/moved", b"", ("Location", "/"), status="301 Moved")
            .record("http://a.test/r", "resource", b"<p>resource", "text/html")
        )
        assert [document.content for document in read(tmp_path, archive.bytes())] == [b"<p>resource"]

    def test_are_told_apart_from_an_archive_without_pages(self, tmp_path: Path) -> None:
        assert errors(read(tmp_path, Archive().record("", "warcinfo", b"x: y").bytes())) == ["no-pages"]
        assert errors(read(tmp_path, b"")) == ["no-pages"]

    def test_with_a_terminal_sequence_for_a_url_are_made_printable(self, tmp_path: Path) -> None:
        content = Archive(packed=False).response("http://a.test/MARK", PAGE).bytes().replace(b"MARK", b"\x1b[2J")
        (document,) = read(tmp_path, content)
        assert document.url == "http://a.test/\\x1b[2J"


class TestCodings:
    @pytest.mark.parametrize(
        ("headers", "body"),
        [
            ([("Transfer-Encoding", "chunked")], b"4\r\n" + PAGE[:4] + b"\r\n%x;x=y\r\n" % (len(PAGE) - 4) + PAGE[4:] + b"\r\n0\r\n\r\n"),
            ([("Transfer-Encoding", "chunked")], PAGE),
            ([("Content-Encoding", "gzip")], PACKED),
            ([("Content-Encoding", "gzip")], PAGE),
            ([("Content-Encoding", "deflate")], zlib.compress(PAGE)),
            ([("Content-Encoding", "br")], written(BrotliWriter)),
            ([("Content-Encoding", "zstd")], written(ZstdWriter)),
            ([("Content-Encoding", "br")], PAGE),
            ([("Content-Encoding", "bogus")], PAGE),
            ([("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")], b"%x\r\n%b\r\n0\r\n\r\n" % (len(PACKED), PACKED)),
        ],
        ids=["chunked", "once chunked", "gzip", "once gzip", "deflate", "brotli", "zstd", "once brotli", "unknown", "chunked gzip"],
    )
    def test_are_undone_or_were_undone_already(self, tmp_path: Path, headers: list[tuple[str, str]], body: bytes) -> None:
        archive = Archive().response("http://a.test/", body, HTML, *headers).response("http://b.test/", b"<p>next")
        assert [document.content for document in read(tmp_path, archive.bytes())] == [PAGE, b"<p>next"]

    def test_that_are_bombs_end_at_the_limit_and_the_next_page_follows(self, tmp_path: Path) -> None:
        packer = zlib.compressobj(9, wbits=31)
        bomb = b"".join(packer.compress(b"\0" * 10_000_000) for _ in range(6)) + packer.flush()
        archive = Archive().response("http://a.test/", bomb, HTML, ("Content-Encoding", "gzip")).response("http://b.test/", b"<p>next")
        path = tmp_path / "a.warc.gz"
        path.write_bytes(archive.bytes())
        tracemalloc.start()
        first, second = read_warc(path, SourceOptions(max_bytes=300_000))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (first.content, errors([first]), second.content) == (b"\0" * 300_000, ["too-large"], b"<p>next")
        assert peak < 5_000_000

    def test_a_record_above_the_limit_is_cut(self, tmp_path: Path) -> None:
        archive = Archive().response("http://a.test/", b"x" * 5000).response("http://b.test/", b"<p>next")
        first, second = read(tmp_path, archive.bytes(), max_bytes=100)
        assert (first.content, errors([first]), second.content) == (b"x" * 100, ["too-large"], b"<p>next")


class TestDamage:
    @staticmethod
    @cache  # each record has a random id, so a second writing would not be the same bytes
    def three(packed: bool) -> Archive:
        archive = Archive(packed)
        for name in "abc":
            archive.response(f"http://{name}.test/", b"<p>page " + name.encode() + bytes(range(200)))
        return archive

    @packed_or_plain
    def test_of_one_record_costs_that_record_alone(self, tmp_path: Path, packed: bool) -> None:
        archive = self.three(packed)
        content = bytearray(archive.bytes())
        at = archive.offsets[1]
        content[at + (30 if packed else 0) : at + (60 if packed else 8)] = b"\xff" * (30 if packed else 8)
        first, broken, last = read(tmp_path, bytes(content))
        assert [first.url, last.url] == ["http://a.test/", "http://c.test/"]
        assert errors([broken]) == ["bad-record"]
        assert archive.offsets[0] < int(broken.name.rpartition("#")[2]) <= at

    @packed_or_plain
    def test_of_an_archive_that_breaks_off_is_told(self, tmp_path: Path, packed: bool) -> None:
        documents = read(tmp_path, self.three(packed).bytes()[:-60])
        assert [document.url for document in documents] == ["http://a.test/", "http://b.test/", "http://c.test/"]
        assert errors(documents) == [None, None, "bad-record"]

    def test_of_a_file_that_is_no_archive_is_told_once(self, tmp_path: Path) -> None:
        assert errors(read(tmp_path, b"<p>no archive" * 99)) == ["bad-archive"]
        assert errors(read(tmp_path, gzip.compress(b"no archive" * 99))) == ["bad-archive"]

    def test_everywhere_is_given_up_in_time(self, tmp_path: Path) -> None:
        documents = read(tmp_path, b"WARC/1.0\r\n\xff\r\n\x1f\x8b\x08\xff" * 100_000)
        assert set(errors(documents)) == {"bad-archive", "bad-record"}
        assert len(documents) <= 1001

    @pytest.mark.parametrize("length", ["-5", "99999999999", "9" * 40, "x", ""])
    def test_of_a_length_neither_hangs_nor_raises(self, tmp_path: Path, length: str) -> None:
        head = f"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: {length}\r\n\r\n".encode()
        documents = read(tmp_path, head + b"HTTP/1.1 200 OK\r\n\r\n<p>short\r\n\r\n" + self.three(packed=False).bytes())
        assert documents

    def test_of_an_http_head_without_end_costs_that_record_alone(self, tmp_path: Path) -> None:
        archive = Archive().response("http://a.test/", b"<p>a", ("X", "x" * 100_000)).response("http://b.test/", b"<p>b")
        broken, *_, last = read(tmp_path, archive.bytes())
        assert (broken.name, errors([broken])) == (f"{tmp_path / 'a.warc'}#0", ["bad-record"])
        assert last.content == b"<p>b"

    def test_of_a_missing_file_is_a_named_error(self, tmp_path: Path) -> None:
        assert errors(list(open_sources([str(tmp_path / "none.warc.gz")]))) == ["not-found"]

    @given(data=st.data())
    @settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_of_any_kind_raises_nothing_and_doubles_no_name(self, tmp_path: Path, data: st.DataObject) -> None:
        content = bytearray(self.three(data.draw(st.booleans())).bytes())
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(0, len(content)))
            content[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=20))
        names = [document.name for document in read(tmp_path, bytes(content))]
        assert len(set(names)) == len(names)


def test_memory_does_not_grow_with_the_archive(tmp_path: Path) -> None:
    archive = Archive()
    for n in range(300):
        archive.response(f"http://a.test/{n}", b"<p>%d" % n + b"x" * 100_000)
    path = tmp_path / "a.warc.gz"
    path.write_bytes(archive.bytes())
    tracemalloc.start()
    count = sum(1 for _ in read_warc(path, SourceOptions()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 300
    assert peak < 3_000_000
