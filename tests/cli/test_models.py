"""`detector models`: the model in use is the one asked for, of the environment, chosen, or shipped, in this order."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from detector.classifier.model import load, save
from detector.cli import main, model_choice
from detector.cli.model_choice import VARIABLE, chosen, file_of_choice


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_choice.click, "get_app_dir", lambda _: str(tmp_path / "config"))
    monkeypatch.delenv(VARIABLE, raising=False)


@pytest.fixture
def another(tmp_path: Path, shipped_model: Path) -> Path:
    """A model that calls every page injected."""
    from dataclasses import replace

    read = load(shipped_model)
    path = tmp_path / "another.npz"
    save(replace(read, thresholds=dict.fromkeys(read.thresholds, -30.0)), path)
    return path


def run(*arguments: str | Path, input: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], input=input)


def test_a_model_that_was_chosen_is_used_until_the_shipped_one_is_again(another: Path) -> None:
    assert run("audit", "-", input="Our school.").exit_code == 0
    assert run("models", "use", another).exit_code == 0
    assert run("audit", "-", input="Our school.").exit_code == 1
    assert f"* {another}" in run("models").stdout
    assert run("models", "use", "--shipped").exit_code == 0
    assert run("audit", "-", input="Our school.").exit_code == 0
    assert f"  {another}" in run("models", "list").stdout  # known still, not in use


def test_the_environment_goes_before_the_choice_and_the_option_before_both(
    another: Path, shipped_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(another))
    assert run("audit", "-", input="Our school.").exit_code == 1
    assert run("audit", "-", "--model", shipped_model, input="Our school.").exit_code == 0
    assert chosen().by == VARIABLE


def test_a_chosen_model_that_has_gone_is_named_with_who_chose_it(another: Path) -> None:
    run("models", "use", another)
    another.unlink()
    done = run("audit", "-", input="Our school.")
    assert done.exit_code == 2
    assert str(another) in done.stderr and "detector models use" in done.stderr
    assert "no such model file" in run("models").stdout


def test_what_is_no_model_is_not_chosen(tmp_path: Path) -> None:
    (tmp_path / "text.npz").write_text("hello")
    assert run("models", "use", tmp_path / "text.npz").exit_code == 2
    assert run("models", "use").exit_code == 2
    assert not file_of_choice().exists()


@pytest.mark.parametrize("content", ["{", "[]", '{"use": 5}', '{"known": [1]}'])
def test_a_choice_that_is_damaged_is_named_and_can_be_made_anew(content: str, shipped_model: Path) -> None:
    file_of_choice().parent.mkdir(parents=True)
    file_of_choice().write_text(content)
    done = run("models")
    assert done.exit_code == 2
    assert str(file_of_choice()) in done.stderr
    assert run("models", "use", "--shipped").exit_code == 0
    assert run("models").exit_code == 0


def test_info_shows_the_checksum(shipped_model: Path) -> None:
    assert load(shipped_model).header["sha256"] in run("models", "info", shipped_model).stdout
