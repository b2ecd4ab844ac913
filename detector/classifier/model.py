"""The trained model: its parts, its file, and how it is run. numpy alone; nothing in the file can execute.

A model file is an npz (arrays only, read with allow_pickle=False) with a JSON header inside it, and a SHA-256 over all arrays.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from detector.classifier.forest import Forest
from detector.features import ngrams, registry

FORMAT: Final = 2
FILE_NAME: Final = "model.npz"
RATES: Final = (1e-1, 3e-2, 1e-2, 5e-3, 2e-3, 1e-3, 1e-4)  # false-alarm rates that thresholds are stored for


class ModelError(ValueError):
    """A model file that cannot be used. The message names the file and says why."""


@dataclass(frozen=True)
class Model:
    """weights: of hashed n-grams, (ngrams.SIZE,) float32, with `bias`; usual: background, (ngrams.SIZE,) uint8; screen: a linear bound that
    picks the phrases worth the forests; phrase: forest over the features of a phrase; context: forest over the same and the neighbours'
    first scores; category_weights: (classes, 2^15); thresholds: page log-odds by false-alarm rate; calibration: (a, b) of page log-odds
    to probability; header: what the file says of itself.
    """

    weights: NDArray[np.float32]
    bias: float
    usual: NDArray[np.uint8]
    screen_weights: NDArray[np.float32]
    screen_bias: float
    phrase: Forest
    context: Forest
    categories: tuple[str, ...]
    category_weights: NDArray[np.float32]
    category_bias: NDArray[np.float32]
    thresholds: dict[float, float]
    calibration: tuple[float, float]
    phrase_threshold: float
    header: dict[str, Any]

    def threshold(self, rate: float) -> float:
        """Page log-odds that clean pages exceed at the rate asked for; between stored rates, linear in the logarithm of the rate."""
        rates = np.array(sorted(self.thresholds))
        at = np.array([self.thresholds[r] for r in rates])
        return float(np.interp(np.log(rate), np.log(rates), at))

    def page_probability(self, logit: float) -> float:
        """Calibrated probability (0..1) that a page of this log-odds carries injected content."""
        a, b = self.calibration
        return float(1 / (1 + np.exp(-np.clip(a * logit + b, -60, 60))))


_FOREST_PARTS: Final = ("root", "feature", "threshold", "left", "right", "value")


def _arrays(model: Model) -> dict[str, NDArray[Any]]:
    used = np.flatnonzero(model.weights)
    arrays: dict[str, NDArray[Any]] = {
        "weight_used": np.packbits(model.weights != 0),
        "weight": model.weights[used].astype(np.float16),
        "usual": model.usual,
        "screen_weights": model.screen_weights,
        "category_weights": model.category_weights.astype(np.float16),
        "category_bias": model.category_bias,
    }
    for name, forest in (("phrase", model.phrase), ("context", model.context)):
        arrays |= {f"{name}_{part}": getattr(forest, part) for part in _FOREST_PARTS}
    return arrays


def _checksum(arrays: dict[str, NDArray[Any]]) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(arrays[name]).tobytes())
    return digest.hexdigest()


def save(model: Model, path: Path) -> None:
    """Write a model file: the same model gives the same bytes."""
    arrays = _arrays(model)
    header = {
        **model.header,
        "format": FORMAT,
        "ngram_bits": ngrams.BITS,
        "features": list(registry.NAMES),
        "bias": model.bias,
        "screen_bias": model.screen_bias,
        "categories": list(model.categories),
        "thresholds": {repr(rate): value for rate, value in model.thresholds.items()},
        "calibration": list(model.calibration),
        "phrase_threshold": model.phrase_threshold,
        "forests": {
            name: {"base": forest.base, "depth": forest.depth} for name, forest in (("phrase", model.phrase), ("context", model.context))
        },
        "sha256": _checksum(arrays),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:

        def write(name: str, content: bytes) -> None:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)

        write("header.json", json.dumps(header, ensure_ascii=False, sort_keys=True, indent=1).encode())
        for name, array in sorted(arrays.items()):
            entry = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as out:
                np.lib.format.write_array(out, np.ascontiguousarray(array), allow_pickle=False)


def load(path: Path) -> Model:
    """Read a model file. Raises ModelError where it is missing, cut off, changed, or of another format."""
    try:
        with zipfile.ZipFile(path) as archive:
            header = json.loads(archive.read("header.json"))
        with np.load(path, allow_pickle=False) as data:
            arrays = {name: data[name] for name in data.files if name != "header.json"}
    except FileNotFoundError:
        raise ModelError(f"{path}: no such model file; `detector train` makes one") from None
    except Exception as error:  # zipfile and numpy raise a dozen kinds on damaged files; all mean the same to the caller
        raise ModelError(f"{path}: not a readable model file ({error.__class__.__name__}: {error})") from None
    if header.get("format") != FORMAT:
        raise ModelError(f"{path}: format {header.get('format')!r}, this version reads {FORMAT}; train it anew with `detector train`")
    if header.get("features") != list(registry.NAMES) or header.get("ngram_bits") != ngrams.BITS:
        raise ModelError(f"{path}: was trained with other features than this version computes; train it anew with `detector train`")
    try:
        if _checksum(arrays) != header["sha256"]:
            raise ModelError(f"{path}: checksum differs, the file was changed or damaged")
        weights = np.zeros(ngrams.SIZE, np.float32)
        weights[np.flatnonzero(np.unpackbits(arrays["weight_used"]))] = arrays["weight"]
        forests = {
            name: Forest(**{part: arrays[f"{name}_{part}"] for part in _FOREST_PARTS}, base=float(facts["base"]), depth=int(facts["depth"]))
            for name, facts in header["forests"].items()
        }
        return Model(
            weights=weights,
            bias=float(header["bias"]),
            usual=arrays["usual"],
            screen_weights=arrays["screen_weights"],
            screen_bias=float(header["screen_bias"]),
            phrase=forests["phrase"],
            context=forests["context"],
            categories=tuple(header["categories"]),
            category_weights=arrays["category_weights"].astype(np.float32),
            category_bias=arrays["category_bias"],
            thresholds={float(rate): float(value) for rate, value in header["thresholds"].items()},
            calibration=(float(header["calibration"][0]), float(header["calibration"][1])),
            phrase_threshold=float(header["phrase_threshold"]),
            header=header,
        )
    except (KeyError, IndexError, TypeError, ValueError) as error:
        if isinstance(error, ModelError):
            raise
        raise ModelError(f"{path}: a part of the model is missing or malformed: {error!r}") from None


def shipped_path() -> Path:
    """Where the model that ships with this version stands: inside the wheel, or models/ of a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "model" / FILE_NAME
    return inside if inside.exists() else package.parent / "models" / FILE_NAME


@lru_cache(maxsize=4)
def _load_once(path: str) -> Model:
    return load(Path(path))


def shipped_model() -> Model:
    """The shipped model, read once in a process."""
    return _load_once(str(shipped_path()))
