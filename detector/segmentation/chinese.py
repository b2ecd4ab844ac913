"""Chinese words by jieba, with a tokenizer of our own: no dictionary, logger or file that others share is touched."""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Callable
from typing import Any

_tokenizer: Any = None
_building = threading.Lock()  # several threads that come first build it once


def chinese_words(run: str) -> list[str]:
    """The words of a run of Chinese characters, which joined give the run again. The first call takes about a second."""
    global _tokenizer
    tokenizer = _tokenizer
    if tokenizer is None:
        with _building:
            tokenizer = _tokenizer = _tokenizer or _built()
    return list(tokenizer.cut(run, HMM=True))


def _built() -> Any:
    with warnings.catch_warnings():  # of jieba's own source, on its first import: invalid escapes, pkg_resources
        warnings.simplefilter("ignore")
        import jieba

    tokenizer = jieba.Tokenizer()
    # Not tokenizer.initialize(): it tells its progress on standard error, and reads and writes a file in /tmp that others could have put
    # there. This is what it does without the file.
    with tokenizer.get_dict_file() as entries:
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(entries)
    tokenizer.initialized = True
    return tokenizer


def _renew_lock() -> None:
    """A child forked while another thread built the tokenizer would wait for that thread, which it does not have."""
    global _building
    _building = threading.Lock()


_after_fork: Callable[..., None] | None = getattr(os, "register_at_fork", None)  # there is no fork on Windows
if _after_fork is not None:
    _after_fork(after_in_child=_renew_lock)
