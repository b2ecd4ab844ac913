"""All features by name, and the matrix of a page. A new family is a module with NAMES and columns, and one line here."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.features import foreignness, form, place, vocabulary
from detector.features.scene import Floats, Scene
from detector.native import kernels

FAMILIES: Final = {"form": form.NAMES, "place": place.NAMES, "foreignness": foreignness.NAMES, "vocabulary": vocabulary.NAMES}
NAMES: Final[tuple[str, ...]] = tuple(name for names in FAMILIES.values() for name in names)
INDEX: Final = {name: i for i, name in enumerate(NAMES)}


def language_free(scene: Scene, usual: NDArray[np.uint8]) -> list[Floats]:
    """The columns that know no spam vocabulary: form, place, foreignness."""
    return [*form.columns(scene), *place.columns(scene), *foreignness.columns(scene, usual)]


def matrix(scene: Scene, usual: NDArray[np.uint8], weights: NDArray[np.float32], bias: float) -> Floats:
    """Features of all phrases of a page: shape (phrases, len(NAMES)), float32. weights, bias: of the vocabulary model."""
    columns = [*language_free(scene, usual), *vocabulary.columns(scene, vocabulary.evidence(scene, weights), bias)]
    figures = np.empty((len(scene), len(NAMES)), np.float32)
    if kernels is not None:
        kernels.columns([np.ascontiguousarray(column, np.float32) for column in columns], figures)
        return figures
    for i, column in enumerate(columns):
        figures[:, i] = column
    return figures
