"""Which annotations lie in a folder of pictures, beside it, or in the folders next to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from napari_unet.core.data.pairing import PICTURE_FOLDERS, Pairing, pairing_of_folder, pairing_of_folders
from napari_unet.core.data.plain_folders import places
from napari_unet.core.data.vendor_files import file_of
from napari_unet.core.data.zarr_folder import outermost
from napari_unet.core.errors import MaskError, UnetError
from napari_unet.core.importing.coco import CocoFile
from napari_unet.core.importing.geojson import is_geojson
from napari_unet.core.importing.imported import Findings, Found, Source
from napari_unet.core.importing.naming import (
    ANNOTATION_FOLDERS,
    OTHER_SUFFIXES,
    key,
    picture_by_ending,
    picture_of,
)
from napari_unet.core.importing.opening import json_of, shortened
from napari_unet.core.importing.reading import is_coco, neither, read_annotation


def find_annotations(folder: Path) -> Findings:
    """The pictures of a folder with the files that may hold their annotations. Only JSON is opened yet.

    Parameters
    ----------
    folder : one of pictures, one around `images/`, or a training set that we have exported: those in `partly/` are
        among its pictures then.

    Raises
    ------
    PictureError : there is no picture in the folder.
    """
    parts = [_Search(place).findings() for place in places(folder)]
    found = tuple(one for part in parts for one in part.found)
    return Findings(found, tuple(problem for part in parts for problem in part.problems))


class _Search:
    """One look through a folder."""

    def __init__(self, folder: Path) -> None:
        beside = pairing_of_folder(folder)
        files = [pair.picture for pair in beside.pairs]
        self._home = outermost(file_of(files[0])).parent
        self._pictures = _real_pictures(files)
        self._sources: dict[Path, dict[Path, Source]] = defaultdict(dict)
        self._problems: dict[Path, UnetError] = {}
        self._folders = list(_folders(folder, self._home))
        self._take_pairing(beside)
        known = self._known_pictures()
        self._take_named(path for path in files if path not in known)

    def findings(self) -> Findings:
        """What was found."""
        for folder in self._folders:
            if folder.name.lower() in ANNOTATION_FOLDERS and folder != self._home:
                self._take_pairing(pairing_of_folders(self._home, folder))
            self._take_named(_others(folder))
        files = sorted(self._known_pictures())
        found = tuple(Found(path, tuple(self._sources[path].values())) for path in files)
        used = {path for sources in self._sources.values() for path in sources}
        return Findings(found, tuple((path, error) for path, error in self._problems.items() if path not in used))

    def _known_pictures(self) -> set[Path]:
        return {path for paths in self._pictures.values() for path in paths}

    def _take_pairing(self, pairing: Pairing) -> None:
        """What is known of masks already; ilastik's names are not."""
        known = self._known_pictures()
        for pair in pairing.pairs:
            if pair.mask is not None and pair.picture in known:
                self._add(pair.picture, pair.mask, pair.reason)
        self._take_named(pairing.lonely_masks)

    def _take_named(self, paths: Iterable[Path]) -> None:
        for path in paths:
            if path.suffix.lower() == ".json" and self._take_json(path):
                continue
            name, reason = picture_of(path, self._pictures)
            for picture in self._pictures.get(name, ()):
                self._add(picture, path, reason)
            if not name:
                self._problems.setdefault(path, _lonely(path))

    def _take_json(self, path: Path) -> bool:
        """Take a COCO file, which names its pictures itself; False when the file's own name has to tell."""
        try:
            data = json_of(path)
            if is_coco(data):
                self._take_coco(CocoFile.of(path, data))
                return True
            if not is_geojson(data):
                raise neither(path)
        except UnetError as error:  # told with the picture of the same name, if there is one
            self._problems[path] = error
        return False

    def _take_coco(self, coco: CocoFile) -> None:
        for name in coco.pictures:
            for picture in self._pictures.get(name, ()):
                self._sources[picture][coco.path] = Source(coco.path, "named in the file", coco.read)
        if missing := [name for name in coco.pictures if name not in self._pictures]:
            self._problems[coco.path] = _not_here(coco.path, missing)

    def _add(self, picture: Path, path: Path, reason: str) -> None:
        self._sources[picture].setdefault(path, Source(path, reason, partial(read_annotation, path)))


def _real_pictures(files: list[Path]) -> dict[str, list[Path]]:
    """The pictures by their names' keys, without those that are another one's annotation."""
    names = {key(path.name) for path in files}
    real = [path for path in files if not picture_by_ending(path, names)[0]]
    pictures = defaultdict(list)
    for path in real:
        pictures[key(path.name)].append(path)
    return dict(pictures)


def _folders(folder: Path, home: Path) -> Iterator[Path]:
    """Where annotations may lie: with the pictures, around them, and in folders of annotations in either."""
    around = home.parent if home != folder or home.resolve().name.lower() in PICTURE_FOLDERS else None
    for place in filter(None, (home, around)):
        yield place
        try:
            inside = sorted(path for path in place.iterdir() if path.is_dir())
        except OSError:  # the folder around the pictures is none of the person's
            continue
        yield from (path for path in inside if path.name.lower() in ANNOTATION_FOLDERS and path != home)


def _others(folder: Path) -> list[Path]:
    """The annotations in a folder that are no pictures."""
    try:
        files = [path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")]
    except OSError:
        return []
    return sorted(path for path in files if path.suffix.lower() in OTHER_SUFFIXES)


def _lonely(path: Path) -> MaskError:
    return MaskError(
        f"{path.name} goes with no picture.",
        "An annotation has the name of its picture, perhaps with an ending such as _mask or _rois.",
        "Rename it, or put the picture into the folder.",
    )


def _not_here(path: Path, names: list[str]) -> MaskError:
    return MaskError(
        shortened(f"{path.name} names {len(names)} pictures that are not here, such as {', '.join(names[:3])}") + ".",
        "The pictures lie in one folder, with the names they have in the file.",
        "Put them there if you need them.",
    )
