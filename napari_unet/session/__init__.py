"""What is open now: project, pictures, model, settings. psygnal events; no Qt, no torch."""

from napari_unet.session.job import Curve, Job, ModelRow, PictureRow
from napari_unet.session.session import Session

__all__ = ["Curve", "Job", "ModelRow", "PictureRow", "Session"]
