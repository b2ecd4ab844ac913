"""Compiled kernels for the loops that numpy cannot express, where a compiler was there to build them.

Every kernel has a twin in Python or numpy beside its caller, which runs where there is no binary and gives equal results
(``tests/native`` holds the two to that). ``kernels`` is None where the twins run: there is no binary, it is of another version than this
code, or ``DETECTOR_PURE_PYTHON`` is set in the environment. ``python -m detector.native.build`` builds the binary in place.
"""

from __future__ import annotations

import importlib
import os
from typing import Final, cast

from detector.native.interface import Kernels

VERSION: Final = 11  # as KERNELS_VERSION in src/module.c


def _load() -> Kernels | None:
    if os.environ.get("DETECTOR_PURE_PYTHON"):
        return None
    try:
        found = cast(Kernels, importlib.import_module("detector.native._kernels"))
    except ImportError:
        return None
    return found if found.VERSION == VERSION else None


kernels: Final = _load()
