"""What makes a site of docs/: pages written from the program, links that hold there and on GitHub, drawn figures.

`make docs` builds it into build/docs. Never imported by the package.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""The checkout."""

DOCS = ROOT / "docs"
"""The pages that are written by hand; they are read on GitHub, too."""
