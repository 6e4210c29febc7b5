"""The whole job through the real window, by mouse: for places without a screen, and for tests."""

from napari_unet.journey.hands import Hands
from napari_unet.journey.repair import Repair, Wrong
from napari_unet.journey.steps import Plan, Walk
from napari_unet.journey.walk import Journey

__all__ = ["Hands", "Journey", "Plan", "Repair", "Walk", "Wrong"]
