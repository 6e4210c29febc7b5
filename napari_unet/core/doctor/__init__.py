"""What is wrong with a computer, and the line that mends it: gathered first, judged afterwards, told in words."""

from napari_unet.core.doctor.finding import Finding
from napari_unet.core.doctor.gathering import gather
from napari_unet.core.doctor.report import Diagnosis, examine
from napari_unet.core.doctor.surroundings import Surroundings

__all__ = ["Diagnosis", "Finding", "Surroundings", "examine", "gather"]
