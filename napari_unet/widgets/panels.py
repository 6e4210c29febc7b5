"""Each step of the work as a panel of its own. All panels of a viewer share one session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_unet.widgets.sections import (
    AnnotateSection,
    ExportSection,
    PicturesSection,
    ProjectSection,
    SegmentSection,
    TrainSection,
)
from napari_unet.widgets.sessions import bench_for

if TYPE_CHECKING:
    import napari.viewer


class ProjectPanel(ProjectSection):
    """Make or open a project."""

    def __init__(self, napari_viewer: napari.viewer.Viewer) -> None:
        super().__init__(bench_for(napari_viewer))


class PicturesPanel(PicturesSection):
    """Add and choose pictures."""

    def __init__(self, napari_viewer: napari.viewer.Viewer) -> None:
        super().__init__(bench_for(napari_viewer))


class AnnotatePanel(AnnotateSection):
    """Paint background, cells or classes."""

    def __init__(self, napari_viewer: napari.viewer.Viewer) -> None:
        super().__init__(bench_for(napari_viewer))


class TrainPanel(TrainSection):
    """Train a model."""

    def __init__(self, napari_viewer: napari.viewer.Viewer) -> None:
        super().__init__(bench_for(napari_viewer))


class SegmentPanel(SegmentSection):
    """Segment, tune the clean-up, accept."""

    def __init__(self, napari_viewer: napari.viewer.Viewer) -> None:
        super().__init__(bench_for(napari_viewer))


class ExportPanel(ExportSection):
    """Write masks."""

    def __init__(self, napari_viewer: napari.viewer.Viewer) -> None:
        super().__init__(bench_for(napari_viewer))
