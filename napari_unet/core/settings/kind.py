"""The kind of a project, chosen once."""

from __future__ import annotations

from typing import Literal

Kind = Literal["objects", "regions"]
"""objects: every cell has its own number. regions: every class of material has its own number."""
