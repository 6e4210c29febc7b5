"""Flags in the middle of a sentence, benchmarks, targets of make, modules and extras: what pages name is there."""

from __future__ import annotations

import argparse
import re
import shlex
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks.__main__ import parser as benchmarks_parser
from benchmarks.starting_models.__main__ import parser as starting_models_parser
from handbook import ROOT
from handbook.markdown import CODE, fences, prose
from handbook.pages.commands import parsers
from napari_unet.cli.parser import SAMPLE, make_parser
from tests.handbook.texts import PAGES, name_of, text_of

OURS = ("napari_unet", "handbook", "benchmarks", "tests")
"""Packages of the checkout."""

SCRIPTS = ("napari_unet/journey/__main__.py", "tests/fuzz.py", "tools/bootstrap.py")
"""Programs whose flags are read from their text: they make their parsers when they run."""

OTHERS = re.compile(r"\b(pip|uv|conda|mamba|git|pytest|venv|torchrun|twine|npe2|dask|srun|sbatch)\b|^#SBATCH")
"""Lines with flags of other programs."""

FLAG = re.compile(r"(?<![\w-])--[a-z][\w-]*")
BENCHMARK = re.compile(r"python -m benchmarks ([a-z_]+.*)")
MODULE = re.compile(r"python3? -m ([\w.]+)")
MAKE = re.compile(r"(?:^|\s)make ([a-z]+)((?: [A-Z]+=\S+)*)")
EXTRA = re.compile(r"napari-unet-loop\[([\w,]+)\]|pip install \"?\.\[([\w,]+)\]")


def codes(page: Path) -> Iterator[str]:
    """What is set as code: each line of a block, with those it goes on in, and what stands in a sentence."""
    text = text_of(page)
    for fence in fences(text):
        yield from (line.strip() for line in "\n".join(fence.lines).replace("\\\n", " ").splitlines())
    yield from (found[0].strip("`") for found in CODE.finditer(prose(text)))


CODES = [(name_of(page), code) for page in PAGES for code in codes(page)]


def flags_of(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        yield from action.option_strings
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from flags_of(inner)


@pytest.fixture(scope="module")
def known() -> set[str]:
    """Every flag of every program of the checkout."""
    written = (FLAG.findall((ROOT / script).read_text(encoding="utf-8")) for script in SCRIPTS)
    return {
        SAMPLE,
        *flags_of(make_parser()),
        *flags_of(benchmarks_parser()),
        *flags_of(starting_models_parser()),
        *(flag for one in written for flag in one),
    }


def missing(pattern: re.Pattern[str], is_there: object) -> list[str]:
    assert callable(is_there)
    found = [(page, hit) for page, code in CODES for hit in pattern.finditer(code)]
    assert found, "else this would say nothing"
    return [f"{page}: {hit[0]}" for page, hit in found if not is_there(hit)]


def test_every_flag_is_one_that_there_is(known):
    lost = {
        f"{page}: {flag}"
        for page, code in CODES
        if page != "CHANGELOG.md" and not OTHERS.search(code)  # what was new once may have another name today
        for flag in FLAG.findall(code)
        if flag not in known
    }
    assert lost == set()


def test_every_benchmark_is_one_and_takes_these_flags(capsys):
    parser = benchmarks_parser()

    def understood(hit: re.Match[str]) -> bool:
        try:
            parser.parse_args(shlex.split(hit[1]))
        except SystemExit:
            return False
        return True

    assert missing(BENCHMARK, understood) == [], capsys.readouterr().err


def test_every_module_that_is_to_be_run_is_there():
    def runs(hit: re.Match[str]) -> bool:
        name = hit[1]
        return name.split(".")[0] not in OURS or bool(find_spec(name) or find_spec(f"{name}.__main__"))

    assert missing(MODULE, runs) == []


def test_every_target_of_make_is_one_with_its_variables():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = next(line for line in text.splitlines() if line.startswith(".PHONY:")).split()[1:]
    variables = set(re.findall(r"^([A-Z]+) \?=", text, re.MULTILINE))

    def there(hit: re.Match[str]) -> bool:
        return hit[1] in targets and {one.split("=")[0] for one in hit[2].split()} <= variables

    assert missing(MAKE, there) == []


def test_every_extra_is_one():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert missing(EXTRA, lambda hit: set((hit[1] or hit[2]).split(",")) <= set(extras)) == []


def test_a_flag_beside_a_command_is_one_of_that_command():
    """`napari-unet segment --rate` names a flag that there is, of another command."""
    pattern = re.compile(r"napari-unet ([a-z-]+) (.*)")
    wrong = [
        f"{page}: {code}"
        for page, code in CODES
        if page != "CHANGELOG.md" and (hit := pattern.search(code)) and hit[1] in parsers()
        if not set(FLAG.findall(hit[2])) <= set(flags_of(parsers()[hit[1]]))
    ]
    assert wrong == []
