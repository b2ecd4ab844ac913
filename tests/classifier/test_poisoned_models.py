"""A model file made to harm, or of another version, is refused by name before anything of it is run."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detector.classifier.model import ModelError, load, shipped_path


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The shipped model with some of its parts changed."""
    with zipfile.ZipFile(shipped_path()) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def with_header(**values: Any) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        header = json.loads(parts["header.json"]) | values
        parts["header.json"] = json.dumps({k: v for k, v in header.items() if v is not None}).encode()

    return change


class _Touch:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def test_a_pickle_in_place_of_an_array_is_not_run(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    out = io.BytesIO()
    np.save(out, np.array([_Touch(trap)], object), allow_pickle=True)

    def change(parts: dict[str, bytes]) -> None:
        parts["weight.npy"] = out.getvalue()

    with pytest.raises(ModelError, match=r"poisoned\.npz"):
        load(rewritten(tmp_path / "poisoned.npz", change))
    assert not trap.exists()


def test_weights_that_were_changed_are_refused_by_their_checksum(tmp_path: Path) -> None:
    def change(parts: dict[str, bytes]) -> None:
        parts["weight.npy"] = parts["weight.npy"][:-2] + b"\x00\x3c"

    with pytest.raises(ModelError, match=r"changed\.npz: checksum differs"):
        load(rewritten(tmp_path / "changed.npz", change))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (with_header(format=0), "format 0"),
        (with_header(format=None), "format None"),
        (with_header(features=["length"]), "other features"),
        (with_header(sha256=None), "missing or malformed"),
        (with_header(thresholds={"often": 1}), "missing or malformed"),
        (with_header(forests={}), "missing or malformed"),
        (lambda parts: parts.pop("phrase_left.npy"), "checksum differs"),
        (lambda parts: parts.pop("header.json"), "not a readable model"),
    ],
)
def test_a_file_of_another_version_or_without_a_part_is_named(
    tmp_path: Path, change: Callable[[dict[str, bytes]], None], says: str
) -> None:
    with pytest.raises(ModelError, match=rf"other\.npz: .*{says}"):
        load(rewritten(tmp_path / "other.npz", change))
