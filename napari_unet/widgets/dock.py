"""The panel "U-Net": the whole work in one dock."""

from __future__ import annotations

from napari_unet.widgets.panel import Panel
from napari_unet.widgets.sections import STEPS


class UnetDock(Panel):
    """Every step of the work, in its order."""

    shows = STEPS
