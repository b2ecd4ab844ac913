"""All features by name, and the matrix of a page. A new family is a module with NAMES and columns, and one line here.

Of each family, `columns` says in numpy what the features are, and `fill` has a kernel compute the same; a test holds the two equal to the bit, and
the kernel refuses a family that has another number of names than it has columns.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.features import foreignness, form, place, vocabulary
from detector.features.scene import LOGARITHMS, Floats, Scene
from detector.native import kernels

FAMILIES: Final = {"form": form.NAMES, "place": place.NAMES, "foreignness": foreignness.NAMES, "vocabulary": vocabulary.NAMES}
NAMES: Final[tuple[str, ...]] = tuple(name for names in FAMILIES.values() for name in names)
INDEX: Final = {name: i for i, name in enumerate(NAMES)}
_FIRST: Final = {family: INDEX[names[0]] for family, names in FAMILIES.items()}


def language_free(scene: Scene, usual: NDArray[np.uint8]) -> list[Floats]:
    """The columns that know no spam vocabulary: form, place, foreignness."""
    return [*form.columns(scene), *place.columns(scene), *foreignness.columns(scene, usual)]


def matrix(scene: Scene, usual: NDArray[np.uint8], weights: NDArray[np.float32], bias: float) -> Floats:
    """Features of all phrases of a page: shape (phrases, len(NAMES)), float32. weights, bias: of the vocabulary model."""
    figures = np.empty((len(scene), len(NAMES)), np.float32)
    evidence = vocabulary.evidence(scene, weights)
    if kernels is not None and len(scene):
        form.fill(scene, figures, _FIRST["form"])
        place.fill(scene, figures, _FIRST["place"])
        foreignness.fill(scene, usual, figures, _FIRST["foreignness"])
        vocabulary.fill(scene, evidence, bias, figures, _FIRST["vocabulary"])
        if max(len(scene.text.code), int(evidence.count.max())) >= len(LOGARITHMS):
            for column in (*figures.T[: _FIRST["foreignness"]], figures.T[INDEX["evidence"]]):
                # kernels leave logarithms that they cannot look up negative: the numbers of which they are to be taken
                beyond = np.flatnonzero(column <= -len(LOGARITHMS))
                column[beyond] = np.log1p(-column[beyond])
        return figures
    for i, column in enumerate([*language_free(scene, usual), *vocabulary.columns(scene, evidence, bias)]):
        figures[:, i] = column
    return figures
