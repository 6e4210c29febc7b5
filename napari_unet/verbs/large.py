"""From a picture larger than memory to a file of labels, block by block."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from napari_unet.core import large
from napari_unet.core import model as loading
from napari_unet.core.data.lazy import LazyPicture
from napari_unet.core.data.picture import Picture
from napari_unet.core.export import Found, Written, check_large, write_large
from napari_unet.core.export.refusing import refuse_overwriting, refuse_own
from napari_unet.core.settings import BlockSettings, ExportSettings, InferenceSettings, PostprocessingSettings, Value
from napari_unet.core.stopping import Stop, never
from napari_unet.verbs.given import ANOTHER_NAME, Source, check_known, format_for, given, one_picture, own_file

if TYPE_CHECKING:
    from napari_unet.core.model import Model

    Trained = Model | Path | str


def segment_large(
    models: Trained | Sequence[Trained],
    picture: Source | LazyPicture,
    path: Path | str,
    axes: str = "",
    watch: Callable[[object], object] | None = None,
    stop: Stop = never,
    **settings: Value,
) -> int | None:
    """Find objects or classes in a picture of any size and write them: the same as in one go, in little memory.

    A Zarr or a tiled TIFF is read a window at a time, and the labels are written so: see docs/large.md.

    Parameters
    ----------
    models : a model, or its folder; or several of them, whose mean is taken.
    picture : a file, what `open_lazily` gives, a Picture, or an array (Y, X) or (C, Y, X).
    path : the file to write, whole or not at all: `.tif`, `.ome.tif` or `.ome.zarr`.
    axes : of a stack that does not name them, such as ZCYX.
    watch : called with each report: `stage`, and `done` of `total`.
    stop : asked again and again; when it says yes, nothing is written.
    settings : any of `InferenceSettings`, `PostprocessingSettings` (usually the model's own), `BlockSettings` or
        `ExportSettings`, by its name.

    Returns how many objects, or classes, were found; None when it was stopped.

    Raises
    ------
    PictureError : the picture cannot be read.
    ModelError : a model cannot be read, does not fit, or cannot work in blocks.
    SettingsError : the name ends like no format that can be written so.
    StorageError : the file is there already (`overwrite=True` replaces it, never the picture), or there is no room.
    """
    loaded = _loaded(models)
    usual = loaded[0].card.postprocessing if loaded else PostprocessingSettings()
    check_known(settings, InferenceSettings(), usual, BlockSettings(), ExportSettings())
    write = _writer(Path(path), settings, own_file(picture))
    cutting = given(BlockSettings(), settings)
    wishes = large.Wishes(given(InferenceSettings(), settings), given(usual, settings), cutting)
    job = large.Job(loaded, _opened(picture, axes), wishes, stop)
    found: large.Filed | None = None
    work = large.segment_to_files(job, Path(path), write, large.own_hands(wishes))
    with closing(work) as reports:  # whatever ends it, nothing stays behind
        for report in reports:
            if watch:
                watch(report)
            found = report if isinstance(report, large.Filed) else found
    if found is not None and found.written.errors:
        raise found.written.errors[0]
    return found.numbers.count if found is not None else None


def _loaded(models: Trained | Sequence[Trained]) -> list[Model]:
    together = models if isinstance(models, Sequence) and not isinstance(models, str) else [models]
    return [loading.load_model(Path(one)) if isinstance(one, (str, Path)) else one for one in together]


def _writer(target: Path, settings: Mapping[str, Value], own: Sequence[Path]) -> Callable[[Found], Written]:
    """What writes the labels to a file. Raises SettingsError and StorageError where that cannot be."""
    kind, writing = format_for(target, settings), given(ExportSettings(), settings)
    check_large([kind])
    refuse_own([target], own, ANOTHER_NAME)
    refuse_overwriting([target], writing.overwrite)
    return lambda found: write_large(found, {target: kind}, writing)


def _opened(picture: Source | LazyPicture, axes: str) -> Picture:
    """A picture that is read a window at a time."""
    if isinstance(picture, (str, Path)):
        return large.open_windows(Path(picture), axes)
    return large.in_windows(picture if isinstance(picture, LazyPicture) else one_picture(picture, "the picture", axes))
