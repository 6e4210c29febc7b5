"""Commands run in order, each said before and summed up after."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Step:
    """One command with a name; run in the checkout and its environment unless said otherwise."""

    name: str
    command: Sequence[str | os.PathLike[str]]
    folder: Path = ROOT
    environment: Mapping[str, str] | None = None

    def run(self) -> int:
        """Run it; its exit code."""
        print(f"== {self.name}: {' '.join(map(str, self.command))}", flush=True)
        command = [str(part) for part in self.command]
        return subprocess.run(command, cwd=self.folder, env=self.environment, check=False).returncode


def run_all(steps: Sequence[Step]) -> int:
    """Run every step, also after one failed: one look then shows all there is to mend. The first bad exit code."""
    codes = []
    for step in steps:
        begun = time.monotonic()
        code = step.run()
        codes.append(code)
        if len(steps) > 1:
            print(f"== {step.name}: {'ok' if code == 0 else f'FAILED ({code})'}, {time.monotonic() - begun:.0f} s")
    failed = [step.name for step, code in zip(steps, codes, strict=True) if code]
    if failed and len(steps) > 1:
        print(f"== failed: {', '.join(failed)}")
    return next((code for code in codes if code), 0)


def run_until_bad(steps: Iterable[Step]) -> int:
    """Run steps of which each needs those before it; the exit code of the one that fails, else 0."""
    for step in steps:
        begun = time.monotonic()
        code = step.run()
        print(f"== {step.name}: {'ok' if code == 0 else f'FAILED ({code})'}, {time.monotonic() - begun:.0f} s")
        if code:
            return code
    return 0
