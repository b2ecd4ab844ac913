"""What a request may cost. Sizes in bytes, times in seconds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """max_bytes: of a page, and of a line of a batch; audits: at once; waiting: requests that may wait for their turn, more are refused;
    audit_timeout: of one page, its turn included; body_timeout: until a request has come in, for a batch until its next piece has come or
    gone; linger_bytes, linger_timeout: what is still read of a request that was refused, so that its sender gets to read why;
    allow_private: whether the page at / fetches from this machine and private networks.
    """

    max_bytes: int = 8_000_000
    audits: int = 2
    waiting: int = 64
    audit_timeout: float = 30.0
    body_timeout: float = 30.0
    fetch_timeout: float = 20.0
    linger_bytes: int = 4_000_000
    linger_timeout: float = 2.0
    allow_private: bool = False
