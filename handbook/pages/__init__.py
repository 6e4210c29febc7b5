"""The pages that nobody writes: from settings, parsers, docstrings, and files outside docs/."""

from __future__ import annotations

from handbook import ROOT
from handbook.pages.commands import commands_page
from handbook.pages.keys import keys_page
from handbook.pages.presets import presets_page
from handbook.pages.public import python_page
from handbook.pages.scripts import examples_page
from handbook.pages.settings import settings_pages
from handbook.places import OUTSIDE, in_site


def generated() -> dict[str, str]:
    """Every such page: its place in the site, and its Markdown."""
    return {
        **settings_pages(),
        "reference/presets.md": presets_page(),
        "reference/commands.md": commands_page(),
        "reference/python.md": python_page(),
        "reference/keys.md": keys_page(),
        OUTSIDE["examples"]: examples_page(),
        **_from_outside(),
    }


def _from_outside() -> dict[str, str]:
    """The files outside docs/ that are pages as they are."""
    texts = {}
    for source, page in OUTSIDE.items():
        if (ROOT / source).is_file():
            text = (ROOT / source).read_text(encoding="utf-8")
            texts[page] = in_site(text, source, page) if source.endswith(".md") else f"# Licence\n\n{text}"
    return texts
