"""The service under a real uvicorn on the loopback interface, in a thread of the test's process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from detector.auditor import Auditor
from tests.sources.conftest import Site
from tests.sources.conftest import site as site


@dataclass(frozen=True)
class Service:
    """A running service. root: its address."""

    port: int

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"


Serve = Callable[..., Service]


@pytest.fixture(scope="module")
def serve() -> Iterator[Serve]:
    """Start a service: serve(auditor, max_bytes=…, and whatever Limits takes)."""
    pytest.importorskip("starlette", reason="Starlette is not installed: pip install 'detector[serve]'")
    uvicorn = pytest.importorskip("uvicorn", reason="uvicorn is not installed: pip install 'detector[serve]'")
    pytest.importorskip("prometheus_client", reason="prometheus_client is not installed: pip install 'detector[serve]'")
    from detector.service.app import make_app
    from detector.service.limits import Limits
    from detector.service.listening import listen

    running = []

    def start(auditor: Any = None, **limits: Any) -> Service:
        allowed = Limits(**limits)
        app = make_app(auditor or Auditor(), allowed)
        config = uvicorn.Config(app, host="127.0.0.1", port=0, http="h11", ws="none", log_level="critical", access_log=False)
        listening = listen(config, allowed)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        running.append((server, thread))
        while not server.started:
            time.sleep(0.01)
        return Service(listening.getsockname()[1])

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join(15)


@pytest.fixture(scope="module")
def service(serve: Serve) -> Service:
    """The real auditor with the usual limits."""
    return serve()


__all__ = ["Site", "site"]
