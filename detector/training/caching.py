"""Steps of a training kept on disk: a step is not done again with the same data and the same code."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any


def steps(cache: Path | None) -> Callable[..., Callable[..., Any]]:
    """joblib's `Memory.cache` in a folder, or, without one, the functions as they are.

    The folder holds pickles, which run code when they are read: it must be writable by its owner alone.
    """
    from joblib import Memory

    memory = Memory(None if cache is None else cache / code_digest()[:16], verbose=0)
    found: Callable[..., Callable[..., Any]] = memory.cache
    return found


@lru_cache(maxsize=1)
def code_digest() -> str:
    """Of all code of this package: joblib looks at a step's own function alone, not at what it calls."""
    package = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
