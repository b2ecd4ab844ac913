"""The version of the tool that a report names."""

from __future__ import annotations


def tool_version() -> str:
    """The installed version, or "unknown" where the package runs from a folder without having been installed."""
    from importlib.metadata import PackageNotFoundError, version  # slow to import, and only documents need it

    try:
        return version("detector")
    except PackageNotFoundError:
        return "unknown"
