"""What MkDocs calls while it builds the site (mkdocs.yml names this file)."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from handbook.html import lines_ended, pictures_open
from handbook.pages import generated
from handbook.places import HOME, in_site

WIDE = {
    HOME: ["navigation", "toc"],
    "architecture.md": ["toc"],
    "project/contributing.md": ["toc"],
    "project/examples.md": ["toc"],
}
"""Pages without lists beside them: the landing page, and drawings and programs that need the room."""

FETCHED = re.compile(r"<(?:script|link|img|iframe|source)\b[^>]*\b(?:src|href)=\"?(?:https?:)?//[^\"> ]+")
"""What a browser would load from elsewhere as soon as the page is opened."""

log = logging.getLogger("mkdocs.handbook")


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that are written from the program and from files outside docs/."""
    for path, text in generated().items():
        files.append(File.generated(config, path, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Let links out of docs/ lead to their pages; wide pages have no lists beside them."""
    if page.file.src_uri in WIDE:
        page.meta.setdefault("hide", WIDE[page.file.src_uri])
    if page.file.generated_by:
        return markdown
    return in_site(markdown, f"docs/{page.file.src_uri}", page.file.src_uri)


def on_page_content(html: str, **_: Any) -> str:
    """Let lines of code end where one would end them, and pictures be opened."""
    return pictures_open(lines_ended(html))


def on_post_build(config: Any) -> None:
    """Warn, which is an error, of a page that would fetch something while somebody reads."""
    for file in sorted(Path(config["site_dir"]).rglob("*.html")):
        for found in FETCHED.findall(file.read_text(encoding="utf-8")):
            log.warning("%s fetches from elsewhere: %s", file.name, found)
