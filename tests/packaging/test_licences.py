"""docs/licences.md names every dependency, under the extras that have it and the licence that it says it has."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
TABLES = re.findall(r"^\|---.*\n((?:\|.*\n)+)", (ROOT / "docs" / "licences.md").read_text("utf-8"), re.MULTILINE)
ROWS = [[[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()] for table in TABLES]
ALWAYS = dict(ROWS[0])
EXTRAS = {name: extras.split(", ") for name, extras, _ in ROWS[1]}
LICENCES = ALWAYS | {name: licence for name, _, licence in ROWS[1]}

# How packages that give no SPDX expression write it, in classifiers and free text.
IN_WORDS = {
    "Apache-2.0": "apache",
    "BSD-3-Clause": "bsd",
    "MIT": "mit",
    "MPL-2.0": "mozilla public license 2.0",
    "MIT OR Apache-2.0": "mit or apache-2.0",
}


def packages(requirements: Iterable[str]) -> set[str]:
    """Names of what is required, but for the extras of this project itself."""
    return {re.match(r"[\w-]+", each)[0] for each in requirements} - {"detector"}  # type: ignore[index]


def test_every_dependency_stands_in_the_table_of_those_always_installed() -> None:
    assert list(ALWAYS) == sorted(packages(PROJECT["dependencies"]))


def test_every_dependency_of_an_extra_stands_beside_it() -> None:
    wanted: dict[str, list[str]] = {}
    for extra, requirements in PROJECT["optional-dependencies"].items():
        for name in packages(requirements):
            wanted.setdefault(name, []).append(extra)
    assert wanted == EXTRAS
    assert list(EXTRAS) == sorted(EXTRAS)


@pytest.mark.parametrize("name, licence", LICENCES.items())
def test_the_licence_is_the_one_that_the_package_gives(name: str, licence: str) -> None:
    try:
        told = metadata(name)
    except PackageNotFoundError:
        pytest.skip(f"{name} is not installed")
    expression = told.get("License-Expression")
    if expression is not None:
        assert licence in expression.split(" AND ")  # others are of what the wheel has taken in
        return
    words = " ".join([told.get("License") or "", *(c for c in told.get_all("Classifier") or () if c.startswith("License"))]).lower()
    assert re.search(rf"\b{IN_WORDS[licence]}\b", words)
