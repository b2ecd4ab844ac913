"""The service's paths, as programs use them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import detector
from tests.service.conftest import Serve, Service

httpx = pytest.importorskip("httpx", reason="httpx is not installed: pip install 'detector[serve]'")
# A loaded machine is no reason to fail.
get = partial(httpx.get, timeout=60)
post = partial(httpx.post, timeout=60)
request = partial(httpx.request, timeout=60)

ROOT = Path(__file__).parents[2]
INFECTED = (ROOT / "tests" / "examples" / "infected-article.html").read_bytes()
CLEAN = (ROOT / "tests" / "examples" / "clean-article.html").read_bytes()
SCHEMA = json.loads(files("detector.report").joinpath("schema.json").read_text("utf-8"))


class Broken:
    def audit(self, *_: object) -> None:
        raise RuntimeError("a defect")


def test_an_audit_is_the_report_of_the_library(service: Service) -> None:
    import jsonschema

    url = "https://town.example/news"
    answer = post(f"{service.root}/audit", params={"url": url}, content=INFECTED, headers={"Content-Type": "text/html; charset=utf-8"})
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/json"
    assert answer.json() == detector.audit(INFECTED, url, "text/html; charset=utf-8").to_dict()
    jsonschema.validate(answer.json(), SCHEMA)


@pytest.mark.parametrize("told", ["application/x-www-form-urlencoded", "application/octet-stream", None])
def test_a_content_type_that_says_nothing_of_the_page_counts_for_none(service: Service, told: str | None) -> None:
    content = "<html><head><meta charset=gbk></head><p>我来到北京清华大学，今天天气很好。</p></html>".encode("gbk")
    answer = post(f"{service.root}/audit", content=content, headers={"Content-Type": told} if told else {})
    assert answer.json()["encoding"] == "gbk"


def test_the_charset_of_the_content_type_is_believed(service: Service) -> None:
    answer = post(f"{service.root}/audit", content="<p>新聞</p>".encode("big5"), headers={"Content-Type": "text/html; charset=big5"})
    assert answer.json()["encoding"] == "big5"


def test_a_cleaned_page_is_that_of_the_library_and_no_browser_will_show_it(service: Service) -> None:
    answer = post(f"{service.root}/clean", content=INFECTED)
    assert answer.content == detector.clean(INFECTED)
    assert (answer.headers["detector-verdict"], answer.headers["detector-findings"]) == ("injected", "1")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment" and "sandbox" in answer.headers["content-security-policy"]
    assert post(f"{service.root}/clean", content=CLEAN).content == CLEAN
    assert post(f"{service.root}/clean", content=b"").content == b""


def test_health_and_what_there_is(service: Service) -> None:
    assert get(f"{service.root}/health").json()["status"] == "ok"
    wrong = get(f"{service.root}/audit"), get(f"{service.root}/nowhere")
    assert [(answer.status_code, answer.json()["error"]) for answer in wrong] == [(405, "wrong-method"), (404, "no-such-path")]


def test_a_defect_of_the_auditor_is_500_and_the_service_goes_on(serve: Serve) -> None:
    service = serve(Broken())
    answer = post(f"{service.root}/audit", content=CLEAN)
    assert (answer.status_code, answer.json()["error"]) == (500, "failed")
    assert get(f"{service.root}/health").status_code == 200
    assert 'detector_failures_total{reason="failed"} 1.0' in get(f"{service.root}/metrics").text


def test_the_metrics_count_and_can_be_read_by_prometheus(serve: Serve) -> None:
    from prometheus_client.parser import text_string_to_metric_families

    service = serve()
    for content in (INFECTED, CLEAN, CLEAN):
        post(f"{service.root}/audit", content=content)
    get(f"{service.root}/a-path-that-somebody-made-up")
    answer = get(f"{service.root}/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    values = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    assert values["detector_pages_total", "clean"] == 2 and values["detector_pages_total", "injected"] == 1
    assert values["detector_requests_total", "/audit", "200"] == 3
    assert values["detector_requests_total", "404", "other"] == 1
    assert values[("detector_audit_seconds_count",)] == 3
    assert values[("detector_audits_running",)] == 0


def rows(answer: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.text.splitlines()]


def test_a_batch_gives_a_row_a_line_in_order(service: Service) -> None:
    lines: list[Any] = [
        {"id": "a", "html": INFECTED.decode(), "url": "https://town.example/news"},
        {"id": 7, "text": "A quiet day."},
        "no object",
        {"id": "c", "page": "under no name that is known"},
    ]
    body = "\n".join(json.dumps(line) for line in lines) + "\n\nnot json\n" + json.dumps({"html": "<p>the last, without an end of line"})
    answer = post(f"{service.root}/audit/jsonl", content=body.encode())
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/x-ndjson"
    found = rows(answer)
    assert [row["line"] for row in found] == [1, 2, 3, 4, 6, 7]
    assert {"line": 1, "id": "a", "error": None} | detector.audit(lines[0]["html"], lines[0]["url"]).to_dict() == found[0]
    assert (found[1]["id"], found[1]["verdict"]) == (7, "clean")
    assert [row["error"].partition(":")[0] for row in found[2:5]] == ["bad-request"] * 3
    assert found[5]["verdict"] == "clean"


def test_rows_of_a_batch_come_while_it_is_still_being_sent(service: Service) -> None:
    import socket

    with socket.create_connection(("127.0.0.1", service.port), 20) as connection:
        connection.sendall(b"POST /audit/jsonl HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        heard = b""
        for number in (1, 2):
            line = json.dumps({"html": "<p>page"}).encode() + b"\n"
            connection.sendall(b"%x\r\n%s\r\n" % (len(line), line))
            while b'"line":%d,' % number not in heard:
                part = connection.recv(65536)
                assert part
                heard += part
        connection.sendall(b"0\r\n\r\n")
        while not heard.endswith(b"0\r\n\r\n"):
            part = connection.recv(65536)
            assert part
            heard += part


def test_a_line_that_is_too_long_is_one_row_and_the_batch_goes_on(serve: Serve) -> None:
    service = serve(max_bytes=200)
    body = b'{"html": "' + b"x" * 5_000 + b'"}\n{"html": "<p>short"}\n'
    found = rows(post(f"{service.root}/audit/jsonl", content=(body[i : i + 700] for i in range(0, len(body), 700))))
    assert [(row["line"], row["error"] and row["error"].partition(":")[0]) for row in found] == [(1, "too-large"), (2, None)]


def test_an_empty_batch_is_an_empty_answer(service: Service) -> None:
    answer = post(f"{service.root}/audit/jsonl", content=b"")
    assert (answer.status_code, answer.content) == (200, b"")


def test_the_openapi_document_describes_what_the_service_answers(service: Service) -> None:
    import jsonschema

    document = get(f"{service.root}/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for path, methods in document["paths"].items():
        for method in methods:
            assert request(method.upper(), service.root + path, content=b"").status_code == 200, (method, path)

    def check(value: Any, schema: str) -> None:
        jsonschema.Draft202012Validator({"$ref": f"#/components/schemas/{schema}", **document}).validate(value)

    check(post(f"{service.root}/audit", content=INFECTED).json(), "page")
    check(get(f"{service.root}/nowhere").json(), "refusal")
    for row in rows(post(f"{service.root}/audit/jsonl", content=b'{"id": 1, "html": "<p>x"}\nno')):
        check(row, "row")
    with pytest.raises(jsonschema.ValidationError):
        check({"verdict": "clean"}, "page")


def test_the_command_serves_until_it_is_told_to_stop() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "detector", "serve", "--port", "0"], cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert process.stderr is not None
        told = process.stderr.readline().decode()
        assert told.startswith("detector: listening on http://127.0.0.1:")
        address = told.split()[-1]
        assert post(f"{address}audit", content=INFECTED).json()["verdict"] == "injected"
    finally:
        process.send_signal(signal.SIGTERM)
        out, rest = process.communicate(timeout=30)
    assert (out, rest) == (b"", b"")


def test_a_port_that_is_taken_is_a_usage_error(service: Service) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "detector", "serve", "--port", str(service.port)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 2 and "another --port" in done.stderr and "Traceback" not in done.stderr
