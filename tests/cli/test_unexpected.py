"""An error nobody foresaw."""

from __future__ import annotations

import tempfile
from pathlib import Path

from napari_unet.cli.unexpected import sentence


def test_the_person_gets_one_sentence_and_the_details_go_to_a_file(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    try:
        raise ZeroDivisionError("so it goes")
    except ZeroDivisionError as error:
        said = sentence(error)
    (details,) = tmp_path.iterdir()
    assert "ZeroDivisionError: so it goes" in said
    assert str(details) in said
    assert "\n" not in said
    assert "Traceback" in Path(details).read_text(encoding="utf-8")
