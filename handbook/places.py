"""Where files of the checkout stand in the site, so that one link leads there and on GitHub."""

from __future__ import annotations

import posixpath

from handbook import ROOT
from handbook.markdown import relinked

OUTSIDE = {
    "README.md": "overview.md",
    "CHANGELOG.md": "project/changelog.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "LICENSE": "project/licence.md",
    "examples": "project/examples.md",
    "sample_data/SOURCES.md": "project/sample_pictures.md",
}
"""What stands outside docs/, and its page in the site."""

HOME = "README.md"
"""The landing page, in docs/."""

AFAR = ("http://", "https://", "mailto:", "#", "data:")


def in_site(text: str, source: str, page: str) -> str:
    """The text of the file `source` of the checkout, with links that hold where it becomes the page `page`."""
    return relinked(text, lambda link: _moved(link, posixpath.dirname(source), posixpath.dirname(page)))


def meant(link: str, folder: str) -> tuple[str, str]:
    """What a link in a file of `folder` means: a path in the checkout, and an anchor (either may be empty)."""
    path, _, anchor = link.partition("#")
    return (posixpath.normpath(posixpath.join(folder, path)) if path else "", anchor)


def place(path: str) -> str:
    """The page or file of the site that a path of the checkout becomes; empty where it has none there."""
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    if path.startswith("examples/"):
        return OUTSIDE["examples"]
    return OUTSIDE.get(path, "")


def _moved(link: str, folder: str, page_folder: str) -> str:
    if link.startswith(AFAR):
        return link
    path, anchor = meant(link, folder)
    target = place(path)
    if not target or not (ROOT / path).exists():
        return link  # the build says that it leads nowhere
    return posixpath.relpath(target, page_folder or ".") + (f"#{anchor}" if anchor else "")
