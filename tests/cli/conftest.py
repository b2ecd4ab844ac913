"""The command line in this process with a stub in place of the auditor, and as a process of its own as users run it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from detector.cli import main
from tests.cli.stub import StubAuditor

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "tests" / "examples"

Run = Callable[..., Result]
RunProcess = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in this process: run("audit", path, ..., input=b"...")."""
    for module in ("audit", "baseline", "clean", "compare", "explain"):
        monkeypatch.setattr(f"detector.cli.{module}.make_auditor", lambda *_: StubAuditor())
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def run_command(*arguments: str | Path, input: bytes | None = None) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments], input=input)

    return run_command


@pytest.fixture
def process() -> RunProcess:
    """Run a command as a process of its own, with the real auditor."""

    def run_process(*arguments: str | Path, input: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "detector", *(str(argument) for argument in arguments)]
        return subprocess.run(command, input=input, capture_output=True, cwd=ROOT, timeout=120, check=False)

    return run_process


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A folder with one injected, one suspicious and one clean page."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "a-injected.html").write_text("<p>Honest.</p>\n<p>⟪cheap pills online⟫</p>\n", "utf-8")
    (folder / "b-suspicious.html").write_text("<p>Honest.</p>\n<p>⟪?win big⟫</p>\n", "utf-8")
    (folder / "c-clean.html").write_text("<p>Honest.</p>\n", "utf-8")
    return folder


@pytest.fixture
def shipped_model() -> Path:
    """The model that ships. Skips where none has been trained yet: `detector train --data training_data --out models`."""
    from detector.classifier.model import shipped_path

    if not shipped_path().exists():
        pytest.skip("no shipped model: run `detector train --data training_data --out models`")
    return shipped_path()
