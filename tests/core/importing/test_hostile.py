"""Whatever bytes a file has: an annotation or a sentence, never anything else."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tifffile

from napari_unet.core.errors import MaskError
from napari_unet.core.importing import read_annotation
from tests.core.importing.making import SHAPE, coco, collection, feature, flat, mask_of, packed, roi, runs, square

MASK = mask_of((5, 5, 15, 15))


def cellpose() -> bytes:
    file = io.BytesIO()
    np.save(file, np.array({"masks": MASK, "flows": [MASK / 3], "est_diam": np.float64(3)}, object))
    return file.getvalue()


def label_picture() -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, MASK, compression="zlib")
    return file.getvalue()


def coco_file() -> bytes:
    letters = {"size": list(SHAPE), "counts": packed(runs(MASK))}
    return json.dumps(coco({"segmentation": [flat(square(20, 20, 9))]}, {"segmentation": letters})).encode()


def geojson() -> bytes:
    return json.dumps(collection(feature(square(5, 5, 20), square(9, 9, 4), name="Tumour"))).encode()


def selection() -> bytes:
    return roi(7, square(5, 5, 10), (5, 5, 15, 15), exact=True)


def selections() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("1.roi", selection())
        archive.writestr("2.roi", roi(1, box=(20, 20, 30, 30)))
    return file.getvalue()


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (cellpose, "a_seg.npy"),
        (label_picture, "a_mask.tif"),
        (coco_file, "a.json"),
        (geojson, "a.geojson"),
        (selection, "a.roi"),
        (selections, "a.zip"),
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning")  # zipfile and NumPy warn of some of what they then refuse
def test_bytes_changed_at_random_give_an_annotation_or_a_sentence(
    tmp_path: Path, make: Callable[[], bytes], name: str
) -> None:
    whole, rng, refused = np.frombuffer(make(), np.uint8), np.random.default_rng(0), 0
    head = min(len(whole), 400)
    for turn in range(400):
        spoilt = whole.copy()
        places = rng.integers(0, head if turn % 2 else len(whole), rng.integers(1, 5))
        spoilt[places] = rng.integers(0, 256, len(places))
        (tmp_path / name).write_bytes(spoilt.tobytes())
        try:
            assert read_annotation(tmp_path / name, SHAPE, "a").annotation.shape == SHAPE
        except MaskError as error:
            refused += 1
            assert error.what.isprintable()  # noqa: PT017 - either is right
    assert refused > 0
