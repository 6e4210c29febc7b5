"""The steps of a clean-up, each done anew or only where something before it has changed."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable
from typing import Any, TypeVar

from napari_unet.core.settings import PostprocessingSettings

Made = TypeVar("Made")


class Steps:
    """Does every step anew."""

    def do(self, name: str, needs: tuple[object, ...], make: Callable[[], Made]) -> Made:
        """What a step makes. `needs` is all that it depends on beside the probability. May be written over."""
        return make()


class Kept(Steps):
    """Keeps what each step made last, of one probability: a slider that moves does not need what is before its step."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[tuple[object, ...], Any]] = {}

    def do(self, name: str, needs: tuple[object, ...], make: Callable[[], Made]) -> Made:
        """As before; a copy of what was made last where that needed the same."""
        if name not in self._last or self._last[name][0] != needs:
            self._last[name] = needs, make()
        made: Made = copy.deepcopy(self._last[name][1])
        return made


def up_to(settings: PostprocessingSettings, last: str) -> tuple[object, ...]:
    """The values of the settings up to this one: steps run in the order of their settings."""
    names = [field.name for field in dataclasses.fields(settings)]
    return tuple(getattr(settings, name) for name in names[: names.index(last) + 1])
