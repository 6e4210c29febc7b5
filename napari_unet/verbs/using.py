"""From a model and a picture to labels, their scores, and a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from napari_unet.core import inference, metrics, postprocessing
from napari_unet.core import model as loading
from napari_unet.core.data.class_table import named, names_in, numbered, table_beside, table_file, write_table
from napari_unet.core.data.masks import without_white
from napari_unet.core.data.picture import Picture
from napari_unet.core.data.project import Project
from napari_unet.core.data.read import mask_numbers
from napari_unet.core.export import Found, Written, write_one
from napari_unet.core.export import export_set as write_set
from napari_unet.core.export.refusing import refuse_overwriting, refuse_own
from napari_unet.core.export.training_set import written_words
from napari_unet.core.export.writing_back import Part
from napari_unet.core.export.writing_back import write_back as back_into
from napari_unet.core.labelled import export_labelled
from napari_unet.core.settings import ExportSettings, InferenceSettings, Kind, PostprocessingSettings, Value
from napari_unet.core.stopping import never
from napari_unet.verbs.given import (
    ANOTHER_NAME,
    CELL,
    MaskSource,
    Source,
    check_known,
    format_for,
    given,
    one_mask_and_axes,
    one_picture,
    own_file,
)

if TYPE_CHECKING:
    from napari_unet.core.metrics import Scores
    from napari_unet.core.model import Model

    Trained = Model | Path | str


def predict(
    models: Trained | Sequence[Trained],
    picture: Source,
    spread: NDArray[np.float32] | None = None,
    axes: str = "",
    **settings: Value,
) -> NDArray[np.float32]:
    """What a model, or several together, say about a picture.

    Parameters
    ----------
    models : a model, or its folder; or several of them, whose mean is taken.
    picture : a file, a Picture, or an array (Y, X) or (C, Y, X).
    axes : of a stack that does not name them, such as ZYX or TZCYX.
    spread : ([T,] [Z,] Y, X) float32, filled with how far the models (or the views of one) disagree, 0..0.5; or
        None.
    settings : any setting of `InferenceSettings`, by its name.

    Returns
    -------
    probability : (K, [T,] [Z,] Y, X) float32, 0 to 1. Objects: cell, border between cells, distance to the edge.
        Regions: background, then one plane per class.

    Raises
    ------
    PictureError : the picture cannot be read.
    ModelError : a model cannot be read, or does not fit the picture or the others.
    """
    running = InferenceSettings()
    check_known(settings, running)
    together = models if isinstance(models, Sequence) and not isinstance(models, str) else [models]
    loaded = [loading.load_model(Path(one)) if isinstance(one, (str, Path)) else one for one in together]
    shown = one_picture(picture, "the picture", axes)
    probability = np.zeros((inference.output_planes(loaded[0].card), *shown.spatial_shape), np.float32)
    for _ in inference.predict_together(loaded, shown, given(running, settings), probability, spread, never):
        pass
    return probability


def postprocess(
    probability: NDArray[np.floating], like: Model | Path | str = "objects", axes: str = "", **settings: Value
) -> NDArray[np.unsignedinteger]:
    """Turn probability into labels.

    Parameters
    ----------
    probability : (K, [T,] [Z,] Y, X) float, as `predict` returns it.
    like : the model it came from (or its folder), whose own clean-up is used; or just "objects" or "regions".
    axes : of a stack's labels: ZYX (where nothing is said), TYX or TZYX; objects are joined along Z, and followed
        along T if that is set.
    settings : any setting of `PostprocessingSettings`, by its name.

    Returns
    -------
    labels : ([T,] [Z,] Y, X) uint16, or uint32 above 65535 objects; 0 is background.

    Raises
    ------
    MaskError : the probability has the wrong number of axes or planes.
    """
    if like in ("objects", "regions"):
        kind: Kind = "regions" if like == "regions" else "objects"
        usual = PostprocessingSettings()
    else:
        card = loading.read_card(Path(like)) if isinstance(like, (str, Path)) else like.card
        kind, usual = card.kind, card.postprocessing
    check_known(settings, usual)
    return postprocessing.postprocess(probability, kind, given(usual, settings), axes)


def object_classes(
    probability: NDArray[np.floating], labels: NDArray[np.integer], like: Model | Path | str
) -> dict[int, str]:
    """The class of each object, by its number: the one with the largest mean probability over its pixels.

    Parameters
    ----------
    probability : (K, [T,] [Z,] Y, X) float, as `predict` returns it.
    labels : ([T,] [Z,] Y, X) unsigned integers, as `postprocess` makes them of it.
    like : the model it came from, or its folder.

    Returns
    -------
    classes : number -> name of the class; empty when the model tells no classes apart.
    """
    card = loading.read_card(Path(like)) if isinstance(like, (str, Path)) else like.card
    return named(postprocessing.object_classes(probability, labels), card.object_classes)


def evaluate(labels: MaskSource, truth: MaskSource, classes: Sequence[str] = (), axes: str = "") -> Scores:
    """Say how well labels agree with the truth.

    Parameters
    ----------
    labels, truth : files, or arrays ([T,] [Z,] Y, X) of whole numbers, 0 = background. In a black and white mask,
        objects that do not touch are told apart. Where NAME_classes.csv lies beside both files, classes of objects are
        compared, too.
    classes : names of the classes 1, 2, ...; empty when every object has its own number instead.
    axes : of stacks that do not name them, such as ZYX; through time (T), objects are told apart at each time point.

    Raises
    ------
    MaskError : a file cannot be read, or the two have different sizes.
    """
    kind: Kind = "regions" if classes else "objects"
    masks = [one_mask_and_axes(*mask, axes) for mask in ((labels, "labels"), (truth, "truth"))]
    known = next((letters for _, letters in masks if letters), "")
    found, true = (without_white(mask, kind, known) for mask, _ in masks)
    scores = metrics.evaluate(found, true, kind, tuple(classes))
    tables = [table_beside(Path(mask)) if isinstance(mask, (str, Path)) else {} for mask in (labels, truth)]
    if kind == "regions" or not all(tables):
        return scores
    names = names_in(tables)
    of_found, of_true = (numbered(table, names) for table in tables)
    counts = metrics.classed(found, true, of_found, of_true, names)
    return replace(scores, object_classes=counts)


def export(
    labels: NDArray[np.integer],
    path: Path | str,
    picture: Source | None = None,
    classes: Sequence[str] | Mapping[int, str] = (),
    **settings: Value,
) -> Path:
    """Write labels in the format that the file's name ends like: see docs/export.md.

    `cells.tif` is a TIFF for Fiji, `cells.ome.tif` an OME-TIFF, `cells_rois.zip` ImageJ's selections, `cells.geojson`
    for QuPath, `cells_measurements.csv` a table, `cells_report.html` a page, and so on.

    Parameters
    ----------
    labels : ([T,] [Z,] Y, X) unsigned integers, 0 = background.
    picture : what they are labels of; its axes, pixel size and unit go with them. Formats that show it need it.
    classes : names of the classes 1, 2, ...; empty when every object has its own number instead. Or the class of each
        object, as `object_classes` returns them: they are written as NAME_classes.csv beside the file.
    settings : any setting of `ExportSettings`, by its name; with `formats` the name may end as you like.

    Raises
    ------
    MaskError : they are no labels, have another size than the picture, or do not fit into the format.
    SettingsError : the name ends like no format.
    StorageError : the file is there already (`overwrite=True` replaces it, but never the picture), or the disk is full.
    """
    writing = ExportSettings()
    check_known(settings, writing)
    target = Path(path)
    kind = format_for(target, settings)
    refuse_own([target], own_file(picture), ANOTHER_NAME)
    numbers = mask_numbers(labels, "labels")
    nothing = Picture(target.stem, np.zeros((0, *numbers.shape), np.uint8))
    source = nothing if picture is None else one_picture(picture, target.stem)
    how = given(writing, settings)
    if isinstance(classes, Mapping):
        names = names_in([classes])
        found = Found(source, numbers, "objects", names, classes=numbered(classes, names))
        refuse_overwriting([target, table_file(target)], how.overwrite)
        write_one(found, kind, target, how)
        write_table(table_file(target), numbers, classes)
        return target
    found = Found(source, numbers, "regions" if classes else "objects", tuple(classes) or CELL)
    write_one(found, kind, target, how)
    return target


def measure(labels: NDArray[np.integer], picture: Source) -> dict[str, NDArray[np.generic]]:
    """Measure every object: size, shape, brightness, neighbours, place.

    `pandas.DataFrame(nu.measure(labels, "new.tif"))` is a table of it.

    Parameters
    ----------
    labels : ([Z,] Y, X) unsigned integers, 0 = background.
    picture : what they are labels of.

    Returns
    -------
    columns : by their names (docs/export.md says what they are), each (N,), in the order of the objects' numbers.

    Raises
    ------
    MaskError : they are no labels, or have another size than the picture.
    """
    return dict(Found(one_picture(picture, "the picture"), mask_numbers(labels, "labels")).measurements.columns)


def export_project(project: Project | Path | str, folder: Path | str, **settings: Value) -> Written:
    """Write what was found in every picture of a project: corrected labels as they are, else what a model said.

    Parameters
    ----------
    project : a project, or its folder; it may be open in a window meanwhile.
    folder : where to write; made when missing.
    settings : any setting of `ExportSettings`, by its name; `formats="tiff,csv"` says what is written.

    Returns
    -------
    written : the `files`, and the `errors` (UnetError) of those that could not be written.

    Raises
    ------
    ProjectError : it is no project.
    StorageError : files of these names are there already (`overwrite=True` replaces them).
    """
    writing = ExportSettings()
    check_known(settings, writing)
    if not isinstance(project, Project):
        with Project.open(Path(project)) as opened:
            return export_project(opened, folder, **settings)
    parts = list(export_labelled(project, Path(folder), given(writing, settings)))
    return Written(
        tuple(file for part in parts for file in part.files), tuple(error for part in parts for error in part.errors)
    )


def export_set(project: Project | Path | str, folder: Path | str, **settings: Value) -> str:
    """Write a project's training set as plain folders: `images/` and `masks/` with equal names.

    Pictures that are painted in part go to `partly/`, with annotations in which 0 is unlabelled, 1 background and 2, 3,
    ... objects or classes. Adding the folder to a project gives the same training set again.

    Parameters
    ----------
    project : a project, or its folder; it may be open in a window meanwhile.
    folder : where to write; made when missing.
    settings : any setting of `ExportSettings`, by its name.

    Returns
    -------
    sentence : how many pictures were written, and how many were left out because nothing is painted on them.

    Raises
    ------
    ProjectError : it is no project.
    StorageError : files of these names are there already (`overwrite=True` replaces them), or the disk is full.
    """
    writing = ExportSettings()
    check_known(settings, writing)
    if not isinstance(project, Project):
        with Project.open(Path(project)) as opened:
            return export_set(opened, folder, **settings)
    files = [path for paths in write_set(project, Path(folder), given(writing, settings)) for path in paths]
    return written_words(files, len(project.names()), Path(folder))


def write_back(
    labels: NDArray[np.integer],
    mask: Path | str,
    corner: tuple[int, int],
    classes: Sequence[str] = (),
    **settings: Value,
) -> Path:
    """Write the labels of a part into an existing mask of the whole.

    A TIFF is replaced whole or stays as it was; of an OME-Zarr, the files in which the part lies, one after the other.
    Objects keep the numbers that they have in the mask, also where they go on beyond the part; new ones get new ones.

    Parameters
    ----------
    labels : ([T,] [Z,] h, w), 0 = background.
    mask : a TIFF, or the labels of an OME-Zarr, of the whole picture.
    corner : (row, column) of the part's first pixel in the whole.
    classes : names of the classes 1, 2, ...; empty when every object has its own number instead.
    settings : `compress`.

    Returns the file, or the folder of the labels.

    Raises
    ------
    MaskError : the file is no such mask, or the part does not lie in it.
    StorageError : the disk is full, or the folder cannot be written.
    """
    writing = ExportSettings()
    check_known(settings, writing)
    numbers = mask_numbers(labels, "the part")
    rows, columns = (slice(at, at + side) for at, side in zip(corner, numbers.shape[-2:], strict=True))
    part = Part("The part", numbers, (rows, columns))
    return back_into([part], Path(mask), "regions" if classes else "objects", given(writing, settings))
