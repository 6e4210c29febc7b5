"""Pictures and what was painted on them: reading, pairing, the project folder, the journal."""

from napari_unet.core.data.annotation import BACKGROUND, FIRST, UNLABELLED, completed, from_mask, to_mask
from napari_unet.core.data.journal import Journal, Layer
from napari_unet.core.data.pairing import Pair, pair_folder, pair_folders
from napari_unet.core.data.picture import COLOUR, Picture
from napari_unet.core.data.project import Project
from napari_unet.core.data.project_set import ProjectSet
from napari_unet.core.data.read import PICTURE_SUFFIXES, read_mask, read_picture
from napari_unet.core.data.record import Record, Region
from napari_unet.core.data.sample import FixedSet, Sample, TrainingSet

__all__ = [
    "BACKGROUND",
    "COLOUR",
    "FIRST",
    "PICTURE_SUFFIXES",
    "UNLABELLED",
    "FixedSet",
    "Journal",
    "Layer",
    "Pair",
    "Picture",
    "Project",
    "ProjectSet",
    "Record",
    "Region",
    "Sample",
    "TrainingSet",
    "completed",
    "from_mask",
    "pair_folder",
    "pair_folders",
    "read_mask",
    "read_picture",
    "to_mask",
]
