"""`python -m benchmarks NAME --data DIR --json FILE`: measure, print a table, and write the numbers."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.datasets import Missing
from benchmarks.outcome import Outcome, table, write
from benchmarks.registry import BENCHMARKS, load


def main(words: list[str] | None = None) -> int:
    """Run one benchmark. Leaves with 0 when it was measured or skipped for want of data, 1 when a limit is missed."""
    options = parser().parse_args(words)
    try:
        outcome = Outcome(options.name, tuple(load(options.name).measure(options)))
    except Missing as missing:
        print(f"SKIPPED {options.name}: {missing}", file=sys.stderr)
        outcome = Outcome(options.name, (), skipped=str(missing))
    else:
        print(table(outcome))
    if options.json:
        write(options.json, outcome)
    return 0 if all(row.within for row in outcome.rows) else 1


def parser() -> argparse.ArgumentParser:
    """The command line, one sub-command a benchmark."""
    outer = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    names = outer.add_subparsers(dest="name", required=True, metavar="NAME")
    for name in BENCHMARKS:
        module = load(name)
        about = (module.__doc__ or "").strip().splitlines()[0]
        inner = names.add_parser(name, help=about, description=module.__doc__)
        inner.add_argument("--data", type=Path, metavar="DIR", help="folder with the real sets, zipped or unpacked")
        inner.add_argument("--json", type=Path, metavar="FILE", help="also write the numbers here")
        module.add_flags(inner)
    return outer


if __name__ == "__main__":
    sys.exit(main())
