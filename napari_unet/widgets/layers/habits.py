"""What a person set on our layers and expects to find again on the next picture."""

from __future__ import annotations

from dataclasses import dataclass, replace

from napari.layers import Labels

from napari_unet.core.data.annotation import FIRST
from napari_unet.widgets.layers.stack import Stack


@dataclass(frozen=True)
class Habits:
    """Brush, tool, visibility and opacity."""

    probability_visible: bool = False
    brush_size: float = 10
    mode: str = "pan_zoom"
    selected: int = FIRST
    annotation_opacity: float = 0.5
    labels_opacity: float = 0.5
    labels_contour: int = 0

    def noticed(self, stack: Stack) -> Habits:
        """The habits, as the layers show them now; what no layer shows stays as it was."""
        habits = self
        if (probability := stack.layer("probability")) is not None:
            habits = replace(habits, probability_visible=bool(probability.visible))
        if isinstance(labels := stack.layer("labels"), Labels):
            habits = replace(habits, labels_opacity=float(labels.opacity), labels_contour=int(labels.contour))
        if isinstance(annotation := stack.layer("annotation"), Labels):
            habits = replace(
                habits,
                brush_size=float(annotation.brush_size),
                mode=str(annotation.mode) if stack.is_active(annotation) else "pan_zoom",
                selected=int(annotation.selected_label),
                annotation_opacity=float(annotation.opacity),
            )
        return habits

    def take_up(self, stack: Stack) -> None:
        """Set the layers as the person is used to."""
        if isinstance(labels := stack.layer("labels"), Labels):
            labels.opacity, labels.contour = self.labels_opacity, self.labels_contour
        if isinstance(annotation := stack.layer("annotation"), Labels):
            annotation.opacity, annotation.brush_size = self.annotation_opacity, self.brush_size
            annotation.selected_label = self.selected
            stack.activate(annotation)
            if annotation.editable:
                annotation.mode = self.mode
