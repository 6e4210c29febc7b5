"""Links lead somewhere, on GitHub and in the site."""

from __future__ import annotations

import posixpath

import pytest

from handbook import ROOT
from handbook.markdown import anchors, links, relinked
from handbook.pages import generated
from handbook.places import AFAR, in_site, meant, place
from tests.handbook.texts import PAGES, name_of, text_of

SITE = {
    **{name_of(page).removeprefix("docs/"): text_of(page) for page in PAGES if name_of(page).startswith("docs/")},
    **generated(),
}
"""Every page of the site, as Markdown."""


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_in_the_checkout_leads_to_a_file_and_a_heading(page):
    folder = posixpath.dirname(name_of(page))
    lost = []
    for link in links(text_of(page)):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        path, anchor = meant(link, folder)
        file = ROOT / path if path else page
        if not file.exists() or (anchor and anchor not in anchors(text_of(file))):
            lost.append(link)
    assert lost == []


def test_every_link_in_the_site_leads_to_a_page_and_a_heading():
    lost = []
    for page, text in SITE.items():
        moved = text if page in generated() else in_site(text, f"docs/{page}", page)
        for link in links(moved):
            if link.startswith(AFAR) and not link.startswith("#"):
                continue
            path, anchor = meant(link, posixpath.dirname(page))
            target = path or page
            outside = target.startswith("..")  # a file of the checkout is none of the site
            there = target in SITE or (not outside and (ROOT / "docs" / target).is_file())
            if not there or (anchor and target in SITE and anchor not in anchors(SITE[target])):
                lost.append(f"{page}: {link}")
    assert lost == []


def test_links_to_the_rest_of_the_web_are_encrypted():
    plain = {
        f"{name_of(page)}: {link}" for page in PAGES for link in links(text_of(page)) if link.startswith("http://")
    }
    assert plain == set()


def test_a_file_outside_the_pages_has_one_place_in_the_site():
    assert place("README.md") == "overview.md"
    assert place("docs/live.md") == "live.md"
    assert place("examples/measure_cells.py") == place("examples")
    assert place("setup.cfg") == ""


def test_a_link_is_moved_and_code_is_not():
    text = "[a](../README.md#two-commands) `[b](../README.md)`\n\n```\n[c](../README.md)\n```\n[d](x.md)"
    moved = in_site(text, "docs/howto/share.md", "howto/share.md")
    assert "[a](../README.md#two-commands)" in moved  # docs/README.md, which has no such heading: not the checkout's
    moved = in_site(text.replace("../README", "../../README"), "docs/howto/share.md", "howto/share.md")
    assert moved.startswith("[a](../overview.md#two-commands)")
    assert "```\n[c](../../README.md)\n```" in moved
    assert relinked("![x](a_(b).png) [![y](c.png)](d.md)", str.upper) == "![x](A_(B).PNG) [![y](c.png)](D.MD)"


def test_headings_have_githubs_anchors():
    text = "# A `b` - c!\n## A b\n## A b\n```\n# no\n```\n## Own { #mine }\n"
    assert anchors(text) == {"a-b---c", "a-b", "a-b-1", "mine"}
