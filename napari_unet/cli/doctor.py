"""`napari-unet doctor`: look at this computer, and say what to mend and how."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

import platformdirs

from napari_unet.core.doctor import examine, gather

MENDING = 8
"""The exit code when something must be mended."""


def run(arguments: Namespace) -> int:
    """Print what was found, the worst first."""
    diagnosis = examine(gather(_folders(arguments.project)))
    print(json.dumps(diagnosis.to_json(), indent=2, ensure_ascii=False) if arguments.json else diagnosis.text)
    return MENDING if diagnosis.troubles else 0


def _folders(project: Path | None) -> list[tuple[str, Path]]:
    """What is written to."""
    ours = [("list of projects", platformdirs.user_state_path("napari-unet")),
            ("practice project", platformdirs.user_data_path("napari-unet"))]  # fmt: skip
    return [("project", project.resolve()), *ours] if project else ours
