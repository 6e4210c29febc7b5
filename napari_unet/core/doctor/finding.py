"""One finding of the doctor: what is so, what it means, and the line that mends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["trouble", "hint", "fine"]
"""trouble: something does not work. hint: it works, but not as well as it could. fine: as it should be."""


@dataclass(frozen=True)
class Finding:
    """One finding.

    `key` names it for programs and stays the same. `what` and `means` are sentences. `line` is what to type into a
    terminal, `do` what to do where no line can; a trouble or a hint has at least one of the two.
    """

    key: str
    level: Level
    what: str
    means: str = ""
    do: str = ""
    line: str = ""
