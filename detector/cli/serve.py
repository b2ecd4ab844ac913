"""``detector serve``: audits over HTTP."""

from __future__ import annotations

from typing import Final

import click

from detector.cli.failure import CannotRun, warn
from detector.cli.model_options import AuditorOptions, auditor_options, make_auditor

EPILOG: Final = """\b
Examples:
  detector serve                                 http://127.0.0.1:8000/, for this machine alone
  detector serve --host 0.0.0.0 --port 80 --audits 4
  curl --data-binary @page.html http://127.0.0.1:8000/audit
  curl --data-binary @page.html http://127.0.0.1:8000/clean > cleaned.html
  curl -T pages.jsonl -X POST http://127.0.0.1:8000/audit/jsonl

/ is a page to paste a page into; /openapi.json describes the rest; /health and /metrics are for those who run it.
There is no log-in and no TLS: in front of a network, put a proxy that has them.

Serving needs: pip install 'detector[serve]'

Exit codes: 2 usage, or the address cannot be listened on; 130 stopped by Ctrl-C."""

_CONNECTIONS: Final = 512


@click.command(epilog=EPILOG, short_help="Audit pages over HTTP.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port to listen on; 0: any that is free.")
@click.option("--max-bytes", type=click.IntRange(min=1), default=8_000_000, show_default=True, metavar="N", help="Largest page.")
@click.option("--audits", type=click.IntRange(min=1), default=2, show_default=True, metavar="N", help="Audits at once.")
@click.option(
    "--waiting", type=click.IntRange(min=1), default=64, show_default=True, metavar="N", help="Requests that may wait; others get 503."
)
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=30.0,
    show_default=True,
    metavar="S",
    help="Seconds for a request to come in, and for its audit.",
)
@click.option("--allow-private", is_flag=True, help="The page at / may fetch from this machine and private networks.")
@auditor_options
def command(
    host: str,
    port: int,
    max_bytes: int,
    audits: int,
    waiting: int,
    timeout: float,
    allow_private: bool,
    asked: AuditorOptions,
) -> None:
    """Audit pages over HTTP: POST a page to /audit or /clean, a stream of them to /audit/jsonl, or open / in a browser."""
    try:
        import uvicorn

        from detector.service.app import make_app
        from detector.service.listening import listen
    except ImportError as error:
        raise CannotRun(f"serving needs a library that is not installed ({error.name}): pip install 'detector[serve]'") from None
    from detector.service.limits import Limits

    limits = Limits(
        max_bytes=max_bytes, audits=audits, waiting=waiting, audit_timeout=timeout, body_timeout=timeout, allow_private=allow_private
    )
    config = uvicorn.Config(
        make_app(make_auditor(asked), limits),
        host=host,
        port=port,
        http="h11",  # the one that lets an answer be given while the request still comes in, as refusals and batches do
        ws="none",
        log_level="warning",
        access_log=False,  # it would go to standard output, paths as they were asked for
        server_header=False,
        limit_concurrency=_CONNECTIONS,
        timeout_graceful_shutdown=10,
    )
    try:
        listening = listen(config, limits)
    except SystemExit:
        raise CannotRun(f"cannot listen on {host} port {port}: another program may be there already, or try another --port") from None
    address = listening.getsockname()
    warn(f"listening on http://{f'[{address[0]}]' if ':' in address[0] else address[0]}:{address[1]}/")
    uvicorn.Server(config).run(sockets=[listening])
