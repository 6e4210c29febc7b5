"""Files of microscope makers are read through bioio where it is installed, and what is not is said.

Of these, only CZI can be written here. What bioio makes of one it makes of a TIFF too, in the same words; so the reader
for TIFFs stands for the others.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from napari_unet.core.data import read_picture
from napari_unet.core.data.lazy import open_lazily
from napari_unet.core.data.listing import pictures_in
from napari_unet.core.data.vendor_files import VENDOR_SUFFIXES, is_scene, open_vendor, scenes_in
from napari_unet.core.errors import PictureError
from tests.core.data.zarrs import noise

STACK = noise((3, 2, 4, 20, 30))

# What bioio and its readers use of others is at times old, and says so.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def bioio() -> None:
    pytest.importorskip("bioio", reason="bioio is not installed: files of makers are not tried (pip install bioio)")
    pytest.importorskip("bioio_ome_tiff", reason="files of makers are not tried (pip install bioio-ome-tiff)")


def test_without_bioio_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.czi").write_bytes(b"ZISRAWFILE")
    monkeypatch.setitem(sys.modules, "bioio", None)
    with pytest.raises(PictureError, match=r'a\.czi is of a kind .*\.czi.* pip install "napari-unet-loop\[formats\]"'):
        read_picture(tmp_path / "a.czi")
    assert pictures_in(tmp_path) == [tmp_path / "a.czi"]
    (tmp_path / "a.xyz").write_bytes(b"x")
    with pytest.raises(PictureError, match=r"a\.xyz is of a kind we do not read .* with the extra formats"):
        read_picture(tmp_path / "a.xyz")


PACKAGES = {".czi": "bioio-czi", ".lif": "bioio-lif", ".nd2": "bioio-nd2"}


def test_the_extra_brings_those_packages_that_it_is_said_to(request: pytest.FixtureRequest) -> None:
    told = tomllib.loads((request.config.rootpath / "pyproject.toml").read_text(encoding="utf-8"))
    extra = told["project"]["optional-dependencies"]["formats"]
    assert {one.split(">")[0] for one in extra} == {"bioio", *PACKAGES.values()}


@pytest.mark.parametrize("suffix", VENDOR_SUFFIXES)
def test_without_bioio_the_right_package_is_named(suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = {".dv": "bioio-dv", ".r3d": "bioio-dv", ".sldy": "bioio-sldy", ".vsi": "bioio-vsi", **PACKAGES}
    named = package.get(suffix, "bioio-bioformats")
    line = 'pip install "napari-unet-loop[formats]"' + ("" if suffix in PACKAGES else f" {named}")
    monkeypatch.setitem(sys.modules, "bioio", None)
    for written in (suffix, suffix.upper()):
        (tmp_path / f"a{written}").write_bytes(b"no such thing")
        for read in (read_picture, open_lazily):
            with pytest.raises(PictureError) as caught:
                read(tmp_path / f"a{written}")
            assert f"the package {named}: bioio is not installed" in caught.value.what
            assert f"Install it with: {line}; or" in caught.value.do


@pytest.mark.parametrize("suffix", PACKAGES)
@pytest.mark.usefixtures("bioio")
def test_with_bioio_alone_the_package_of_the_ending_is_named(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import bioio.plugins  # an extra

    others = {
        known: plugins
        for known, plugins in bioio.plugins.get_plugins(use_cache=False).items()
        if suffix.removeprefix(".") != known.removeprefix(".")
    }
    monkeypatch.setattr(bioio.plugins, "get_plugins", lambda **_: others)
    monkeypatch.setattr("bioio.bio_image.get_plugins", lambda **_: others)
    (tmp_path / f"a{suffix}").write_bytes(b"no such thing")
    with pytest.raises(PictureError, match=rf"\({suffix}\).* pip install {PACKAGES[suffix]};"):
        read_picture(tmp_path / f"a{suffix}")


@pytest.mark.usefixtures("bioio")
def test_axes_sizes_and_channels_come_along(tmp_path: Path) -> None:
    about = {"axes": "TCZYX", "PhysicalSizeX": 0.25, "PhysicalSizeY": 0.5, "PhysicalSizeZ": 2.0}
    about |= {"Channel": {"Name": ["DAPI", "GFP"]}}
    tifffile.imwrite(tmp_path / "a.ome.tif", STACK, ome=True, metadata=about)
    opened = open_vendor(tmp_path / "a.ome.tif")
    loaded = opened.loaded
    assert loaded.grid.axes.replace("S", "") == "TCZYX"
    assert (loaded.pixel_size, loaded.spacing, loaded.unit) == ((0.5, 0.25), 2.0, "µm")
    assert loaded.channel_names == ("DAPI", "GFP")
    key = tuple(slice(0, side) for side in opened.pieces.shape)
    np.testing.assert_array_equal(opened.pieces[key].reshape(STACK.shape), STACK)


@pytest.mark.usefixtures("bioio")
def test_of_several_pictures_each_has_a_number(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "a.ome.tif", ome=True) as file:
        for number in range(3):
            file.write(STACK[0, 0] + number, metadata={"axes": "ZYX"})
    path = tmp_path / "a.ome.tif"
    with pytest.raises(PictureError, match=r"a\.ome\.tif holds 3 pictures \(0 .*Name it by its number"):
        open_vendor(path)
    assert scenes_in(path) == [path / "0", path / "1", path / "2"]


def test_one_of_several_is_known_by_its_place(tmp_path: Path) -> None:
    (tmp_path / "a.lif").touch()
    assert is_scene(tmp_path / "a.lif" / "2")
    assert not is_scene(tmp_path / "b.lif" / "2")
    assert not is_scene(tmp_path / "a.lif")


@pytest.mark.usefixtures("bioio")
def test_a_damaged_file_and_a_kind_without_reader_are_sentences(tmp_path: Path) -> None:
    (tmp_path / "a.zvi").write_bytes(b"no such thing")
    for read in (read_picture, open_lazily):
        with pytest.raises(
            PictureError, match=r"a\.zvi is of a kind for which no reader of bioio is installed \(\.zvi\)"
        ):
            read(tmp_path / "a.zvi")
    assert scenes_in(tmp_path / "a.zvi") == [tmp_path / "a.zvi"]


@pytest.mark.parametrize("read", [read_picture, open_lazily])
def test_a_czi_written_by_zeiss_own_library_is_read(tmp_path: Path, read: Any) -> None:
    """Zeiss' own programs read and write such files with libCZI, too."""
    czi = pytest.importorskip("pylibCZIrw.czi", reason="CZI IS NOT TRIED: pip install pylibCZIrw")
    pytest.importorskip("bioio_czi", reason="CZI IS NOT TRIED: pip install bioio-czi")
    with czi.create_czi(str(tmp_path / "a.czi")) as file:
        for t, c, z in np.ndindex(STACK.shape[:3]):
            file.write(data=STACK[t, c, z][..., np.newaxis], plane={"T": t, "C": c, "Z": z})
        scale = {"scale_x": 0.25e-6, "scale_y": 0.5e-6, "scale_z": 2e-6}
        file.write_metadata(document_name="a", channel_names={0: "DAPI", 1: "GFP"}, **scale)

    picture = read(tmp_path / "a.czi")

    assert (picture.axes, picture.channel_names, picture.unit) == ("CTZYX", ("DAPI", "GFP"), "µm")
    assert picture.pixel_size[1:] == pytest.approx((2.0, 0.5, 0.25))
    np.testing.assert_array_equal(np.asarray(picture.image), np.moveaxis(STACK, 1, 0))
