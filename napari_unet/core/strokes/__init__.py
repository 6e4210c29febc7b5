"""Learning from a few strokes. The door is lazy: only what learns brings torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from napari_unet.core.strokes.answer import Answer
    from napari_unet.core.strokes.learner import Learner

__all__ = ["Answer", "Learner"]

_HOMES = {"Answer": "answer", "Learner": "learner"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
