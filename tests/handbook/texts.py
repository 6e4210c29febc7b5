"""Every page that is read: those of docs/, and those of the checkout itself."""

from __future__ import annotations

from pathlib import Path

from handbook import DOCS, ROOT

PAGES = sorted(
    [
        *DOCS.rglob("*.md"),
        *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")),
        ROOT / "sample_data" / "SOURCES.md",
    ]
)


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def name_of(page: Path) -> str:
    """Its path in the checkout."""
    return page.relative_to(ROOT).as_posix()
