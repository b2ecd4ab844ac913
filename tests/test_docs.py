"""The guides say what is so: links and names lead somewhere, code parses, what it imports is there, and the command that shards an archive works."""

from __future__ import annotations

import ast
import io
import json
import os
import pkgutil
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from detector.cli import main

ROOT = Path(__file__).parents[1]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "models" / "README.md", ROOT / "training_data" / "DATASHEET.md"]
GUIDE = (ROOT / "docs" / "billion-pages.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files_that_are_there(page: Path) -> None:
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_named_in_a_sentence_have_the_options_named_with_them(page: Path) -> None:
    for line in re.findall(r"`detector ([a-z][^`]*)`", page.read_text("utf-8")):
        words = line.split()
        command: click.Command = main
        while words and isinstance(command, click.Group) and not words[0].startswith("-"):
            found = command.get_command(click.Context(command), words.pop(0))
            assert found is not None, f"detector {line}: no such command"
            command = found
        known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)} | {"--help"}
        assert {word.partition("=")[0] for word in words if word.startswith("--")} <= known, f"detector {line}"


def test_the_architecture_names_what_is_there() -> None:
    named = re.findall(r"`(detector(?:\.\w+)+)`", (ROOT / "docs" / "architecture.md").read_text("utf-8"))
    assert len(named) > 15
    for name in named:
        pkgutil.resolve_name(name)


def defined_in(module: str) -> set[str]:
    """Names that a module defines, read without importing it: its engine may not be installed."""
    tree = ast.parse((ROOT / f"{module.replace('.', '/')}.py").read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def test_what_the_examples_import_is_there() -> None:
    imports = [node for block in blocks("python") for node in ast.walk(ast.parse(block)) if isinstance(node, ast.ImportFrom)]
    assert len(imports) >= 4
    for node in imports:
        assert node.module is not None
        assert {alias.name for alias in node.names} <= defined_in(node.module)


def test_the_settings_of_scrapy_are_those_that_are_read() -> None:
    source = (ROOT / "detector/integrations/scrapy.py").read_text("utf-8")
    read = set(re.findall(r'settings\.get\w*\("(DETECTOR_\w+)"', source))
    described = set(re.findall(r"DETECTOR_\w+", "".join(re.findall(r"^\| DETECTOR.*$", source, re.MULTILINE))))
    assert read == described
    assert set(re.findall(r"DETECTOR_\w+", GUIDE)) <= read


@pytest.mark.skipif(shutil.which("xargs") is None, reason="no xargs on this system")
def test_the_sharding_command_audits_every_archive_once(tmp_path: Path) -> None:
    warcio = pytest.importorskip("warcio.warcwriter", reason="warcio is not installed: pip install warcio")
    pytest.importorskip("fastwarc", reason="fastwarc is not installed: pip install 'detector[warc]'")
    (tmp_path / "crawl").mkdir()
    for name in ("a", "b"):
        with (tmp_path / "crawl" / f"{name}.warc.gz").open("wb") as out:
            writer = warcio.WARCWriter(out)
            answer = io.BytesIO(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>A quiet day in town.</p>")
            writer.write_record(writer.create_warc_record(f"https://town.example/{name}", "response", payload=answer))
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "detector"
    command.write_text(f'#!/bin/sh\necho >> "{tmp_path}/runs"\nexec "{sys.executable}" -m detector "$@"\n', "utf-8")
    command.chmod(0o755)
    environment = os.environ | {"PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    (line,) = [block for block in blocks("sh") if "xargs" in block]
    for _ in range(2):  # the second time, all is done
        subprocess.run(["sh", "-c", line], cwd=tmp_path, env=environment, check=True, timeout=120)
    rows = [json.loads((tmp_path / "crawl" / f"{name}.warc.gz.jsonl").read_text("utf-8")) for name in ("a", "b")]
    assert [row["url"] for row in rows] == ["https://town.example/a", "https://town.example/b"]
    assert (tmp_path / "runs").read_text("utf-8") == "\n\n"
    assert sorted(path.name for path in (tmp_path / "crawl").iterdir()) == ["a.warc.gz", "a.warc.gz.jsonl", "b.warc.gz", "b.warc.gz.jsonl"]
