"""`detector audit`: what goes to which stream, and the exit code that a CI job goes by."""

from __future__ import annotations

import csv
import io
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.cli.conftest import Run


def test_a_clean_page_is_0_and_only_counted(run: Run, pages: Path) -> None:
    result = run("audit", pages / "c-clean.html")
    assert result.exit_code == 0
    assert "1 page audited, 1 clean" in result.stdout
    assert result.stderr == ""


def test_an_injected_page_is_1_and_shown_with_place_and_reason(run: Run, pages: Path) -> None:
    result = run("audit", pages / "a-injected.html")
    assert result.exit_code == 1
    assert "a-injected.html:2:1" in result.stdout
    assert "cheap pills online" in result.stdout
    assert "It is a run of keywords" in result.stdout


@pytest.mark.parametrize("fail_on, code", [("injected", 0), ("suspicious", 1)])
def test_fail_on_draws_the_line(run: Run, pages: Path, fail_on: str, code: int) -> None:
    assert run("audit", pages / "b-suspicious.html", "--fail-on", fail_on).exit_code == code


def test_a_folder_is_audited_whole_in_the_order_of_names(run: Run, pages: Path) -> None:
    rows = [json.loads(line) for line in run("audit", pages, "--format", "jsonl").stdout.splitlines()]
    assert [row["verdict"] for row in rows] == ["injected", "suspicious", "clean"]


def test_standard_input_is_a_page(run: Run) -> None:
    result = run("audit", "-", "--format", "json", input="<p>⟪casino⟫</p>".encode())
    assert result.exit_code == 1
    assert json.loads(result.stdout)["inputs"][0]["findings"][0]["text"] == "casino"


def test_an_empty_page_is_clean(run: Run) -> None:
    assert run("audit", "-", input=b"").exit_code == 0


def test_json_on_standard_output_is_json_alone_whatever_is_logged(run: Run, pages: Path) -> None:
    result = run("audit", pages, pages / "missing.html", "--format", "json", "-v")
    assert json.loads(result.stdout)["summary"]["unreadable"] == 1
    assert "c-clean.html: clean" in result.stderr
    assert "missing.html: not-found" in result.stderr


def test_several_formats_in_one_run(run: Run, pages: Path, tmp_path: Path) -> None:
    html, table = tmp_path / "report.html", tmp_path / "report.csv"
    result = run("audit", pages, "--format", f"html={html}", "--format", f"csv={table}", "--format", "text")
    assert "3 pages audited" in result.stdout
    assert html.read_text("utf-8").startswith("<!doctype html>")
    assert "cheap pills online" in table.read_text("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(table.read_text("utf-8-sig"))))) >= 3


def test_a_missing_file_is_3_and_the_message_says_what_to_do(run: Run, tmp_path: Path) -> None:
    result = run("audit", tmp_path / "missing.html")
    assert result.exit_code == 3
    assert "missing.html: not-found" in result.stderr
    assert "check the path" in result.stderr
    assert "missing.html" not in result.stdout and "1 could not be read" in result.stdout


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_3(run: Run, pages: Path) -> None:
    (pages / "c-clean.html").chmod(0)
    result = run("audit", pages / "c-clean.html")
    assert result.exit_code == 3
    assert "check its permissions" in result.stderr


def test_a_folder_without_pages_is_3(run: Run, tmp_path: Path) -> None:
    result = run("audit", tmp_path)
    assert result.exit_code == 3
    assert "--include" in result.stderr


def test_what_was_found_outweighs_what_could_not_be_read(run: Run, pages: Path) -> None:
    assert run("audit", pages / "missing.html", pages / "a-injected.html").exit_code == 1


def test_a_page_of_which_only_the_clean_beginning_was_read_does_not_pass_for_clean(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "long.html"
    page.write_text("honest " * 100 + "⟪casino⟫", "utf-8")
    result = run("audit", page, "--max-bytes", "100")
    assert result.exit_code == 3
    assert "raise --max-bytes" in result.stderr


def test_an_injection_in_the_beginning_is_reported_with_the_limit(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "long.html"
    page.write_text("⟪casino⟫" + "honest " * 100, "utf-8")
    result = run("audit", page, "--max-bytes", "100", "--format", "json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["inputs"][0]["limits"] == ["too-large"]


def test_a_defect_on_one_page_does_not_end_the_run(run: Run, pages: Path) -> None:
    (pages / "b-suspicious.html").write_text("CRASH", "utf-8")
    rows = [json.loads(line) for line in run("audit", pages, "--format", "jsonl").stdout.splitlines()]
    assert [row.get("verdict") for row in rows] == ["injected", None, "clean"]
    assert "a defect" in rows[1]["error"]


def test_include_exclude_and_the_ignore_file(run: Run, pages: Path) -> None:
    (pages / ".detectorignore").write_text("a-*\n", "utf-8")
    assert "2 pages audited" in run("audit", pages).stdout
    assert "3 pages audited" in run("audit", pages, "--no-ignore-file").stdout
    assert "1 page audited" in run("audit", pages, "--exclude", "b-*").stdout
    assert "1 page audited" in run("audit", pages, "--include", "c-*").stdout


def test_a_column_of_jsonl(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "pages.jsonl"
    table.write_text(json.dumps({"id": 1, "body_html": "⟪casino⟫"}) + "\n", "utf-8")
    assert run("audit", table, "--column", "body_html").exit_code == 1


def test_private_addresses_only_where_asked_for(run: Run) -> None:
    pytest.importorskip("httpx")

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = not self.path.endswith("robots.txt")
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            if found:
                self.wfile.write("<p>⟪casino⟫</p>".encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{server.server_port}/"
        refused = run("audit", url)
        assert refused.exit_code == 3
        assert "--allow-private" in refused.stderr
        assert run("audit", url, "--allow-private").exit_code == 1
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    "arguments, message",
    [
        ((), "Missing argument"),
        (("-", "--format", "yaml"), "choose from text, json"),
        (("-", "--format", "json", "--format", "csv"), "same place"),
        (("-", "--format", "json=/no/such/folder/x.json"), "/no/such/folder/x.json: cannot be written"),
        (("-", "-q", "-v"), "exclude each other"),
        (("-", "--false-alarm-rate", "2"), "--false-alarm-rate"),
        (("-", "--jobs", "many"), "--jobs"),
    ],
)
def test_a_wrong_command_line_is_2_and_says_why(run: Run, arguments: tuple[str, ...], message: str) -> None:
    result = run("audit", *arguments, input=b"")
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_quiet_leaves_standard_error_empty(run: Run, pages: Path) -> None:
    assert run("audit", pages / "missing.html", "--format", "json", "-q").stderr == ""


def test_page_text_cannot_act_on_a_terminal(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("⟪casino \x1b[2J\u202e⟫", "utf-8")
    stdout = run("audit", page).stdout
    assert "\x1b" not in stdout
    assert "\u202e" not in stdout
    assert "\\x1b" in stdout


def test_ctrl_c_is_not_a_finding_and_what_was_audited_is_a_whole_document(run: Run, pages: Path) -> None:
    (pages / "b-suspicious.html").write_text("STOP", "utf-8")
    result = run("audit", pages, "--format", "json")
    assert result.exit_code == 130
    assert [row["verdict"] for row in json.loads(result.stdout)["inputs"]] == ["injected"]
