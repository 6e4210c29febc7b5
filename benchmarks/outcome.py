"""What a benchmark found: rows of numbers, beside an alternative measured in the same run, on a named machine."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("numpy", "scipy", "scikit-image", "torch", "napari")


@dataclass(frozen=True)
class Row:
    """One number, in `unit`.

    `other` is the same of the alternative called `against`; `limit` is what the number must not pass: at most when
    `less` is better, else at least.
    """

    name: str
    value: float
    unit: str = "ms"
    other: float | None = None
    against: str = ""
    limit: float | None = None
    less: bool = True

    @property
    def ratio(self) -> float | None:
        """How many times as good as the alternative."""
        if self.other is None or not self.value or not self.other:
            return None
        return self.other / self.value if self.less else self.value / self.other

    @property
    def within(self) -> bool:
        """Whether the limit, if there is one, is kept."""
        return self.limit is None or (self.value <= self.limit if self.less else self.value >= self.limit)


@dataclass(frozen=True)
class Outcome:
    """All rows of one benchmark. `skipped` says why there are none."""

    name: str
    rows: tuple[Row, ...]
    skipped: str = ""


def machine() -> str:
    """The machine and the libraries in one line, without which a time means nothing."""
    cores = os.cpu_count() or 1
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return f"{_processor()}, {cores} cores, {platform.system()}, Python {platform.python_version()}, {libraries}"


def busy() -> str:
    """A warning when other work has been sharing the processor; empty when not, or where that cannot be known."""
    if not hasattr(os, "getloadavg"):
        return ""
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    return f"The machine was busy (load {load:.1f} on {cores} cores): times are too long." if load > 1.2 * cores else ""


def table(outcome: Outcome) -> str:
    """The rows for a terminal or a page: a Markdown table with the machine below it."""
    against = next((row.against for row in outcome.rows if row.against), "")
    head = ["", outcome.name, *([against, "ratio"] if against else []), "limit"]
    lines = [head, ["---"] + ["---:"] * (len(head) - 1)]
    for row in outcome.rows:
        other = [_number(row.other, row.unit), f"{row.ratio:.1f}x" if row.ratio else ""] if against else []
        kept = "" if row.limit is None else _number(row.limit, row.unit) + ("" if row.within else " MISSED")
        lines.append([row.name, _number(row.value, row.unit), *other, kept])
    rows = "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
    return "\n\n".join(part for part in (rows, machine(), busy()) if part)


def write(path: Path, outcome: Outcome) -> None:
    """Write everything as JSON."""
    details = {
        "benchmark": outcome.name,
        "machine": machine(),
        "busy": busy(),
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": " ".join(sys.argv[1:]),
        "skipped": outcome.skipped,
        "rows": [{**dataclasses.asdict(row), "ratio": row.ratio, "within": row.within} for row in outcome.rows],
    }
    path.write_text(json.dumps(details, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    digits = f"{value:.3f}" if abs(value) < 10 and unit != "ms" else f"{value:,.1f}"
    return f"{digits} {unit}".strip()


def _processor() -> str:
    cards = Path("/proc/cpuinfo")
    if cards.is_file():
        for line in cards.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
