"""Shows a place on the picture: the camera goes there, and a faint ring marks it; fainter ones, where it goes next."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from napari.layers import Points

from napari_unet.widgets.layers.canvas import Canvas
from napari_unet.widgets.layers.making import OWNER

RING = 40
"""Diameter of the ring, in pixels of the picture."""

FAINT = 0.6
"""How visible the other rings are beside it."""


class Pointer:
    """A ring at a time, and those of further places, until another picture is shown."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas

    def show(self, place: tuple[int, ...], others: Sequence[tuple[int, int]] = ()) -> None:
        """Go to a place ([T,] [Z,] y, x) of the picture on show, in pixels; of a stack, to its plane.

        Parameters
        ----------
        others : (y, x) of further places of the same plane.
        """
        annotation = self._canvas.numbers("annotation")
        if annotation is None:
            return
        dims, count = self._canvas.viewer.dims, len(place)
        scale, shift = (np.array(part[-count:]) for part in (annotation.scale, annotation.translate))
        world = (np.array(place) * scale + shift).tolist()
        for axis, at in enumerate(world[:-2], dims.ndim - count):
            dims.set_point(axis, at)
        self._canvas.stack.remove("place")
        ring = Points(
            np.array([place, *((*place[:-2], *other) for other in others)], float),
            name="where next",
            size=RING,
            face_color="transparent",
            border_color=[(1, 1, 1, 1), *[(1, 1, 1, FAINT)] * len(others)],
            border_width=0.03,
            opacity=0.5,
            scale=scale,
            translate=shift,
            units=annotation.units[-count:],
            axis_labels=annotation.axis_labels[-count:],
            metadata={OWNER: {"role": "place"}},
        )
        ring.editable = False
        self._canvas.stack.add(ring)
        camera = self._canvas.viewer.scene.camera
        camera.center = (*camera.center[:-2], *world[-2:])

    def hide(self) -> None:
        """Take the ring away."""
        self._canvas.stack.remove("place")
