"""`detector audit --site`: the verdict on a site in the reports and in the exit code, in one process and several, resumed or not."""

from __future__ import annotations

import io
import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from detector.report.report import Report
from tests.cli.conftest import Run
from tests.cli.stub import StubAuditor
from tests.report.site.generated import DUMP, audit, honest, page


class SceneAuditor(StubAuditor):
    """The stub, with the scored page that a digest is drawn from."""

    def audit(self, content: bytes, url: str | None = None, content_type: str | None = None) -> Report:
        return audit(content.decode(), url)


@pytest.fixture(autouse=True)
def scenes(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detector.cli.audit.make_auditor", lambda *_: SceneAuditor())


def written(folder: Path, injected: bool) -> Path:
    pages = {path: source for path, source in honest(6) if "/tag/" not in path}
    if injected:
        pages |= {f"/up/slot-{n}.html": page(f"Slot {n}", f"<p>{DUMP}\x1b[2J</p>", ("", "")) for n in range(6)}
    for path, source in pages.items():
        file = folder / (path.strip("/").replace("/", "_") + ".page.html" if "up" not in path else path.strip("/"))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source, "utf-8")
    return folder


def test_an_honest_folder_is_clean(run: Run, tmp_path: Path) -> None:
    result = run("audit", written(tmp_path, False), "--site")
    assert result.exit_code == 0
    assert "site of these pages  clean  " in result.stdout


def test_an_infected_one_is_told_in_text_json_and_html(run: Run, tmp_path: Path) -> None:
    folder = written(tmp_path / "site", True)
    told, html = tmp_path / "told.json", tmp_path / "told.html"
    result = run("audit", folder, "--site", "--format", "text", "--format", f"json={told}", "--format", f"html={html}")
    assert result.exit_code == 1
    assert "doorway series  " in result.stdout and "up/slot-#.html" in result.stdout
    assert "\x1b" not in result.stdout
    document = json.loads(told.read_text("utf-8"))
    schema = json.loads(files("detector.report").joinpath("schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator({"$ref": f"{schema['$id']}#/$defs/document", "$defs": {"all": schema}}).validate(document)
    [site] = document["sites"]
    assert (site["verdict"], site["injected"]) == ("injected", 6)
    assert {evidence["kind"] for evidence in site["evidence"]} == {"series", "pages"}
    assert '"kind":"series"' in html.read_text("utf-8")


def test_without_it_nothing_is_said_of_sites(run: Run, tmp_path: Path) -> None:
    assert "sites" not in json.loads(run("audit", written(tmp_path, True), "--format", "json").stdout)


def test_it_is_the_same_in_processes_and_in_a_resumed_run(run: Run, tmp_path: Path) -> None:
    folder, state = written(tmp_path / "site", True), tmp_path / "state"

    def sites(*options: object) -> object:
        return json.loads(run("audit", folder, "--site", "--format", "json", *options).stdout)["sites"]

    whole = sites()
    assert sites("--jobs", "2") == whole
    assert sites("--resume", state) == whole
    state.write_bytes(state.read_bytes()[: state.stat().st_size // 2])
    assert sites("--resume", state) == whole


def test_what_a_baseline_accepts_is_no_evidence(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detector.cli.baseline.make_auditor", lambda *_: SceneAuditor())
    folder, baseline = written(tmp_path / "site", True), tmp_path / "baseline.json"
    run("baseline", folder, "--output", baseline)
    result = run("audit", folder, "--site", "--baseline", baseline)
    assert result.exit_code == 0
    assert "site of these pages  clean" in result.stdout


def test_the_sites_of_an_archive_are_told_apart(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("fastwarc")
    archive = tmp_path / "crawl.warc.gz"
    with open(archive, "wb") as out:
        writer = WARCWriter(out, gzip=True)
        for host, body in (
            ("good.example", "<p>The choir sings.</p>"),
            ("bad.example", f"<p>{DUMP}</p>"),
            ("fine.example", "<p>The mill.</p>"),
        ):
            for n in range(3):
                head = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
                content = io.BytesIO(page(f"Page {n}", body).encode())
                writer.write_record(writer.create_warc_record(f"https://{host}/{n}", "response", payload=content, http_headers=head))
    stdout = run("audit", archive, "--site").stdout
    assert "site bad.example  injected  3 pages, 3 injected, 0 suspicious" in stdout
    assert "2 clean sites" in stdout and "site good.example" not in stdout
