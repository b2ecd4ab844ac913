"""Nothing hostile reaches a terminal raw: not of a page, its name, its address, nor through what is said of an error."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.sources.conftest import Site, page, redirect, site

__all__ = ["site"]

ATTACK = "\x1b[2J\x1b]0;owned\x07\u202etxet\u2066\x9b31m\u2028\u200b\x7f\x08"
NAME = "\x1b[2J\u202e\x9b\u2066\x07"  # what a file may be called
_RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u2028\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def assert_harmless(run: Run, *arguments: str | Path, code: int | None = None, input: bytes | None = None) -> str:
    result = run(*arguments, input=input)
    said = result.stdout + result.stderr
    assert said
    assert _RAW.findall(said) == [], ascii(said)
    assert code is None or result.exit_code == code, (result.exit_code, said)
    return said


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A folder of pages and archives that attack by their names and by what they hold."""
    folder = tmp_path / f"site{NAME}"
    folder.mkdir()
    (folder / f"{NAME}.html").write_text(f"<title>{ATTACK}</title><p>⟪casino {ATTACK}⟫ {ATTACK}</p>", "utf-8")
    (folder / "b.html").write_bytes(b"<p>\xff\x9b31m \xe2\x9f\xaacasino\x1b[31m\xe2\x9f\xab")
    return folder


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "csv", "sarif"])
def test_every_report(run: Run, hostile: Path, form: str) -> None:
    said = assert_harmless(run, "audit", "--format", form, hostile, code=1)
    assert "casino" in said


def test_every_other_command(run: Run, hostile: Path, tmp_path: Path) -> None:
    bad = hostile / f"{NAME}.html"
    assert "casino" in assert_harmless(run, "explain", bad)
    assert "casino" in assert_harmless(run, "compare", bad, hostile / "b.html")
    assert_harmless(run, "baseline", hostile)
    assert_harmless(run, "clean", "--in-place", hostile)
    assert_harmless(run, f"{NAME}", code=2)
    assert_harmless(run, f"--{NAME}", code=2)


@pytest.mark.parametrize("suffix", ["html", "warc", "warc.gz", "jsonl", "parquet", "xml", "*"])
def test_files_that_are_not_there(run: Run, suffix: str) -> None:
    for command in ("audit", "clean", "explain"):
        assert_harmless(run, command, f"no{NAME}.{suffix}", code=3)


def test_archives_and_tables_that_are_damaged(run: Run, tmp_path: Path) -> None:
    files = {
        f"{NAME}.warc": b"WARC/1.0\r\nWARC-Type: \x1b[2J\r\nContent-Length: x\x1b\r\n\r\n",
        f"{NAME}.warc.gz": gzip.compress(b"WARC/1.0\r\n")[:-9],
        f"{NAME}.jsonl": json.dumps({ATTACK: 1}).encode() + b'\n{\x1b[2J\n"\x9b\n["\x1b"]\n',
        f"{NAME}.jsonl.gz": b"\x1f\x8b\x1b[2J",
        f"{NAME}.parquet": b"PAR1\x1b[2JPAR1",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        assert_harmless(run, "audit", tmp_path / name, code=3)
        assert_harmless(run, "audit", "--column", f"x{NAME}", tmp_path / name, code=3)


def test_addresses_and_what_servers_say(run: Run, site: Site) -> None:
    web = ("audit", "--allow-private", "--no-robots")
    assert_harmless(run, *web, f"http://{NAME}/", code=3)
    assert_harmless(run, *web, f"{site.root}/{ATTACK}", code=3)
    site.pages["/type"] = page(b"x", "image/\x9b31m")
    site.pages["/coding"] = page(b"x", Content_Encoding="\x9b31m")
    site.pages["/to"] = redirect("gopher://\x9b31m\x85/")
    site.pages["/spam"] = page(f"<p>⟪casino {ATTACK}⟫".encode(), "text/html; charset=utf-8")
    said = assert_harmless(run, *web, *(site.root + path for path in ("/type", "/coding", "/to")), code=3)
    assert "3 could not be read" in said
    assert "casino" in assert_harmless(run, *web, f"{site.root}/spam", code=1)


def test_a_defect_whose_message_holds_text_of_the_page(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.cli.stub import StubAuditor

    def defect(*_: object) -> None:
        raise RuntimeError(ATTACK)

    (tmp_path / "a.html").write_text("<p>a")
    monkeypatch.setattr(StubAuditor, "audit", defect)
    assert_harmless(run, "audit", tmp_path / "a.html")
    assert "RuntimeError" in assert_harmless(run, "explain", tmp_path / "a.html", code=70)


def test_options_that_are_wrong(run: Run, hostile: Path, tmp_path: Path) -> None:
    broken = tmp_path / f"{NAME}.toml"
    broken.write_text(f'"{NAME.encode("unicode_escape").decode()}" = 1\n\x1b[2J', "utf-8")
    for option in ("--format", "--baseline", "--config", "--fail-on", f"--{NAME}"):
        assert_harmless(run, "audit", hostile, option, NAME, code=2)
    for option in ("--baseline", "--config"):
        assert_harmless(run, "audit", hostile, option, broken, code=2)
