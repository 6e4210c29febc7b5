"""The page of keys, read off where they are declared, so that no window is needed to write it."""

from __future__ import annotations

import ast

from handbook import ROOT
from napari_unet.widgets.desk_tools import CLASS, ONCE, THROUGH, TOOLS

KEYS = ROOT / "napari_unet" / "widgets" / "keys.py"

LEAD = """\
# Keys

*? keys* in the step *Annotate* shows the same. napari's own keys keep their meaning. On a Mac, Ctrl is Cmd.
"""


def keys_page() -> str:
    """Our keys, those of the correcting desk, and those of napari that one needs for painting."""
    ours = [tuple(map(_word, call.args[:2])) for call in _calls("OURS") + _calls("CLASSES")]
    desk = [(tool.key, f"**{tool.words}.** {tool.help}") for tool in (*TOOLS, CLASS, *ONCE, THROUGH)]
    naparis = [tuple(map(_word, pair.elts)) for pair in _value("NAPARIS").elts if isinstance(pair, ast.Tuple)]
    tables = {
        "Painting and going about": [row for row in ours if row[0]],
        "The correcting desk": desk,
        "napari's own": naparis,
    }
    return "\n".join([LEAD, *(_table(title, rows) for title, rows in tables.items())])


def _table(title: str, rows: list[tuple[str, ...]]) -> str:
    lines = [f"| `{key}` | {words} |" for key, words in rows]
    return "\n".join([f"## {title}\n", "| key | what it does |", "| --- | --- |", *lines, ""])


def _value(name: str) -> ast.Tuple:
    """What the module gives to a name: a tuple."""
    for node in ast.parse(KEYS.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            assert isinstance(node.value, ast.Tuple)
            return node.value
    raise LookupError(f"There is no {name} in {KEYS}.")


def _calls(name: str) -> list[ast.Call]:
    return [item for item in _value(name).elts if isinstance(item, ast.Call)]


def _word(node: ast.AST) -> str:
    """A word that stands there; empty for what is named elsewhere."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
