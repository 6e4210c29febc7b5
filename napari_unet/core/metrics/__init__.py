"""Numbers about labels: how well they agree with the truth, per picture and over many. numpy and scipy only."""

from napari_unet.core.metrics.changes import Changes, changes
from napari_unet.core.metrics.classed import classed
from napari_unet.core.metrics.confusion import FALSE, HIT, MISS, confusion
from napari_unet.core.metrics.evaluate import evaluate
from napari_unet.core.metrics.outline import TOLERANCE, outline_f1
from napari_unet.core.metrics.scores import IOU_THRESHOLDS, ClassScores, Overlap, Scores, summarise, together

__all__ = [
    "FALSE",
    "HIT",
    "IOU_THRESHOLDS",
    "MISS",
    "Overlap",
    "TOLERANCE",
    "Changes",
    "ClassScores",
    "Scores",
    "changes",
    "classed",
    "confusion",
    "evaluate",
    "outline_f1",
    "summarise",
    "together",
]
