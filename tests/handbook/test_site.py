"""The site has every page, and every page says what the program says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

import napari_unet as nu
from handbook import DOCS, ROOT
from handbook.figures import FOLDER, drawn
from handbook.markdown import anchors, fences, headings
from handbook.pages import generated
from handbook.pages.commands import commands_page, parsers
from handbook.pages.docstrings import as_markdown
from handbook.pages.keys import keys_page
from handbook.pages.public import python_page
from handbook.pages.settings import GROUPS, limits, settings_page
from handbook.places import HOME
from napari_unet.cli.parser import COMMANDS, EXIT_CODES
from napari_unet.core import settings as door
from napari_unet.core.settings import AUGMENTATIONS, PRESETS, Settings
from napari_unet.widgets.desk_tools import TOOLS

COLUMN = 98
"""Letters of code that fit beside the lists of a page, on a screen of 1280 pixels."""


class _Loader(yaml.SafeLoader):
    """Reads mkdocs.yml; what is Python there is only its name here."""


_Loader.add_multi_constructor("tag:yaml.org,2002:python/name:", lambda loader, suffix, node: suffix)


@pytest.fixture(scope="module")
def configuration() -> dict[str, Any]:
    found: dict[str, Any] = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader=_Loader)
    return found


def pages_of(nav: object) -> Iterator[str]:
    """Every page that the navigation names."""
    if isinstance(nav, str):
        yield nav
    for part in nav if isinstance(nav, list) else nav.values() if isinstance(nav, dict) else ():
        yield from pages_of(part)


def test_every_page_stands_once_in_the_navigation(configuration):
    named = list(pages_of(configuration["nav"]))
    written = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    there = written | set(generated())
    assert sorted(named) == sorted(set(named)), "a page stands there twice"
    assert sorted(there - set(named)) == [], "add these to nav in mkdocs.yml"
    assert sorted(set(named) - there) == [], "mkdocs.yml names these, and there are no such pages"
    assert named[0] == HOME


def test_every_page_has_one_title_and_begins_with_it():
    texts = {path.relative_to(DOCS).as_posix(): path.read_text(encoding="utf-8") for path in DOCS.rglob("*.md")}
    for name, text in {**texts, **generated()}.items():
        first = text.removeprefix('<div class="hero" markdown>').lstrip().splitlines()[0]
        assert first.startswith("# "), name
        assert headings(text)


def test_code_on_a_page_is_not_cut_on_a_small_screen():
    """The column between the lists holds 98 letters at 1280 pixels; architecture.md has it all to itself."""
    wide = [
        f"{page.name}: {line}"
        for page in DOCS.rglob("*.md")
        if page.name not in ("architecture.md", "troubleshooting.md")  # the latter is what the program says
        for fence in fences(page.read_text(encoding="utf-8"))
        for line in fence.lines
        if len(line) > COLUMN
    ]
    assert wide == []


def test_nothing_is_fetched_while_somebody_reads(configuration):
    assert configuration["theme"]["font"] is False
    assets = [*configuration.get("extra_css", []), *configuration.get("extra_javascript", [])]
    assert [one for one in assets if "//" in one] == []
    for file in (ROOT / "handbook" / "theme").rglob("*.css"):
        assert "http" not in file.read_text(encoding="utf-8")


def test_every_picture_of_the_pages_is_used():
    texts = "".join(
        path.read_text(encoding="utf-8") for path in [*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "mkdocs.yml"]
    )
    pictures = [path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()]
    assert [name for name in pictures if f"images/{name}" not in texts] == []


@pytest.mark.parametrize("name", drawn())
def test_a_drawing_is_as_its_script_draws_it(name):
    """If it is not: python -m handbook.figures."""
    assert (FOLDER / name).read_text(encoding="utf-8") == drawn()[name]


def test_every_group_of_settings_has_a_page():
    groups = {
        one
        for one in vars(door).values()
        if isinstance(one, type) and issubclass(one, Settings) and one is not Settings
    }
    assert {group for _, group, _ in GROUPS.values()} == groups


@pytest.mark.parametrize("name", GROUPS)
def test_every_setting_stands_with_title_help_usual_value_and_limits(name):
    page, (_, group, _) = settings_page(name), GROUPS[name]
    for item in group.options():
        part = page.split(f"## {item.label} {{ #{item.name} }}")[1].split("\n## ")[0]
        assert item.help in part
        assert limits(item) in part
        assert f"`{item.name}`" in part
        assert item.unit in part
    assert {item.name for item in group.options()} <= anchors(page)


def test_a_setting_says_which_commands_take_it():
    rate = settings_page("training").split("{ #rate }")[1].split("\n## ")[0]
    assert "`--rate` of `demo`, `train`, `crossvalidate`, `search`" in rate
    assert "0.000001 to 1" in rate or "1e-06 to 1" in rate


def test_every_command_stands_with_all_its_flags():
    page = commands_page()
    assert set(parsers()) == set(COMMANDS)
    for name, parser in parsers().items():
        part = page.split(f"{{ #{name} }}")[1].split("\n## ")[0]
        for action in parser._actions:
            words = action.option_strings or [str(action.metavar)]
            assert action.option_strings[:1] == ["-h"] or all(word in part for word in words), (name, words)


def test_every_public_name_stands_with_what_it_says_of_itself():
    page = python_page()
    for name in nu.__all__:
        told = page.split(f"### {name} {{ #{name.lower()} }}")[1].split("\n### ")[0]
        assert str(getattr(nu, name).__doc__).strip().splitlines()[0] in told


def test_plans_changes_and_keys_stand_there():
    presets = generated()["reference/presets.md"]
    assert all(f"(`{name}`)" in presets for name in PRESETS)
    assert all(f"`{name}`" in presets for name in AUGMENTATIONS)
    keys = keys_page()
    assert "| `N` | Paint a new cell |" in keys
    assert all(f"| `{tool.key}` | **{tool.words}.**" in keys for tool in TOOLS)
    assert "Ctrl+Z" in keys


def test_a_docstring_becomes_lists_and_code():
    text = "Does it.\n\n    import x\n\nParameters\n----------\na, b : two things,\n    on two lines.\n"
    text += "\nReturns\n-------\nc : one."
    made = as_markdown(text)
    assert "```python\nimport x\n```" in made
    assert "**Parameters**\n\n* `a, b`: two things, on two lines." in made
    assert made.endswith("**Returns**\n\n* `c`: one.")


def test_the_readme_has_every_command_and_exit_code():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| (\d+) \| (.+) \|$", text, re.MULTILINE))
    assert told == dict(re.findall(r"^  (\d+) +(.+)$", EXIT_CODES, re.MULTILINE))
    assert [command for command in COMMANDS if f"\nnapari-unet {command} " not in text] == []
