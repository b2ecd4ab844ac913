"""One run over servers and archives that do their worst: each has an outcome by name, what can be read is audited, and the exit code is 3."""

from __future__ import annotations

import gzip
import json
import re
import time
import zlib
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from tests.cli.conftest import Run
from tests.sources.conftest import Answer, Site, page, redirect, site

__all__ = ["site"]

HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def raw(answer: bytes, times: int = 1, pause: float = 0.0) -> Answer:
    """These bytes so many times, then the connection is closed."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        for _ in range(times):
            handler.wfile.write(answer)
            handler.wfile.flush()
            time.sleep(pause)

    return send


def bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(10_000_000)) for _ in range(3)) + packer.flush()


def outcomes(run: Run, *arguments: str | Path) -> tuple[int, dict[str, str]]:
    """(exit code, of each input its status, or the first words of its error)."""
    result = run("audit", "--format", "jsonl", "--max-bytes", "100000", *arguments)
    rows: list[dict[str, Any]] = [json.loads(line) for line in result.stdout.splitlines() if line.strip()]
    said = {row["name"].rpartition("/")[2]: re.split("[:;]", row.get("error") or row["verdict"])[0] for row in rows if "name" in row}
    return result.exit_code, said


def test_servers(run: Run, site: Site) -> None:
    site.pages |= {
        "/good": page(b"<p>An honest page."),
        "/loop": redirect("/loop2"),
        "/loop2": redirect("/loop"),
        "/endless": raw(HTML + b"\r\n" + b"spam " * 40_000, times=20),
        "/wrong-length": raw(HTML + b"Content-Length: 9999\r\n\r\n<p>short"),
        "/two-lengths": raw(HTML + b"Content-Length: 3\r\nContent-Length: 9\r\n\r\n<p>short"),
        "/negative-length": raw(HTML + b"Content-Length: -3\r\n\r\n<p>short"),
        "/chunk-of-nothing": raw(HTML + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n<p>"),
        "/chunk-too-large": raw(HTML + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n<p>"),
        "/chunk-cut": raw(HTML + b"Transfer-Encoding: chunked\r\n\r\n10\r\n<p>"),
        "/huge-header": raw(HTML + b"X: " + b"x" * 300_000 + b"\r\n\r\n<p>"),
        "/many-headers": raw(HTML + b"X: y\r\n" * 60_000 + b"\r\n<p>"),
        "/gzip-bomb": page(bomb(), Content_Encoding="gzip"),
        "/deflate-bomb": page(zlib.compress(bytes(30_000_000), 9), Content_Encoding="deflate"),
        "/brotli": page(b"abc", Content_Encoding="br"),
        "/bad-gzip": page(b"\x1f\x8b rubbish", Content_Encoding="gzip"),
        "/silent": raw(b"", pause=1.5),
        "/no-answer": raw(b""),
    }
    code, said = outcomes(
        run, "--allow-private", "--no-robots", "--timeout", "0.5", *(site.root + path for path in site.pages if path != "/loop2")
    )
    assert code == 3
    assert said.pop("good") == "clean"
    assert set(said) == {path[1:] for path in site.pages} - {"good", "loop2"}
    expected = {
        "loop": "redirects", "endless": "too-large", "gzip-bomb": "too-large", "deflate-bomb": "too-large", "brotli": "bad-encoding",
        "bad-gzip": "bad-encoding", "silent": "timeout",
    }  # fmt: skip
    assert {name: said[name] for name in expected} == expected
    assert {said[name] for name in said.keys() - expected} == {"connection"}


def test_archives(run: Run, tmp_path: Path) -> None:
    from tests.sources.test_warc import HTML as TYPE
    from tests.sources.test_warc import Archive

    archive = Archive()
    archive.response("http://a.test/", bomb(), TYPE, ("Content-Encoding", "gzip"))
    archive.response("http://b.test/", zlib.compress(bytes(30_000_000), 9), TYPE, ("Content-Encoding", "deflate"))
    archive.response("http://c.test/", b"<p>An honest page.", TYPE)
    archive.response("http://d.test/", b"<p>cut off " * 999, TYPE)
    path = tmp_path / "a.warc.gz"
    path.write_bytes(archive.bytes()[:-40])
    code, said = outcomes(run, path)
    assert code == 3
    assert sorted(said.values()).count("too-large") == 2
    assert "clean" in said.values() and "bad-record" in said.values()


def test_files(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(
        gzip.compress(b'{"text":"' + bytes(40_000_000).replace(b"\0", b" ") + b'"}\n{"text":"An honest page."}')
    )
    code, said = outcomes(run, tmp_path / "a.jsonl.gz")
    assert (code, said) == (3, {"a.jsonl.gz#1": "too-large", "a.jsonl.gz#2": "clean"})
