"""Whatever the pages tell people to type is understood."""

from __future__ import annotations

import ast
import inspect
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

import napari_unet as nu
from handbook.markdown import fences
from napari_unet.cli.parser import COMMANDS, SAMPLE, make_parser
from napari_unet.core.settings import Settings
from tests.handbook.texts import PAGES, name_of, text_of

SYNOPSIS = re.compile(r"\[-|\||\.\.\.$|\[PIC|PICTURE_OR_FOLDER\.\.\.")
"""What tells a form of a command from a command: brackets, bars and dots."""

WORDS = {
    "axes",
    "corner",
    "changes",
    "classes",
    "picture",
    "preset",
    "resume",
    "start",
    "watch",
    "vary",
    "folds",
    "spread",
    "kind",
}
"""Arguments of the public functions that are no settings."""

SETTINGS = {
    item.name
    for name in nu.__all__
    if isinstance(group := getattr(nu, name), type) and issubclass(group, Settings)
    for item in group.options()
}


def commands(page: Path) -> Iterator[tuple[int, list[str]]]:
    """Each command of our own in the page's blocks of code, with the number of its line."""
    for fence in fences(text_of(page)):
        whole = "\n".join(fence.lines).replace("\\\n", " ")
        for number, line in enumerate(whole.splitlines(), fence.line + 1):
            typed = re.split(r" {2,}(?=[a-z])| > | 2> ", line.strip().removeprefix("$ "))[0]
            if typed.startswith("napari-unet ") and not SYNOPSIS.search(typed):
                yield number, shlex.split(typed)[1:]


FOUND = [(name_of(page), number, words) for page in PAGES for number, words in commands(page)]


@pytest.mark.parametrize(("page", "line", "words"), FOUND, ids=[f"{page}:{line}" for page, line, _ in FOUND])
def test_a_command_is_understood(page, line, words, capsys):
    if words[0] in ("--help", "--version") or words[0] == SAMPLE or words[0] not in COMMANDS:
        assert words[0].startswith("--") or words[0] in ("COMMAND", "FOLDER") or "." in words[0]
        return
    try:
        arguments = make_parser().parse_args(words)
    except SystemExit:
        pytest.fail(f"{page}:{line}: {capsys.readouterr().err}")
    assert arguments.command == words[0]


def test_recipes_have_commands_and_all_commands_have_an_example():
    recipes = [page for page in PAGES if page.parent.name == "recipes" and page.name != "README.md"]
    assert len(recipes) >= 5
    for page in recipes:
        used = {words[0] for _, words in commands(page)}
        assert {"train", "segment"} <= used, name_of(page)
    assert {words[0] for _, _, words in FOUND} >= set(COMMANDS)


SCRIPTS = [
    (name_of(page), fence)
    for page in PAGES
    for fence in fences(text_of(page))
    if fence.language == "python" and "nu." in "\n".join(fence.lines)
]


@pytest.mark.parametrize(("page", "fence"), SCRIPTS, ids=[f"{page}:{fence.line}" for page, fence in SCRIPTS])
def test_a_script_uses_names_and_settings_that_there_are(page, fence):
    tree = ast.parse("\n".join(fence.lines))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "nu":
            assert node.attr in nu.__all__, f"nu.{node.attr}"
        if isinstance(node, ast.Call) and _is_ours(node.func):
            named = {keyword.arg for keyword in node.keywords if keyword.arg}
            assert named <= SETTINGS | WORDS, named - SETTINGS - WORDS
            first = next(iter(inspect.signature(getattr(nu, _name(node.func))).parameters.values()))
            words = [one.value for one in node.args[:1] if isinstance(one, ast.Constant)]
            assert first.annotation != "Path" or words == [], f"a Path, not {words}"


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else ""


def _is_ours(called: ast.expr) -> bool:
    return isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "nu"


def test_the_test_can_fail():
    with pytest.raises(SystemExit):
        make_parser().parse_args(["train", "images", "masks", "--out", "m", "--no-such-flag"])
    assert len(FOUND) > 60
    assert len(SCRIPTS) > 6
