"""The command line as a whole: start-up, help, exit codes of a process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from detector.cli import COMMANDS, main
from detector.cli.extent import Extent
from detector.cli.progress import progress_line
from detector.report.inputs import AuditedInput
from detector.report.tally import Tally
from detector.sources import SourceOptions
from tests.cli.conftest import EXAMPLES, Run, RunProcess

_HEAVY = ("numpy", "rich", "jieba", "turbohtml", "httpx", "sklearn", "jinja2", "concurrent.futures", "multiprocessing")


@pytest.mark.parametrize(
    "arguments", [["--version"], ["--help"], ["audit", "--help"], ["train", "--help"], ["label", "--help"], ["models", "--help"]]
)
def test_version_and_help_import_nothing_heavy(arguments: list[str]) -> None:
    """What makes them fast, held by what is imported rather than by a clock."""
    program = (
        "import sys\nfrom detector.cli import main\n"
        f"try:\n    main({arguments!r}, prog_name='detector')\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {_HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "detector" in done.stdout


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_has_examples_that_name_the_command(run: Run, command: str) -> None:
    result = run(*command.split(), "--help")
    assert result.exit_code == 0
    assert "Examples:" in result.stdout
    assert f"detector {command}".strip() in result.stdout.partition("Examples:")[2]


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_says_what_the_exit_codes_mean_and_fits_the_terminal(run: Run, command: str) -> None:
    stdout = run(*command.split(), "--help").stdout
    assert "Exit codes:" in stdout
    assert "\\b" not in stdout and "\b" not in stdout
    # Of what can be pasted the lines are kept as they are, at any width; all else is wrapped.
    assert [line for line in stdout.splitlines() if len(line) > 80 and "detector " not in line] == []


def test_every_option_has_a_help_text() -> None:
    for name in COMMANDS:
        command = main.get_command(None, name)  # type: ignore[arg-type]
        assert command is not None
        for parameter in command.params:
            assert not isinstance(parameter, click.Option) or parameter.help, f"detector {name}: {parameter.opts}"


def test_an_unknown_command_is_2(run: Run) -> None:
    result = run("inspect")
    assert result.exit_code == 2
    assert "No such command" in result.stderr


def test_a_model_that_is_missing_is_2_and_named(process: RunProcess, tmp_path: Path) -> None:
    model = tmp_path / "missing.npz"
    for command in (["audit", "-", "--model", model], ["models", "info", model]):
        done = process(*command)
        assert done.returncode == 2
        assert str(model) in done.stderr.decode()
        assert "Traceback" not in done.stderr.decode()


def test_a_model_that_is_damaged_is_2_and_named(process: RunProcess, tmp_path: Path) -> None:
    model = tmp_path / "model.npz"
    model.write_bytes(b"PK\x03\x04 not a model")
    done = process("audit", "-", "--model", model)
    assert done.returncode == 2
    assert str(model) in done.stderr.decode()


def test_training_data_that_is_missing_is_2(run: Run, tmp_path: Path) -> None:
    result = run("train", "--data", tmp_path / "missing", "--out", tmp_path)
    assert result.exit_code == 2
    assert "missing" in result.stderr


def test_the_progress_line_has_the_rate_and_what_was_found() -> None:
    tally = Tally()
    for number in range(1500):
        tally.add(AuditedInput(f"page-{number}", None, "timeout", 0.0))
    assert progress_line(tally, 3.0) == "1,500 pages, 500.0 pages/s, 1,500 unreadable"


def test_the_shipped_model_says_what_it_is(process: RunProcess, shipped_model: Path) -> None:
    done = process("models", "info")
    assert done.returncode == 0
    assert str(shipped_model) in done.stdout.decode()
    assert "sha256: " in done.stdout.decode()


def test_the_example_is_found_injected_and_an_honest_page_clean(process: RunProcess, shipped_model: Path) -> None:
    infected = process("audit", EXAMPLES / "infected-article.html")
    assert infected.returncode == 1, infected.stderr.decode()
    clean = process("audit", EXAMPLES / "clean-article.html")
    assert clean.returncode == 0, clean.stdout.decode()


def test_the_example_is_cleaned_to_the_page_it_was(process: RunProcess, shipped_model: Path) -> None:
    done = process("clean", EXAMPLES / "infected-article.html")
    assert done.returncode == 0
    assert "棋牌".encode() not in done.stdout
    assert b"<footer>" in done.stdout


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, b"\x00" * 4096], ids=["empty", "image", "zeros"])
def test_what_is_no_page_is_neither_a_finding_nor_a_crash(process: RunProcess, shipped_model: Path, content: bytes) -> None:
    done = process("audit", "-", input=content)
    assert done.returncode in (0, 3)
    assert b"Traceback" not in done.stderr


def test_processes_give_the_same_exit_code(process: RunProcess, shipped_model: Path) -> None:
    assert process("audit", EXAMPLES, "--jobs", "2", "--format", "jsonl").returncode == 1


def test_the_progress_line_says_how_long_the_rest_will_take_once_it_can() -> None:
    assert progress_line(Tally(), 30.0, 0.25).endswith("25% done, 1:30 left")
    assert progress_line(Tally(), 3600.0, 0.4).endswith("40% done, 1:30:00 left")
    assert "left" not in progress_line(Tally(), 30.0, 0.001)
    assert "left" not in progress_line(Tally(), 30.0, None)


def test_how_far_a_run_is_goes_by_the_bytes_of_its_files(tmp_path: Path) -> None:
    for name, size in (("a.html", 100), ("b.warc", 800), ("c.html", 100)):
        (tmp_path / name).write_bytes(b" " * size)
    extent = Extent([str(tmp_path), str(tmp_path / "missing.html")], SourceOptions())
    names = ["a.html", "b.warc#0", "b.warc#400", "c.html", "missing.html"]
    assert [extent.share(str(tmp_path / name)) for name in names] == [0.0, 0.1, 0.5, 0.9, 1.0]
    assert Extent([str(tmp_path), "https://example.com/"], SourceOptions()).share("a.html") is None


@pytest.mark.parametrize(
    "words, index, completions",
    [("detector au", 1, ["audit"]), ("detector audit --fail-on i", 3, ["injected"]), ("detector audit --si", 2, ["--site"])],
)
def test_the_shell_completes_commands_options_and_choices(words: str, index: int, completions: list[str]) -> None:
    environment = os.environ | {"_DETECTOR_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(index)}
    program = "from detector.cli import main; main(prog_name='detector')"
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert [line.partition(",")[2] for line in done.stdout.splitlines()] == completions


def test_help_says_how_to_complete_in_each_shell(run: Run) -> None:
    stdout = run("--help").stdout
    assert '  eval "$(_DETECTOR_COMPLETE=bash_source detector)"' in stdout and "zsh_source" in stdout and "fish_source" in stdout
