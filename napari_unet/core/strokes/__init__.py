"""Learning from a few strokes. The door is lazy: only what learns brings torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_unet.core.doors import behind_door

if TYPE_CHECKING:
    from napari_unet.core.strokes.answer import Answer
    from napari_unet.core.strokes.learner import Learner

__all__ = ["Answer", "Learner"]

_HOMES = {"Answer": "answer", "Learner": "learner"}


def __getattr__(name: str) -> Any:
    return behind_door(__name__, _HOMES, name)
