"""folds.npz: the forests that calibrated a model, one set for each part of the sites, each fitted on the others.

With them a corrected model is calibrated anew without fitting anything on all pages: see `detector.training.increment`.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from detector.classifier.forest import Forest
from detector.features import registry
from detector.training.forests import Passes
from detector.training.material import DataError
from detector.training.rows import TrainingRows

FOLDS_NAME: Final = "folds.npz"
FORMAT: Final = 1
_PARTS: Final = ("root", "feature", "threshold", "left", "right", "value")


@dataclass(frozen=True)
class Folds:
    """passes: of each part, what was fitted on the other parts; page: (pages,) log-odds of all pages by the passes of their part;
    model: SHA-256 that the model's header gives; rows: digest of the training rows."""

    passes: tuple[Passes, ...]
    page: NDArray[np.float64]
    model: str
    rows: str


def digest_of(rows: TrainingRows) -> str:
    """By which folds know the rows that they belong to."""
    digest = hashlib.sha256(json.dumps(registry.NAMES).encode())
    for array in (rows.features, rows.edges, rows.label, rows.stretch, rows.page, rows.page_fold, rows.page_natural):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def save_folds(folds: Folds, path: Path) -> None:
    """Write folds: the same give the same bytes."""
    arrays: dict[str, NDArray[Any]] = {"page": folds.page}
    facts: list[dict[str, Any]] = []
    for i, passes in enumerate(folds.passes):
        arrays[f"{i}_screen"] = passes.screen
        fact: dict[str, Any] = {"screen_bias": passes.screen_bias}
        for name, forest in (("phrase", passes.phrase), ("context", passes.context)):
            arrays |= {f"{i}_{name}_{part}": getattr(forest, part) for part in _PARTS}
            fact[name] = {"base": forest.base, "depth": forest.depth}
        facts.append(fact)
    header = {"format": FORMAT, "features": list(registry.NAMES), "model": folds.model, "rows": folds.rows, "parts": facts}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(_entry("header.json"), json.dumps(header, sort_keys=True))
        for name, array in sorted(arrays.items()):
            with archive.open(_entry(f"{name}.npy"), "w") as out:
                np.lib.format.write_array(out, np.ascontiguousarray(array), allow_pickle=False)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def load_folds(path: Path) -> Folds:
    """Raises DataError where the file is missing, damaged, or of other features."""
    try:
        with zipfile.ZipFile(path) as archive:
            header = json.loads(archive.read("header.json"))
        if header["format"] != FORMAT or header["features"] != list(registry.NAMES):
            raise DataError(f"{path}: belongs to another version of detector; train the model anew with `detector train`")
        with np.load(path, allow_pickle=False) as data:
            passes = tuple(_passes(data, i, fact) for i, fact in enumerate(header["parts"]))
            return Folds(passes, data["page"], str(header["model"]), str(header["rows"]))
    except DataError:
        raise
    except FileNotFoundError:
        raise DataError(f"{path}: no such file; `detector train` writes it beside the model") from None
    except Exception as error:  # zipfile, zlib and numpy raise a dozen kinds on damaged files; all mean the same to the caller
        raise DataError(f"{path}: cannot be read as folds of a model: {error.__class__.__name__}: {error}") from None


def _passes(data: Any, i: int, fact: dict[str, Any]) -> Passes:
    forests = {
        name: Forest(
            **{part: data[f"{i}_{name}_{part}"] for part in _PARTS}, base=float(fact[name]["base"]), depth=int(fact[name]["depth"])
        )
        for name in ("phrase", "context")
    }
    return Passes(data[f"{i}_screen"], float(fact["screen_bias"]), forests["phrase"], forests["context"])
