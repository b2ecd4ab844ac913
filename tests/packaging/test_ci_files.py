"""The GitHub action, the pre-commit hook and the workflow: what the CI of others and our own runs, run here as far as it goes without servers."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

yaml = pytest.importorskip("yaml")

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "tests" / "examples"
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
WORKFLOW: dict[str, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))


def step(name: str) -> dict[str, Any]:
    return next(step for step in ACTION["runs"]["steps"] if step.get("name") == name)


def test_the_action_is_composite_and_every_input_is_described_and_used() -> None:
    assert ACTION["runs"]["using"] == "composite"
    used = set(re.findall(r"\$\{\{ inputs\.([\w-]+) \}\}", (ROOT / "action.yml").read_text("utf-8")))
    assert used == set(ACTION["inputs"])
    assert all(told["description"] and "default" in told for told in ACTION["inputs"].values())


def test_nothing_that_a_workflow_gives_is_run_by_the_shell() -> None:
    for each in ACTION["runs"]["steps"]:
        assert "${{" not in each.get("run", "")
        assert each.get("shell") == "bash" or "uses" in each


@pytest.fixture
def audit(tmp_path: Path) -> Any:
    """Run the action's own lines, with the detector of this checkout where the action installs it."""
    if shutil.which("bash") is None:
        pytest.skip("the action needs bash")
    command = tmp_path / "detector" / "bin" / "detector"
    command.parent.mkdir(parents=True)
    command.write_text(f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)} -m detector "$@"\n', "utf-8")
    command.chmod(0o755)
    output = tmp_path / "output"

    def run(**given: str) -> tuple[int, str, str]:
        inputs = {name: told["default"] for name, told in ACTION["inputs"].items()} | {k.replace("_", "-"): v for k, v in given.items()}
        told = {
            name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda m: inputs[m[1]], value) for name, value in step("Audit")["env"].items()
        }
        environment = os.environ | told | {"RUNNER_TEMP": str(tmp_path), "GITHUB_OUTPUT": str(output)}
        bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step("Audit")["run"]]  # as GitHub calls it
        done = subprocess.run(bash, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, output.read_text("utf-8")

    return run


def test_the_action_finds_the_injected_example_and_writes_the_report(audit: Any, tmp_path: Path) -> None:
    code, log, output = audit(paths=f"{EXAMPLES}\n", formats="sarif=detector.sarif\nhtml=report.html")
    assert (code, output) == (1, "exit-code=1\n")
    assert "infected-article.html" in log
    assert (tmp_path / "detector.sarif").stat().st_size and (tmp_path / "report.html").stat().st_size


def test_the_action_passes_options_on_and_a_path_that_looks_like_one_is_a_path(audit: Any) -> None:
    assert audit(paths=str(EXAMPLES), options="--exclude=infected-*\n--no-config")[0] == 0
    code, _, output = audit(paths="--help")
    assert (code, output.splitlines()[-1]) == (3, "exit-code=3")


def test_the_hook_definition_is_one_that_pre_commit_takes() -> None:
    clientlib = pytest.importorskip("pre_commit.clientlib")
    assert [hook["id"] for hook in clientlib.load_manifest(str(ROOT / ".pre-commit-hooks.yaml"))] == ["detector"]


@pytest.mark.parametrize("page, code", [("clean-article.html", 0), ("infected-article.html", 1)])
def test_the_hook_fails_on_an_injected_page(page: str, code: int) -> None:
    entry = shlex.split(HOOKS[0]["entry"])
    assert entry[0] == "detector"
    command = [sys.executable, "-m", "detector", *entry[1:], str(EXAMPLES / page)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert done.stderr == ""


def test_the_workflow_does_what_ci_run_does_and_nothing_else() -> None:
    (job,) = WORKFLOW["jobs"].values()
    assert [each["run"] for each in job["steps"] if "run" in each] == [".ci/run"]
    assert all(os.access(ROOT / ".ci" / name, os.X_OK) for name in ("run", "packages"))


def test_the_lowest_and_the_highest_python_of_the_package_are_those_of_the_workflow_and_of_the_packages_tried() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    supported = [m[1] for each in project["classifiers"] if (m := re.search(r":: (3\.\d+)$", each))]
    assert project["requires-python"] == f">={supported[0]}"
    (job,) = WORKFLOW["jobs"].values()
    assert job["strategy"]["matrix"]["python"] == [supported[0], supported[-1]]
    tried = re.search(r"^for version in (.*); do$", (ROOT / ".ci" / "packages").read_text("utf-8"), re.MULTILINE)
    assert tried is not None
    assert tried[1].split() == supported
