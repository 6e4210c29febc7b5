"""The steps of the work, in their order. Each can be a dock widget of its own."""

from napari_unet.widgets.sections.annotate import AnnotateSection
from napari_unet.widgets.sections.export import ExportSection
from napari_unet.widgets.sections.pictures import PicturesSection
from napari_unet.widgets.sections.project import ProjectSection
from napari_unet.widgets.sections.section import Section
from napari_unet.widgets.sections.segment import SegmentSection
from napari_unet.widgets.sections.status import StatusSection
from napari_unet.widgets.sections.train import TrainSection

STEPS: tuple[type[Section], ...] = (PicturesSection, AnnotateSection, TrainSection, SegmentSection, ExportSection)
"""What scrolls between the header and the status line."""

__all__ = [
    "STEPS",
    "AnnotateSection",
    "ExportSection",
    "PicturesSection",
    "ProjectSection",
    "Section",
    "SegmentSection",
    "StatusSection",
    "TrainSection",
]
