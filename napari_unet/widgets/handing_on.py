"""Writing the training set as plain folders: where to, and whether what is there may be replaced."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtWidgets import QFileDialog, QMessageBox, QWidget

if TYPE_CHECKING:
    from napari_unet.session import Session

NAMED = 5
"""At most this many files are named in a question."""

HELP = (
    "Pictures and masks with equal names in two folders, for other programs; what is painted in part goes to a third.\n"
    "Added to a project again, the folder gives the same training set."
)


def ask_set(parent: QWidget, session: Session) -> None:
    """Ask for a folder and write the training set into it."""
    beginning = str(session.picture_folder)
    folder = QFileDialog.getExistingDirectory(parent, "Write the training set into which folder?", beginning)
    if folder:
        write_set(parent, session, Path(folder))


def write_set(parent: QWidget, session: Session, folder: Path) -> None:
    """Write the training set into this folder; asks when files would be overwritten."""
    there = session.set_would_overwrite(folder)
    if there is not None and (not there or may_overwrite(parent, there)):
        session.export_set(folder, bool(there))


def may_overwrite(parent: QWidget, there: Sequence[Path]) -> bool:
    """Ask whether these files may be replaced. Whoever only presses Enter replaces nothing."""
    yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
    return bool(QMessageBox.question(parent, "Replace files?", overwrite_question(there), yes | no, no) == yes)


def overwrite_question(there: Sequence[Path]) -> str:
    """A question that names the files that would be replaced."""
    named = "\n".join(f"    {path.name}" for path in there[:NAMED])
    more = f"\n    and {len(there) - NAMED} more" if len(there) > NAMED else ""
    are, them = ("This file is", "it") if len(there) == 1 else (f"These {len(there)} files are", "them")
    return f"{are} already in {there[0].parent}:\n\n{named}{more}\n\nReplace {them}?"
