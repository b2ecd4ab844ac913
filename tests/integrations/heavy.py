"""Engines that take a minute to start on a busy machine are tested where that is asked for, as `.ci/run` does."""

from __future__ import annotations

import os

import pytest

needs_heavy_engines = pytest.mark.skipif(
    os.environ.get("DETECTOR_ENGINES") != "1",
    reason="starts a Java or Ray cluster on this machine: set DETECTOR_ENGINES=1, as .ci/run does",
)
