"""`detector clean`: what was found is cut, every other byte stays, and no page is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

PAGE = "<p>Honest.</p>\r\n<p>⟪cheap pills⟫</p>\n".encode() + b"\xff\x00 not UTF-8\n"
CLEANED = b"<p>Honest.</p>\r\n<p></p>\n\xff\x00 not UTF-8\n"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_bytes(PAGE)
    return path


def test_to_standard_output_byte_for_byte(run: Run, page: Path) -> None:
    result = run("clean", page)
    assert result.exit_code == 0
    assert result.stdout_bytes == CLEANED


def test_from_standard_input(run: Run) -> None:
    assert run("clean", "-", input=PAGE).stdout_bytes == CLEANED


def test_to_a_file(run: Run, page: Path, tmp_path: Path) -> None:
    assert run("clean", page, "--output", tmp_path / "cleaned.html").exit_code == 0
    assert (tmp_path / "cleaned.html").read_bytes() == CLEANED
    assert page.read_bytes() == PAGE


def test_in_place_keeps_the_page_as_it_was_and_its_mode(run: Run, page: Path) -> None:
    page.chmod(0o640)
    result = run("clean", page.parent, "--in-place")
    assert result.exit_code == 0
    assert page.read_bytes() == CLEANED
    assert page.with_name("page.html.orig").read_bytes() == PAGE
    assert page.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in page.parent.iterdir()) == ["page.html", "page.html.orig"]


def test_in_place_leaves_a_clean_page_alone(run: Run, pages: Path) -> None:
    before = (pages / "c-clean.html").stat().st_mtime_ns
    run("clean", pages / "c-clean.html", "--in-place")
    assert (pages / "c-clean.html").stat().st_mtime_ns == before
    assert not (pages / "c-clean.html.orig").exists()


def test_in_place_never_overwrites_an_earlier_backup(run: Run, page: Path) -> None:
    backup = page.with_name("page.html.orig")
    backup.write_bytes(b"the first original")
    result = run("clean", page, "--in-place")
    assert result.exit_code == 3
    assert "move it away first" in result.stderr
    assert backup.read_bytes() == b"the first original"
    assert page.read_bytes() == PAGE


def test_in_place_through_a_link_rewrites_the_file_and_keeps_the_link(run: Run, page: Path) -> None:
    link = page.parent / "link"
    link.symlink_to(page)
    assert run("clean", link, "--in-place").exit_code == 0
    assert link.is_symlink()
    assert page.read_bytes() == CLEANED


def test_in_place_refuses_what_is_not_a_file(run: Run) -> None:
    result = run("clean", "-", "--in-place", input=PAGE)
    assert result.exit_code == 3
    assert "--in-place rewrites files only" in result.stderr


def test_diff_shows_the_cut_and_writes_nothing(run: Run, page: Path) -> None:
    result = run("clean", page, "--diff")
    assert result.exit_code == 1
    assert "-<p>⟪cheap pills⟫</p>\n+<p></p>\n" in result.stdout
    assert page.read_bytes() == PAGE


def test_diff_of_a_clean_page_is_empty_and_0(run: Run, pages: Path) -> None:
    result = run("clean", pages / "c-clean.html", "--diff")
    assert (result.exit_code, result.stdout) == (0, "")


def test_several_pages_do_not_go_to_one_stream(run: Run, pages: Path) -> None:
    result = run("clean", pages)
    assert result.exit_code == 2
    assert "--in-place" in result.stderr
    assert result.stdout == ""


def test_a_page_that_was_not_read_whole_is_not_cleaned(run: Run, page: Path) -> None:
    result = run("clean", page, "--in-place", "--max-bytes", "10")
    assert result.exit_code == 3
    assert page.read_bytes() == PAGE


def test_a_missing_page_is_3_and_named(run: Run, tmp_path: Path) -> None:
    result = run("clean", tmp_path / "missing.html")
    assert result.exit_code == 3
    assert "missing.html: not-found" in result.stderr


def test_two_ways_out_exclude_each_other(run: Run, page: Path) -> None:
    assert run("clean", page, "--in-place", "--diff").exit_code == 2
