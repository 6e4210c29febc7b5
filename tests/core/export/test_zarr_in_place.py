"""A part goes into the labels of an OME-Zarr where they lie: its files alone are replaced, each whole, in all sizes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import napari_unet as nu
from napari_unet.core.data.atomic import FORGOTTEN
from napari_unet.core.errors import MaskError, StorageError
from napari_unet.core.export.writing_back import Part, write_back
from napari_unet.core.settings import ExportSettings
from tests.storage import fill, small_disk, untouched_since

zarr = pytest.importorskip("zarr", reason="OME-Zarr is not tried (pip install zarr)")

from tests.core.data.zarrs import ome_zarr  # noqa: E402  (it needs zarr)

WINDOW = (slice(100, 140), slice(61, 131))
COLOURS = [{"label-value": 3, "rgba": [255, 0, 0, 255]}]


def whole() -> np.ndarray:
    """A mask (200, 300) of squares, numbered up to 60."""
    return np.kron(np.arange(60).reshape(6, 10) + 1, np.ones((34, 30), int))[:200, :300].astype(np.uint8)


def part(value: int = 200) -> np.ndarray:
    return np.full((40, 70), value, np.uint16)


def labels_at(home: Path, mask: np.ndarray, axes: str = "yx", version: int = 3, **how: Any) -> Path:
    """The labels of an OME-Zarr in three sizes of every second pixel, in small files, with colours."""
    group = zarr.create_group(home / "slide.ome.zarr" / "labels" / "nuclei", zarr_format=version)
    level, datasets = mask, []
    for number in range(3):
        sides = tuple(min(64, side) for side in level.shape)
        how_many = {"chunks": sides, **how}
        group.create_array(str(number), shape=level.shape, dtype=level.dtype, **how_many)[...] = level
        scale = [2.0**number if axis in "yx" else 1.0 for axis in axes]
        datasets.append(
            {"path": str(number), "coordinateTransformations": [{"type": "scale", "scale": scale}]},
        )
        level = level[tuple(slice(None, None, 2 if axis in "yx" else 1) for axis in axes)]
    kinds = {"t": "time", "c": "channel"}
    sizes = {"axes": [{"name": axis, "type": kinds.get(axis, "space")} for axis in axes], "datasets": datasets}
    about = {"multiscales": [{"version": "0.4", **sizes}], "image-label": {"colors": COLOURS}}
    group.attrs.update(about if version == 2 else {"ome": {"version": "0.5", **about}})
    return home / "slide.ome.zarr" / "labels" / "nuclei"


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def levels(folder: Path) -> list[np.ndarray]:
    group = zarr.open_group(folder, mode="r")
    return [np.squeeze(group[str(number)][...]) for number in range(3)]


@pytest.mark.parametrize(
    ("axes", "version", "how"),
    [
        ("yx", 3, {}),
        ("yx", 2, {}),
        ("yx", 3, {"chunks": (16, 16), "shards": (64, 64)}),
        ("yx", 3, {"compressors": None}),
        ("xy", 3, {}),
        ("tczyx", 2, {"chunk_key_encoding": {"name": "v2", "separator": "/"}}),
    ],
    ids=["0.5", "0.4", "shards", "unpacked", "turned", "five axes"],
)
def test_only_files_in_which_the_part_lies_are_others_and_all_sizes_fit(
    axes: str, version: int, how: dict[str, Any], tmp_path: Path
) -> None:
    mask = whole().T if axes == "xy" else whole()[(np.newaxis,) * (len(axes) - 2)]
    folder = labels_at(tmp_path, mask, axes, version, **({**how, "chunks": (16, 16)} if "shards" in how else how))
    before = files(folder)
    nu.write_back(part(), folder, (WINDOW[0].start, WINDOW[1].start), classes=("a",))
    expected = whole()
    expected[WINDOW] = 200
    for number, level in enumerate(levels(folder)):
        np.testing.assert_array_equal(level.T if axes == "xy" else level, expected[:: 2**number, :: 2**number])
    now = files(folder)
    assert now.keys() == before.keys()
    changed = {name for name in now if now[name] != before[name]}
    assert 0 < sum(name.startswith("0/") for name in changed) <= 6, "of 20 files, those around the part"
    assert not any("json" in name or Path(name).name.startswith(".z") for name in changed)
    assert [one.name for one in folder.parent.iterdir() if ".part" in one.name] == []


@pytest.mark.parametrize("dtype", [np.uint16, np.int32, np.uint32])
def test_objects_keep_numbers_and_labels_their_type_and_colours(dtype: type, tmp_path: Path) -> None:
    folder = labels_at(tmp_path, whole().astype(dtype))
    drawn = np.zeros((40, 70), np.uint16)
    drawn[5:15, 20:30] = 7  # within: an object of its own
    nu.write_back(drawn, folder, (100, 61))
    group = zarr.open_group(folder, mode="r")
    now = group["0"][...]
    assert now.dtype == dtype
    assert set(np.unique(now[WINDOW])) - {0} <= set(range(1, 62))
    assert (now[WINDOW] > 0).sum() == 100
    assert group.attrs["ome"]["image-label"] == {"colors": COLOURS}


@pytest.mark.parametrize("version", [2, 3])
def test_numbers_that_need_more_bits_are_written_anew_and_keep_their_colours(version: int, tmp_path: Path) -> None:
    folder = labels_at(tmp_path, whole(), version=version)
    nu.write_back(part(300), folder, (100, 61), classes=("a",))
    expected = whole().astype(np.uint16)
    expected[WINDOW] = 300
    group = zarr.open_group(folder, mode="r")
    np.testing.assert_array_equal(group["0"][...], expected)
    about = group.attrs if version == 2 else group.attrs["ome"]
    assert about["image-label"]["colors"] == COLOURS


@pytest.mark.filterwarnings("ignore:Consolidated metadata is currently not part")
@pytest.mark.parametrize("version", [2, 3])
def test_what_groups_around_say_of_labels_written_anew_is_not_out_of_date(version: int, tmp_path: Path) -> None:
    labels_at(tmp_path, whole(), version=version)
    slide = tmp_path / "slide.ome.zarr"
    zarr.create_group(slide, zarr_format=version, attributes={"mine": 1})
    zarr.create_group(slide / "labels", zarr_format=version)
    zarr.consolidate_metadata(slide)
    assert zarr.open_consolidated(slide)["labels/nuclei/0"].dtype == np.uint8
    nu.write_back(part(300), slide / "labels" / "nuclei", (100, 61), classes=("a",))
    group = zarr.open_group(slide, mode="r")
    assert group["labels/nuclei/0"].dtype == np.uint16
    assert group["labels/nuclei/0"][120, 100] == 300
    assert group.attrs["mine"] == 1


def test_of_stacks_every_plane_and_of_parts_that_overlap_the_last(tmp_path: Path) -> None:
    stack = np.stack([whole(), np.roll(whole(), 5, 0), whole()[::-1]])
    folder = labels_at(tmp_path, stack, "zyx")
    planes = np.arange(3, dtype=np.uint16)[:, np.newaxis, np.newaxis] + 100
    parts = [
        Part("a", np.broadcast_to(planes, (3, 40, 70)), WINDOW),
        Part("b", np.broadcast_to(planes + 50, (3, 20, 20)), (slice(95, 115), slice(121, 141))),
    ]
    write_back(parts, folder, "regions", ExportSettings())
    expected = stack.copy()
    for one in parts:
        expected[(slice(None), *one.window)] = one.labels
    for number, level in enumerate(levels(folder)):
        np.testing.assert_array_equal(level, expected[:, :: 2**number, :: 2**number])


def test_a_part_that_is_all_background_empties_its_files(tmp_path: Path) -> None:
    folder = labels_at(tmp_path, whole())
    nu.write_back(np.zeros((64, 64), np.uint16), folder, (64, 64))
    expected = whole()
    expected[64:128, 64:128] = 0
    np.testing.assert_array_equal(levels(folder)[0], expected)


@pytest.mark.parametrize("reached", range(0, 12, 3))
def test_broken_off_at_any_moment_each_file_is_the_old_or_the_new_one(
    reached: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aside = labels_at(tmp_path / "whole", whole())
    folder = labels_at(tmp_path / "broken", whole())
    before = files(folder)
    nu.write_back(part(), aside, (100, 61), classes=("a",))
    after, honest, count = files(aside), os.replace, [0]

    class Killed(BaseException):
        pass

    def replace(source: Any, target: Any, **how: Any) -> None:
        if folder in Path(target).parents and not any(".part" in one for one in Path(target).parts):
            count[0] += 1
            if count[0] > reached:
                raise Killed
        honest(source, target, **how)

    with monkeypatch.context() as killed:
        killed.setattr(os, "replace", replace)
        with pytest.raises(Killed):
            nu.write_back(part(), folder, (100, 61), classes=("a",))
    now = files(folder)
    assert now.keys() == before.keys() == after.keys()
    assert all(now[name] in (before[name], after[name]) for name in now)
    assert sum(now[name] != before[name] for name in now) == reached
    nu.write_back(part(), folder, (100, 61), classes=("a",))
    assert files(folder) == after, "written again, it is as if nothing had happened"


KILL = """
import os, signal, sys
import numpy as np
import napari_unet as nu
os.fsync = lambda _: os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
nu.write_back(np.full((40, 70), 200, np.uint16), sys.argv[1], (100, 61), classes=("a",))
"""


def test_what_a_killed_program_left_among_the_labels_goes_when_they_are_next_written(tmp_path: Path) -> None:
    folder = labels_at(tmp_path, whole())
    group = folder.parent
    assert subprocess.run([sys.executable, "-c", KILL, folder], check=False).returncode != 0
    (left,) = (one for one in group.iterdir() if one != folder)
    nu.write_back(part(), folder, (100, 61), classes=("a",))
    assert left.exists(), "another program may be writing it"
    untouched_since(left, FORGOTTEN + 60)
    nu.write_back(part(), folder, (100, 61), classes=("a",))
    assert list(group.iterdir()) == [folder]


def test_what_a_killed_program_left_in_the_groups_around_goes_when_all_labels_are_written_anew(tmp_path: Path) -> None:
    folder = labels_at(tmp_path, whole())
    left = [group / ".zarr.0123abcd.part.json" for group in (folder.parent, folder.parent.parent)]
    for one in left:
        zarr.create_group(one.parent, zarr_format=3)
        one.write_text("{")
        untouched_since(one, FORGOTTEN + 60)
    nu.write_back(part(300), folder, (100, 61), classes=("a",))
    assert not any(one.exists() for one in left)


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_a_picture_without_labels_is_no_mask(version: str, tmp_path: Path) -> None:
    image = whole().astype(np.uint16)
    folder = ome_zarr(tmp_path / "slide.ome.zarr", image, "yx", version)
    before = files(folder)
    with pytest.raises(MaskError, match=r"slide\.ome\.zarr is a picture without labels"):
        nu.write_back(part(), folder, (100, 61))
    assert files(folder) == before


def test_one_of_the_sizes_means_all_of_them(tmp_path: Path) -> None:
    folder = labels_at(tmp_path, whole())
    assert nu.write_back(part(), folder / "0", (100, 61), classes=("a",)) == folder
    expected = whole()
    expected[WINDOW] = 200
    for number, level in enumerate(levels(folder)):
        np.testing.assert_array_equal(level, expected[:: 2**number, :: 2**number])


def test_the_folder_of_all_labels_means_the_only_ones(tmp_path: Path) -> None:
    folder = labels_at(tmp_path, whole())
    zarr.open_group(folder.parent, mode="a").attrs["ome"] = {"version": "0.5", "labels": ["nuclei"]}
    assert nu.write_back(part(), folder.parent, (100, 61), classes=("a",)) == folder
    assert levels(folder)[0][120, 100] == 200


def test_a_size_of_a_picture_that_lies_in_a_folder_of_its_own_is_no_mask(tmp_path: Path) -> None:
    folder = ome_zarr(tmp_path / "slide.ome.zarr", whole().astype(np.uint16), "yx", "0.5")
    group = zarr.open_group(folder, mode="a")
    about = dict(group.attrs["ome"])
    level = about["multiscales"][0]["datasets"][0]
    group.create_group("scale0")
    (folder / level["path"]).rename(folder / "scale0" / "image")
    level["path"] = "scale0/image"
    group.attrs["ome"] = about
    before = files(folder)
    with pytest.raises(MaskError, match=r"slide\.ome\.zarr is a picture without labels"):
        nu.write_back(part(), folder / "scale0" / "image", (100, 61))
    assert files(folder) == before


def test_a_mask_that_is_a_plain_array_stays_one(tmp_path: Path) -> None:
    zarr.create_array(tmp_path / "mask.zarr", shape=(200, 300), chunks=(64, 64), dtype="u2")[...] = whole()
    nu.write_back(part(), tmp_path / "mask.zarr", (100, 61), classes=("a",))
    expected = whole()
    expected[WINDOW] = 200
    np.testing.assert_array_equal(zarr.open_array(tmp_path / "mask.zarr", mode="r")[...], expected)


def test_on_a_full_disk_the_labels_stay_as_they_were(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 200, (512, 512)).astype(np.uint8)
    with small_disk(tmp_path / "disk", "2m") as disk:
        folder = labels_at(disk, noise, compressors=None)
        before, _ = files(folder), fill(disk)
        with pytest.raises(StorageError, match="The disk is full"):
            nu.write_back(np.ones((400, 400), np.uint16), folder, (20, 30))
        assert files(folder) == before
        assert [one.name for one in folder.parent.iterdir()] == ["nuclei"]
