"""What every command that audits pages can be told: which model, where pages come from, and a file that says it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from detector.cli.config import config_options
from detector.cli.model_options import auditor_options
from detector.cli.source_options import source_options


def audit_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of the model as `asked`, those of the sources as keywords for `make_source_options`, and --config, which is dealt with."""
    return auditor_options(source_options(config_options(command)))
