"""A copy of the checkout without what lies in it by chance: environments, results, files that git ignores."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from steps import ROOT

IGNORED = (".git", ".venv*", "*.egg-info", "__pycache__", ".*_cache", "build", "dist", "napari-unet-*", "*.unet")
"""Left out where there is no git to ask, as in an unpacked sdist."""


def copy_checkout(to: Path) -> Path:
    """Copy what belongs to the project, with changes that are not committed yet. Returns `to`."""
    names = _tracked()
    if not names:
        return Path(shutil.copytree(ROOT, to, ignore=shutil.ignore_patterns(*IGNORED)))
    for name in names:
        if (ROOT / name).is_file():  # else it was deleted, and that is not committed yet
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)
    return to


def _tracked() -> list[str]:
    """What git knows, and new files that it does not ignore."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return []
    return [name for name in done.stdout.split("\0") if name] if done.returncode == 0 else []
