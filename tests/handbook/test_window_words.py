"""Menus that the pages name are in the window."""

from __future__ import annotations

import re

import pytest

from handbook import ROOT
from handbook.markdown import prose
from tests.handbook.texts import PAGES, name_of, text_of

MENU = re.compile(r"\*(\w[^*\n]* ▾(?:\s+>\s+[^*]+)?)\*")
"""A menu, and perhaps a line of it, as pages write them: *Add pictures ▾ > Files…*."""

WIDGETS = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "napari_unet" / "widgets").rglob("*.py"))

NAMED = [(name_of(page), found) for page in PAGES for found in MENU.findall(prose(text_of(page)))]


def test_pages_name_menus():
    assert len(NAMED) > 5


@pytest.mark.parametrize(("page", "menu"), NAMED, ids=[f"{page}: {menu}" for page, menu in NAMED])
def test_a_menu_and_its_line_are_in_the_window(page, menu):
    for words in re.split(r"\s+>\s+", menu):
        assert " ".join(words.replace("▾", "").split()) in WIDGETS, page
