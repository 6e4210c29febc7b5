"""The panel "U-Net": the whole work in one dock."""

from __future__ import annotations

from qtpy.QtWidgets import QWidget

from napari_unet.widgets.panel import Panel
from napari_unet.widgets.sections import STEPS
from napari_unet.widgets.tour import Tour


class UnetDock(Panel):
    """Every step of the work, in its order, and the tour through them."""

    shows = STEPS

    def guide(self) -> QWidget:
        """The tour, which the status line can start at any time."""
        self.tour = Tour(self)
        self.status.tour.clicked.connect(lambda: self.tour.start())
        self.status.tour.show()
        return self.tour
