"""The network under the HTTP client: connects to public addresses alone, and no later than the page's deadline.

The check stands where the socket is opened, after the name was resolved, and the socket goes to the very address that was checked. So a
redirect, a second look-up with another answer, or an odd spelling of 127.0.0.1 cannot get around it.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, Final

import httpcore

from detector.sources.document import SourceError

Address = IPv4Address | IPv6Address

_NAT64: Final = IPv6Network("64:ff9b::/96")
_TRIED: Final = 4  # addresses of one name


def is_public(address: Address) -> bool:
    """Whether an address is of the public internet: not loopback, private, link-local, shared, reserved, multicast, nor a wrapping."""
    if isinstance(address, IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if wrapped is None and address in _NAT64:
            wrapped = IPv4Address(int(address) & 0xFFFFFFFF)
        if wrapped is not None:
            return is_public(wrapped)
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


class GuardedBackend(httpcore.NetworkBackend):
    """Opens connections for httpcore. `deadline` (of time.monotonic) is set anew for each page; one page at a time."""

    def __init__(self, allowed: Callable[[Address], bool]) -> None:
        self.deadline = float("inf")
        self._allowed = allowed
        self._plain = httpcore.SyncBackend()

    def remaining(self, timeout: float | None) -> float:
        """Seconds that one step may take. Raises httpcore.ReadTimeout where the page's time is over."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the page took too long as a whole")
        return left if timeout is None else min(timeout, left)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address of the host that is allowed and answers. Raises SourceError "private-address"."""
        failure: Exception = httpcore.ConnectError("the name leads to no address")
        for address in self._addresses(host, port)[:_TRIED]:
            try:
                stream = self._plain.connect_tcp(str(address), port, self.remaining(timeout), local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self)
        raise failure

    def _addresses(self, host: str, port: int) -> list[Address]:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"no such host: {error}") from None
        addresses = [ip_address(str(answer[4][0]).partition("%")[0]) for answer in answers]
        allowed = [address for address in addresses if self._allowed(address)]
        if addresses and not allowed:
            raise SourceError("private-address", f"{host} leads to {addresses[0]}, which is not a public address")
        return allowed

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        """Raises httpcore.ConnectError: no page is fetched from one."""
        raise httpcore.ConnectError("no unix sockets")

    def sleep(self, seconds: float) -> None:
        """Wait, as httpcore does between its tries."""
        self._plain.sleep(seconds)


class _TimedStream(httpcore.NetworkStream):
    """A connection on which a server that sends a byte now and then gains nothing."""

    def __init__(self, stream: httpcore.NetworkStream, backend: GuardedBackend) -> None:
        self._stream = stream
        self._backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._backend.remaining(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._backend.remaining(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, self._backend.remaining(timeout)), self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
