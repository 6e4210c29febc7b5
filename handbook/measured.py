"""Measures the source as docs/design.md compares it: `python -m handbook.measured` prints the row of the table."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from handbook import ROOT

Function = ast.FunctionDef | ast.AsyncFunctionDef


def row(folder: Path, tests: Path) -> str:
    """The row of the package in a folder, with its tests in another."""
    files = sorted(folder.rglob("*.py"))
    lines = [_lines(file) for file in files]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    functions = [node for node in nodes if isinstance(node, Function)]
    classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
    ratio = sum(_lines(file) for file in tests.rglob("*.py")) / sum(lines)
    cells = (
        f"{len(files)}",
        f"{sum(lines):,}",
        _spread(lines),
        _spread([_length(one) for one in functions]),
        f"{max(_length(one) for one in classes)}",
        f"{max(len(_arguments(one)) for one in functions)}",
        f"{_share([_typed(one) for one in functions])} %",
        f"{_share([ast.get_docstring(one) is not None for one in functions if _public(one)])} %",
        f"{ratio:.2f}",
    )
    return f"| **napari-unet** | {' | '.join(cells)} |"


def _lines(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines())


def _length(node: Function | ast.ClassDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _arguments(node: Function) -> list[ast.arg]:
    given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return [one for one in given if one.arg not in ("self", "cls")]


def _typed(node: Function) -> bool:
    return node.returns is not None and all(one.annotation is not None for one in _arguments(node))


def _public(node: Function) -> bool:
    return not node.name.startswith("_")


def _spread(numbers: Sequence[int]) -> str:
    return f"{median(numbers):.0f}, {max(numbers):,}"


def _share(answers: Sequence[bool]) -> int:
    return round(100 * sum(answers) / len(answers))


if __name__ == "__main__":
    print(row(ROOT / "napari_unet", ROOT / "tests"))
