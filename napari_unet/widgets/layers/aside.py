"""What goes with a step of a layer's undo history beside its pixels: undone and redone with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

import numpy as np
from napari.layers import Labels


class Aside(tuple[Any, ...]):
    """No pixels, for napari to write back, and what held before and after the step."""

    before: Any
    after: Any
    done: bool

    @classmethod
    def of(cls, layer: Labels, before: Any, after: Any) -> Self:
        """A step that is done."""
        nowhere, nothing = tuple(np.zeros(0, np.intp) for _ in range(layer.ndim)), np.zeros(0, layer.data.dtype)
        step = cls((nowhere, nothing, nothing))
        step.before, step.after, step.done = before, after, True
        return step

    @classmethod
    def turned(cls, layer: Labels) -> Iterator[Any]:
        """What holds now by the steps of this kind that were undone or redone since the last look."""
        for history, done in ((layer._redo_history, False), (layer._undo_history, True)):
            for step in history[-1] if history else ():
                if isinstance(step, cls) and step.done is not done:
                    step.done = done
                    yield step.after if done else step.before
