"""The page of the runnable examples."""

from __future__ import annotations

import ast

from handbook import ROOT

LEAD = """\
# Example scripts

They are in the folder `examples` of the checkout, and the tests run each of them as it stands.
"""


def examples_page() -> str:
    """Every script with what it says of itself."""
    parts = [LEAD]
    for file in sorted((ROOT / "examples").glob("*.py")):
        text = file.read_text(encoding="utf-8")
        told = str(ast.get_docstring(ast.parse(text))).splitlines()[0]
        parts.append(f"## {file.name}\n\n{told}\n\n```python\n{text.rstrip()}\n```\n")
    return "\n".join(parts)
