"""ImageJ's selections: one in a .roi file, or those of the ROI Manager in a .zip. Nothing is ever unpacked to disk."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from napari_unet.core.errors import MaskError
from napari_unet.core.importing.canvas import Canvas, check_one_plane
from napari_unet.core.importing.imported import Imported, Shape
from napari_unet.core.importing.opening import MIB, damaged, file_bytes, shortened, understood
from napari_unet.core.importing.roi import Roi, decoded

MOST_ROI, MOST_ZIP, MOST_UNPACKED, MOST_FILES = 16 * MIB, 64 * MIB, 256 * MIB, 200_000
"""Bytes of one selection, of a .zip, of all that is in it; selections in a .zip."""


def read_imagej(path: Path, shape: Shape, picture_name: str) -> Imported:
    """The annotation in a .roi or a .zip of them. The picture's name is not needed: neither file holds one.

    Raises
    ------
    MaskError : it is damaged, cut off, dangerous or empty, or has objects outside the picture or on several planes.
    """
    with understood(path):
        rois = [_roi(path, name, data) for name, data in _files(path)]
        solid = [roi for roi in rois if roi.rings]
        check_one_plane(path, _planes(solid))
        canvas = Canvas(path, shape)
        for roi in solid:
            canvas.add_outline([roi.rings], "")
        return canvas.finished(notes=_notes(rois))


def _roi(path: Path, name: str, data: bytes) -> Roi:
    try:
        with understood(path):
            return decoded(data)
    except MaskError as error:
        if name == path.name:
            raise
        raise MaskError(f"{shortened(name)} in {error.what}", error.needed, error.do) from error


def _planes(rois: list[Roi]) -> Iterator[tuple[int, ...]]:
    """Focal plane and time, or the slice where there are none; a selection on a channel is on all of them."""
    for roi in rois:
        position, channel, focal, time = roi.plane
        plane = (1, focal, time) if channel or focal or time else (position, 1, 1)
        yield tuple(max(place, 1) for place in plane)  # 0 is all of them: with those on the first there is no doubt


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    """The selections in a file, each with its name."""
    if path.suffix.lower() == ".zip":
        return _unzipped(path)
    return iter([(path.name, file_bytes(path, MOST_ROI))])


def _unzipped(path: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(file_bytes(path, MOST_ZIP))) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        for entry in entries:
            _check_name(path, entry.filename)
        rois = [entry for entry in entries if _is_roi(entry.filename)]
        _check_sizes(path, rois)
        for entry in rois:
            yield entry.filename, _unpacked(path, archive, entry)


def _check_name(path: Path, name: str) -> None:
    """A name that leads out of its folder. It could do no harm here, but whoever made it meant it to."""
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or name.startswith(("/", "\\")) or ":" in parts[0]:
        raise MaskError(
            f"{path.name} holds a file with the name {shortened(name)}, which leads out of its folder.",
            "The selections in a .zip have plain names.",
            "Do not unpack it; save the selections again with the ROI Manager of ImageJ.",
        )


def _is_roi(name: str) -> bool:
    """Whether a file in a .zip is a selection; a Mac puts hidden companions beside them."""
    file = PurePosixPath(name)
    return file.suffix.lower() == ".roi" and not file.name.startswith(".") and "__MACOSX" not in file.parts


def _check_sizes(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    whole, largest = sum(entry.file_size for entry in entries), max((entry.file_size for entry in entries), default=0)
    if len(entries) > MOST_FILES or whole > MOST_UNPACKED or largest > MOST_ROI:
        raise MaskError(
            f"{path.name} holds {len(entries)} selections of {whole // MIB} MiB, the largest of {largest // MIB} MiB.",
            f"It may hold {MOST_FILES} of {MOST_UNPACKED // MIB} MiB together, none above {MOST_ROI // MIB} MiB.",
            "Save fewer selections into one file.",
        )


def _unpacked(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """One file, no longer than it says: the packing may lie about that."""
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise damaged(path, f"{entry.filename} is packed in a way that ImageJ does not use")
    with archive.open(entry) as file:
        return file.read(MOST_ROI)


def _notes(rois: list[Roi]) -> list[str]:
    notes = []
    if skipped := sum(not roi.rings for roi in rois):
        notes.append(f"{skipped} selections are points, lines or texts without an area, and were left out.")
    if lines := sum(roi.open for roi in rois):
        notes.append(f"{lines} selections are lines that were not closed, and were taken for outlines.")
    return notes
