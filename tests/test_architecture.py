"""The house keeps its laws: docs/architecture.md, run."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from napari_unet.core import settings as door
from napari_unet.core.settings import Settings

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "napari_unet"
FILES = sorted(PACKAGE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

LONGEST_FILE, LONGEST_FUNCTION, LONGEST_CLASS, MOST_ARGUMENTS = 350, 50, 200, 6

ALLOWED = {
    "option": "the one declaration of a setting: everything that may be known about it, by name",
}
"""Functions with more arguments than others may have, and why."""

VAGUE = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc", "base"}

OPTION_NAMES = {
    item.name
    for group in vars(door).values()
    if isinstance(group, type) and issubclass(group, Settings)
    for item in group.options()
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


@pytest.fixture(autouse=True, scope="module")
def forgotten() -> Iterator[None]:
    """The trees are a million objects, among which every later search for garbage would look."""
    yield
    nodes.cache_clear()


def functions(path: Path) -> Iterator[Function]:
    return (node for node in nodes(path) if isinstance(node, Function))


def place(path: Path, node: Function | ast.ClassDef) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"


def length(node: Function | ast.ClassDef) -> int:
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


def arguments(function: Function) -> list[ast.arg]:
    """What a caller gives: without self and cls."""
    given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return [item for item in given if item.arg not in ("self", "cls")]


def defaulted(function: Function) -> Iterator[str]:
    """The names of the arguments that have a default."""
    places = [*function.args.posonlyargs, *function.args.args]
    yield from (item.arg for item in places[len(places) - len(function.args.defaults) :])
    named = zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
    yield from (item.arg for item, default in named if default is not None)


def fresh(code: str) -> str:
    """What a new Python says when it runs the code."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


# 1. Arrows go one way


def test_arrows_go_one_way() -> None:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-logo"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_room_is_in_the_drawing() -> None:
    drawing = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = {path.parent.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("__init__.py")} - {".", "core"}
    top = {room for room in rooms if room.count("/") == room.startswith("core/")}
    assert not {room for room in top if f"`{room}/`" not in drawing}


def test_tests_mirror_the_rooms() -> None:
    others = {"tests", "tests/benchmarks", "tests/handbook", "tests/tools", "tests/examples"}
    folders = {path.parent.relative_to(ROOT).as_posix() for path in TESTS} - others
    assert not {folder for folder in folders if not (PACKAGE / Path(folder).relative_to("tests")).is_dir()}


HIDDEN = """
import importlib, pkgutil, types
import napari_unet.core
names = [module.name for module in pkgutil.walk_packages(napari_unet.core.__path__, "napari_unet.core.")]
rooms = [module for module in map(importlib.import_module, names) if hasattr(module, "__path__")]
doors = [(room, name) for room in rooms for name in getattr(room, "__all__", ())]
print(*(f"{room.__name__}.{name}" for room, name in doors if isinstance(getattr(room, name), types.ModuleType)))
"""


def test_no_module_hides_what_its_door_offers() -> None:
    """A lazy door that offers `predict` from predict.py offers the module once somebody has imported it."""
    assert fresh(HIDDEN) == ""


# 2. The viewer process never imports torch

IMPORT_ALL = """
import importlib, pkgutil, sys
import {room}
for module in pkgutil.walk_packages({room}.__path__, "{room}."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print(*(name for name in {forbidden} if name in sys.modules))
"""
QT = ("qtpy", "PyQt5", "PyQt6", "PySide6")
HEAVY = ("torch", "napari", "skimage", "scipy", *QT)


@pytest.mark.parametrize(
    ("room", "forbidden"),
    [
        ("napari_unet.core.settings", (*HEAVY, "numpy")),
        ("napari_unet.core.data", ("torch", "napari", *QT)),
        ("napari_unet.core.metrics", ("torch", "napari", *QT)),
        ("napari_unet.core.postprocessing", ("torch", "napari", *QT)),
        ("napari_unet.core.export", ("torch", "napari", *QT)),
        ("napari_unet.session", ("torch", "napari", *QT)),
        ("napari_unet.widgets", ("torch",)),
        ("napari_unet.plugin", ("torch",)),
    ],
)
def test_a_room_brings_nothing_it_must_not_know(room: str, forbidden: tuple[str, ...]) -> None:
    assert fresh(IMPORT_ALL.format(room=room, forbidden=forbidden)) == ""


@pytest.mark.parametrize(
    "module", ["napari_unet", "napari_unet.cli", "napari_unet.cli.parser", "napari_unet.core.model.card"]
)
def test_a_door_opens_without_anything_heavy(module: str) -> None:
    code = f"import {module}, sys; print(*(name for name in {HEAVY} if name in sys.modules))"
    assert fresh(code) == ""


@pytest.mark.parametrize("module", ["napari_unet.engine.client", "napari_unet.engine.worker"])
def test_the_engine_starts_without_anything_heavy(module: str) -> None:
    assert fresh(f"import {module}, sys; print(*(name for name in {HEAVY} if name in sys.modules))") == ""


# 3. One home per fact


def test_core_takes_settings_and_has_no_defaults_for_them() -> None:
    core = [path for path in FILES if "core" in path.parts and "settings" not in path.parts]
    second_homes = [
        f"{place(path, function)} has a default for {name}"
        for path in core
        for function in functions(path)
        for name in defaulted(function)
        if name in OPTION_NAMES
    ]
    assert second_homes == []


def test_no_default_of_a_setting_is_written_where_it_is_read() -> None:
    """`values.get("threshold", 0.5)` would be a second home."""
    calls = [
        (path, node) for path in FILES for node in nodes(path) if isinstance(node, ast.Call) and len(node.args) == 2
    ]
    second_homes = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path, call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == "get"
        if isinstance(call.args[0], ast.Constant) and call.args[0].value in OPTION_NAMES
        if isinstance(call.args[1], ast.Constant)
    ]
    assert second_homes == []


# Budgets


def test_a_file_is_read_in_one_sitting() -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert [f"{path.relative_to(ROOT)}: {count}" for path, count in lines.items() if count > LONGEST_FILE] == []


def test_a_function_fits_a_screen() -> None:
    long = [
        f"{place(path, function)}: {length(function)}"
        for path in FILES
        for function in functions(path)
        if length(function) > LONGEST_FUNCTION
    ]
    assert long == []


def test_a_function_is_told_a_few_things_only() -> None:
    many = [
        f"{place(path, function)}: {len(arguments(function))}"
        for path in FILES
        for function in functions(path)
        if len(arguments(function)) > MOST_ARGUMENTS and function.name not in ALLOWED
    ]
    assert many == []


def test_a_class_does_one_thing() -> None:
    classes = [(path, node) for path in FILES for node in nodes(path) if isinstance(node, ast.ClassDef)]
    assert [f"{place(path, node)}: {length(node)}" for path, node in classes if length(node) > LONGEST_CLASS] == []


def test_a_file_is_named_after_what_it_does() -> None:
    assert [path for path in FILES if VAGUE.intersection(path.relative_to(PACKAGE).with_suffix("").parts)] == []
