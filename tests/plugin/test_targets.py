"""Sample data and writer, as napari calls them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pint
import pytest
import tifffile

from napari_unet.core.errors import MaskError
from napari_unet.plugin.sample import nuclei
from napari_unet.plugin.writer import write_mask


def test_the_sample_is_a_picture_and_its_mask() -> None:
    (picture, about, kind), (mask, about_mask, mask_kind) = nuclei()
    assert (kind, mask_kind) == ("image", "labels")
    assert picture.shape == mask.shape
    assert mask.max() > 10
    assert about["scale"] == about_mask["scale"]
    assert about["units"] == about_mask["units"]


def test_a_written_mask_keeps_numbers_pixel_size_and_unit(tmp_path: Path) -> None:
    labels = (np.arange(1200).reshape(30, 40) % 400).astype(np.int64)
    unit = pint.get_application_registry().Unit("um")
    about = {"name": "cells", "scale": (0.5, 0.5), "units": (unit, unit)}
    (path,) = write_mask(str(tmp_path / "cells.tif"), labels, about)
    with tifffile.TiffFile(path) as file:
        np.testing.assert_array_equal(file.asarray(), labels)
        assert file.asarray().dtype == np.uint16
        assert file.imagej_metadata["unit"] in ("µm", "micron", "um", "\\u00B5m")


def test_numbers_below_zero_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MaskError, match="below 0"):
        write_mask(str(tmp_path / "cells.tif"), np.full((3, 3), -1), {"name": "cells"})
