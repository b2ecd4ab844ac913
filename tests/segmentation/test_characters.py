"""The shipped character tables are what their maker makes."""

from __future__ import annotations

import numpy as np
import pytest

from detector.segmentation.characters import character_tables


def test_tables_are_those_that_unicode_and_opencc_give() -> None:
    pytest.importorskip("opencc", reason="opencc makes the tables; it is for maintainers")
    from detector.segmentation.make_characters import tables

    made, shipped = tables(), character_tables()
    for name in ("fold", "kind", "flags"):
        # a later Unicode names characters that an earlier one does not know: allow those few
        assert np.mean(made[name] != getattr(shipped, name)) < 0.01


def test_traditional_and_full_width_fold_to_plain() -> None:
    fold = character_tables().fold
    assert [chr(fold[ord(c)]) for c in "國ＡＢé"] == ["国", "a", "b", "é"]
