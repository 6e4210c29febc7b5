"""Which step of the work to take now. The section of that name has the filled button."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_unet.session import PictureRow, Session

Step = Literal["project", "pictures", "annotate", "train", "segment", "export", ""]


def step_to_take(session: Session, rows: Sequence[PictureRow]) -> Step:
    """The step that brings a person on from where the session stands; "" while a long job runs."""
    if session.job is not None:
        return ""
    if session.project is None:
        return "project"
    if not rows:
        return "pictures"
    if session.active_model is None:
        return "train" if any(row.state != "unlabelled" for row in rows) else "annotate"
    if session.unsure:  # about the picture on show: teach it, before anything is accepted or asked further
        return "train" if any(row.name == session.current and row.state == "strokes" for row in rows) else "annotate"
    if any(not row.predicted for row in rows):
        return "segment"
    return "export" if all(row.state == "complete" for row in rows) else "segment"
