"""The page of promises names tests that are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)


def test_every_test_that_the_page_names_is_there() -> None:
    assert len(NAMED) > 40
    assert [f"{file}::{test}" for file, test in NAMED if test not in _tests(ROOT / file)] == []


def test_every_promise_names_what_tries_it() -> None:
    rows = [line.split("|") for line in PAGE.splitlines() if line.startswith("|") and "---" not in line]
    promises = [row for row in rows if row[3].strip() != "tried by"]
    assert [row[1] for row in promises if "`" not in row[3]] == []


def _tests(file: Path) -> set[str]:
    if not file.is_file():
        return set()
    return {node.name for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)}
