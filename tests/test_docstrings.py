"""Every public name says what it is: modules, functions, classes, and the methods of classes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "detector"

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def public_names(node: Documented, name: str) -> Iterator[tuple[str, Documented]]:
    """The node and what can be reached from it without a name that begins with an underscore; functions keep what is inside them."""
    yield name, node
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return
    for inner in definitions(node.body):
        if not inner.name.startswith("_"):
            yield from public_names(inner, f"{name}.{inner.name}")


def definitions(body: list[ast.stmt]) -> Iterator[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    """Classes and functions of a body, those under an ``if`` or ``try`` too."""
    for statement in body:
        if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield statement
        elif isinstance(statement, ast.If | ast.Try):
            yield from definitions([*statement.body, *statement.orelse, *getattr(statement, "finalbody", [])])


def undocumented(source: str, module: str) -> list[str]:
    return [name for name, node in public_names(ast.parse(source), module) if not ast.get_docstring(node)]


def test_no_public_name_is_without_a_docstring() -> None:
    files = sorted(PACKAGE.rglob("*.py"))
    assert len(files) > 100
    assert [
        f"{path.relative_to(PACKAGE.parent)}: {name}" for path in files for name in undocumented(path.read_text("utf-8"), path.stem)
    ] == []


@pytest.mark.parametrize(
    "source, missing",
    [
        ("x = 1", ["m"]),
        ('"""M."""\ndef f(): ...\ndef _g(): ...', ["m.f"]),
        ('"""M."""\nclass C:\n    """C."""\n    def __init__(self): ...\n    def f(self): ...', ["m.C.f"]),
        ('"""M."""\nclass _C:\n    def f(self): ...', []),
        ('"""M."""\nif True:\n    async def f(): ...\nelse:\n    class C: ...', ["m.f", "m.C"]),
        ('"""M."""\ndef f():\n    """F."""\n    def inner(): ...', []),
    ],
)
def test_the_check_sees(source: str, missing: list[str]) -> None:
    assert undocumented(source, "m") == missing
