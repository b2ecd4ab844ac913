"""The socket that the service listens on."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from detector.service.limits import Limits

if TYPE_CHECKING:
    import uvicorn


def listen(config: uvicorn.Config, limits: Limits) -> socket.socket:
    """A socket bound as the configuration says. Raises SystemExit where that cannot be, as uvicorn does.

    A caller who stops reading keeps its connection for ever, since an application can end a response but not a connection: the system is
    told to end those that take nothing for as long as a body may take. It is inherited by the connections accepted.
    """
    listening = config.bind_socket()
    option: int | None = getattr(socket, "TCP_USER_TIMEOUT", None)  # Linux
    if option is not None:
        listening.setsockopt(socket.IPPROTO_TCP, option, max(1, int(limits.body_timeout * 1000)))
    return listening
