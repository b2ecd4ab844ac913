"""The package works without its kernels, and says why they could not be built."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from detector.native.build import NoCompilerError, build


def test_without_a_compiler_the_error_names_what_was_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sysconfig, "get_config_var", lambda name: "no-such-compiler -shared")
    with pytest.raises(NoCompilerError, match="no-such-compiler"):
        build(tmp_path / "kernels.so")
    assert not list(tmp_path.iterdir())


def test_python_alone_gives_the_same_report() -> None:
    root = Path(__file__).parents[2]
    page = root / "tests" / "examples" / "infected-article.html"
    program = f"import detector, json, pathlib; print(json.dumps(detector.audit(pathlib.Path({str(page)!r}).read_bytes()).to_dict()))"
    with_kernels, alone = (
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=root, env={**os.environ, **pure}).stdout
        for pure in ({}, {"DETECTOR_PURE_PYTHON": "1"})
    )
    assert with_kernels == alone and '"injected"' in alone
