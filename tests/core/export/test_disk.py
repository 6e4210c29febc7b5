"""What cannot be written is a sentence each; what was there before stays, and nothing half-written is left."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from napari_unet.core.data import Picture
from napari_unet.core.errors import StorageError
from napari_unet.core.export import Found, gather, write_found
from napari_unet.core.settings import FORMATS, ExportSettings
from tests.storage import anybodys_folder, as_nobody, fill, small_disk

ALL = ExportSettings(formats=",".join(FORMATS), overwrite=True)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_full_disk_leaves_every_file_as_it_was(tmp_path: Path) -> None:
    labels = np.zeros((64, 64), np.uint8)
    labels[8:20, 8:20], labels[30:50, 30:50] = 1, 2
    noise = np.random.default_rng(0).integers(0, 250, (64, 64)).astype(np.uint8)
    with small_disk(tmp_path / "disk", "2m") as disk:
        out = disk / "out"
        first = write_found(Found(Picture("cells", labels[np.newaxis]), labels), "cells", out, ALL)
        assert first.errors == ()
        gather(["cells"], out, ALL)
        before = contents(out)
        ballast = fill(disk)
        again = write_found(Found(Picture("cells", noise[np.newaxis]), noise), "cells", out, ALL)
        together = gather(["cells"], out, ALL)
        assert [type(error) for error in (*again.errors, *together.errors)] == [StorageError] * (len(FORMATS) + 3)
        assert all(error.what.startswith("The disk is full") for error in again.errors)
        assert contents(out) == before
        ballast.unlink()
        assert write_found(Found(Picture("cells", noise[np.newaxis]), noise), "cells", out, ALL).errors == ()


EXPORT = """
from pathlib import Path
from napari_unet.core.data import Picture
from napari_unet.core.export import Found, write_found
from napari_unet.core.settings import ExportSettings
labels = numpy.eye(20, dtype=numpy.uint8)
found = Found(Picture("cells", labels[None]), labels)
settings = ExportSettings(formats="tiff,ome-tiff,cellpose")
for error in write_found(found, "cells", Path(sys.argv[1]), settings).errors:
    print(error.sentence)
"""


def test_a_folder_in_which_one_may_not_write_is_a_sentence_a_format() -> None:
    with anybodys_folder() as folder:
        said = as_nobody(EXPORT, folder).splitlines()
        assert len(said) == 3
        assert all("does not let us write" in line and "Choose another folder" in line for line in said)
        assert list(folder.iterdir()) == []
