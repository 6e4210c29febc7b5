"""What a program that ended in the middle left behind: whole files, the work before or after, and a way to go on."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import tifffile

from napari_unet.session import Session
from tests.session.sitting import Kept, Sitting


def assert_kept(found: Kept, first: Kept, last: Kept, where: str) -> None:
    """Each layer is as before or as after, and work that moves from one to the other is in one of them."""
    annotated = [np.array_equal(found.annotation, state.annotation) for state in (first, last)]
    corrected = [_equal(found.corrections, state.corrections) for state in (first, last)]
    assert any(annotated), f"{where}: the annotation is neither"
    assert any(corrected), f"{where}: the corrections are neither"
    if first.corrections is not None and last.corrections is None and last.accepted > first.accepted:
        assert annotated[1] or corrected[0], f"{where}: corrections were let go before they were truth"
    if first.corrections is None and last.corrections is not None and last.accepted < first.accepted:
        assert annotated[0] or corrected[1], f"{where}: truth was let go before it was corrections again"
    if last.accepted > first.accepted and not annotated[0]:
        assert found.accepted == last.accepted, f"{where}: in the training set without an origin"
    if last.accepted < first.accepted and not annotated[1]:
        assert found.accepted == first.accepted, f"{where}: in the training set without an origin"
    if found.complete:
        assert any(state.complete and was for state, was in zip((first, last), annotated, strict=True)), where


def _equal(found: np.ndarray | None, other: np.ndarray | None) -> bool:
    return found is other is None or (found is not None and other is not None and np.array_equal(found, other))


def assert_whole(folder: Path) -> None:
    """Every file can be read to its end, apart from those that were never renamed to what they were to become."""
    for path in sorted(folder.rglob("*")):
        if ".part" in path.name or not path.is_file():
            continue
        if path.suffix == ".json":
            json.loads(path.read_text(encoding="utf-8"))
        elif path.suffix == ".tif":
            tifffile.imread(path)
        elif path.suffix == ".npz":
            with np.load(path) as file:
                assert all(file[name].size for name in ("before", "after"))


def assert_can_go_on(session: Session) -> None:
    """Nothing is to be undone, what was accepted can be taken out by its origin, and painting goes on."""
    errors: list[object] = []
    session.failed.connect(lambda _section, error: errors.append(error))
    assert not session.read_only
    sitting = Sitting(session, 1)
    sitting.stroke()
    sitting.click()
    for model in {origin.model for origin in session.origins}:
        session.take_back_from(model)
    assert not session.origins
    assert not errors
