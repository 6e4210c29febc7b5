"""A model of the project as a file for other programs, written by the real worker."""

from __future__ import annotations

import shutil
from pathlib import Path

from napari_unet.core.model.shipped import shipped_model
from napari_unet.core.settings import SharingSettings
from napari_unet.session import Session
from tests.session.conftest import Told, Wait


def test_the_worker_writes_it_and_says_where_or_why_not(
    session: Session, told: Told, wait: Wait, tmp_path: Path
) -> None:
    folder = session.need_project().new_model_folder("cells")
    shutil.copytree(shipped_model("cells"), folder)
    file = tmp_path / "cells.pt"
    session.share_model(folder.name, file, SharingSettings(target="torchscript"), ())
    wait(lambda: told.sentences[-1:] == [f"The model is in {file}."] or bool(told.errors))
    assert told.errors == []
    assert file.stat().st_size > 1_000_000

    session.share_model(folder.name, file, SharingSettings(target="torchscript"), ())
    wait(lambda: bool(told.errors))
    assert told.errors[0][0] == "train"
    assert "is there already" in told.errors[0][1].sentence

    session.share_model("gone", file, SharingSettings(), ())
    assert "no longer in the project" in told.errors[1][1].sentence
