"""Requests that are too large, too slow or too many get a named answer, and those beside them go on."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

import pytest

from detector.auditor import Auditor
from detector.report.report import Report
from tests.service.conftest import Serve, Service

httpx = pytest.importorskip("httpx", reason="httpx is not installed: pip install 'detector[serve]'")
# A loaded machine is no reason to fail.
get = partial(httpx.get, timeout=60)
post = partial(httpx.post, timeout=60)


class Gate:
    """An auditor that waits until it is let go."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.began = threading.Semaphore(0)

    def audit(self, content: bytes | str, url: str | None = None, content_type: str | None = None) -> Report:
        self.began.release()
        assert self.open.wait(30)
        return Auditor().audit(content, url, content_type)


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.open.set()


@pytest.fixture(scope="module")
def small(serve: Serve) -> Service:
    return serve(max_bytes=1_000, body_timeout=1.0)


@pytest.fixture(scope="module")
def patient(serve: Serve) -> Service:
    """Lingers as long as a busy machine may need."""
    return serve(max_bytes=1_000, linger_timeout=60.0)


def answer_to(service: Service, head: str, *parts: bytes) -> tuple[int, dict[str, str]]:
    """Send everything before reading anything, as simple callers do."""
    with socket.create_connection(("127.0.0.1", service.port), 20) as connection:
        connection.sendall(f"POST /audit HTTP/1.1\r\nHost: a\r\n{head}\r\n\r\n".encode())
        for part in parts:
            connection.sendall(part)
        heard = b""
        while part := connection.recv(65536):
            heard += part
    status, _, body = heard.partition(b"\r\n\r\n")
    return int(status.split()[1]), json.loads(body)


@pytest.mark.parametrize("size", [1_001, 100_000, 3_900_000])
def test_who_is_still_sending_a_page_that_is_too_large_gets_to_read_so(patient: Service, size: int) -> None:
    status, told = answer_to(patient, f"Content-Length: {size}", b"x" * size)
    assert (status, told) == (413, {"error": "too-large", "detail": "more than 1,000 bytes"})


def test_a_page_whose_size_is_not_told_is_cut_off_too(patient: Service) -> None:
    chunks = [b"%x\r\n%s\r\n" % (50_000, b"x" * 50_000)] * 40
    assert answer_to(patient, "Transfer-Encoding: chunked", *chunks, b"0\r\n\r\n")[0] == 413


def test_who_asks_before_sending_is_told_before_sending(small: Service) -> None:
    status, _ = answer_to(small, "Content-Length: 5000000\r\nExpect: 100-continue")
    assert status == 413


def pour(service: Service, path: str, piece: bytes, most: int) -> int:
    """Send and read nothing until the service ends the connection, or `most` bytes are gone; gives the bytes sent."""
    sent = 0
    with socket.create_connection(("127.0.0.1", service.port), 60) as connection:
        connection.sendall(f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000000\r\n\r\n".encode())
        with suppress(ConnectionError):
            while sent < most:
                sent += connection.send(piece)
    return sent


def test_lingering_ends_with_those_who_never_stop(serve: Serve) -> None:
    service = serve(max_bytes=1_000, linger_bytes=100_000)
    assert pour(service, "/audit", b"x" * 1_000_000, 200_000_000) < 100_000_000


def test_a_page_within_the_limit_is_audited(small: Service) -> None:
    assert post(f"{small.root}/audit", content=b"x" * 1_000).status_code == 200


def test_a_request_that_trickles_in_is_408(small: Service) -> None:
    assert answer_to(small, "Content-Length: 100", b"<p>")[0] == 408


def test_a_compressed_body_is_refused(small: Service) -> None:
    for path in ("audit", "clean", "audit/jsonl"):
        answer = post(f"{small.root}/{path}", content=b"x", headers={"Content-Encoding": "gzip"})
        assert (answer.status_code, answer.json()["error"]) == (415, "unsupported")


def test_more_requests_than_may_wait_are_503_and_the_others_are_answered(serve: Serve, gate: Gate) -> None:
    service = serve(gate, audits=1, waiting=2)
    with ThreadPoolExecutor(3) as callers:
        asked = [callers.submit(post, f"{service.root}/audit", content=b"<p>x") for _ in range(3)]
        assert gate.began.acquire(timeout=20)
        while "detector_requests_waiting 2.0" not in get(f"{service.root}/metrics").text:
            pass
        refused = post(f"{service.root}/audit", content=b"<p>x")
        assert (refused.status_code, refused.json()["error"], refused.headers["retry-after"]) == (503, "busy", "1")
        assert get(f"{service.root}/health").status_code == 200
        gate.open.set()
        assert [one.result().status_code for one in asked] == [200, 200, 200]


def test_an_audit_that_takes_too_long_is_503_and_keeps_its_turn_until_it_is_done(serve: Serve, gate: Gate) -> None:
    service = serve(gate, audits=1, audit_timeout=0.3)
    assert post(f"{service.root}/audit", content=b"<p>x").json()["error"] == "timeout"
    assert "detector_audits_running 1.0" in get(f"{service.root}/metrics").text
    gate.open.set()
    while "detector_audits_running 0.0" not in get(f"{service.root}/metrics").text:
        pass
    assert post(f"{service.root}/audit", content=b"<p>x").status_code in (200, 503)


def test_a_batch_that_stops_coming_ends_with_a_row_that_says_so(small: Service) -> None:
    with socket.create_connection(("127.0.0.1", small.port), 20) as connection:
        connection.sendall(b'POST /audit/jsonl HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{"html": "x"}\n')
        heard = b""
        while part := connection.recv(65536):
            heard += part
    assert b'"line":1,' in heard and b"too-slow" in heard


def test_a_caller_who_hangs_up_leaves_the_service_as_it_was(small: Service) -> None:
    for head in (
        b"POST /audit HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n<p>",
        b"POST /audit/jsonl HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n{}\n{",
    ):
        socket.create_connection(("127.0.0.1", small.port), 20).close()
        with socket.create_connection(("127.0.0.1", small.port), 20) as connection:
            connection.sendall(head)
    assert get(f"{small.root}/health").status_code == 200


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="this system cannot end connections that take nothing")
def test_a_caller_who_reads_nothing_of_a_batch_is_dropped(small: Service) -> None:
    assert pour(small, "/audit/jsonl", b"[]\n" * 20_000, 1_000_000_000) < 1_000_000_000
    assert get(f"{small.root}/health").status_code == 200
