"""Each step of the work as a panel of its own. All panels of a viewer share one session."""

from __future__ import annotations

from napari_unet.widgets.panel import Panel
from napari_unet.widgets.sections import (
    AnnotateSection,
    ExportSection,
    PicturesSection,
    SegmentSection,
    TrainSection,
)


class ProjectPanel(Panel):
    """Make or open a project."""


class PicturesPanel(Panel):
    """Add and choose pictures."""

    shows = (PicturesSection,)


class AnnotatePanel(Panel):
    """Paint background, cells or classes."""

    shows = (AnnotateSection,)


class TrainPanel(Panel):
    """Train a model."""

    shows = (TrainSection,)


class SegmentPanel(Panel):
    """Segment, tune the clean-up, accept."""

    shows = (SegmentSection,)


class ExportPanel(Panel):
    """Write masks."""

    shows = (ExportSection,)
