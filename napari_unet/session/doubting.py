"""What looks wrong in the annotations: looked for in a thread, picture by picture, while somebody wants to know."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data import ProjectSet
from napari_unet.core.data.cached import probability_files, read_probability
from napari_unet.core.data.project_set import Signature
from napari_unet.core.metrics.doubts import Doubt, doubts
from napari_unet.core.wording import counted
from napari_unet.session.looker import Looker
from napari_unet.session.opened import told
from napari_unet.session.viewing import Viewing

Found = tuple[Doubt, ...]
State = tuple[Signature, tuple[Path, ...]]
"""What the doubts about a picture depend on: what is painted, and what was answered."""

REST = 1.0
"""Seconds between two looks at which pictures have changed, and after a stroke."""


class Doubting(Viewing):
    """Switched on, all pictures are looked through, and again whenever one was painted on or has another answer."""

    def __init__(self) -> None:
        super().__init__()
        self._doubter = Looker[Found]()
        self._doubts: dict[str, Found] = {}
        self._doubted: dict[str, State] = {}
        self._doubting = False
        self._doubted_at = 0.0

    def want_doubts(self, wanted: bool) -> None:
        """Look for what is wrong from now on, or do so no more. Among objects only: a class has no shape of its own."""
        self._doubting = wanted
        self._doubted_at = 0.0

    def doubts(self, name: str) -> Found | None:
        """What looks wrong in a picture and was not found right by a person; None while that is not known."""
        found = self._doubts.get(name)
        if found is None:
            return None
        cleared = self.need_project().record(name).cleared
        return tuple(one for one in found if one.key not in cleared)

    @told("pictures")
    def clear_doubts(self, names: Sequence[str]) -> None:
        """A person has looked at all that seems wrong in these pictures, and it is right."""
        project, count = self.need_writable(), 0
        for name in names:
            if new := self.doubts(name):
                count += len(new)
                cleared = (*project.record(name).cleared, *(one.key for one in new))
                project.update_record(name, cleared=cleared)
        self.said.emit("pictures", f"{counted(count, 'doubt')} put away. What is painted over is looked at anew.")
        self.pictures_changed.emit()

    def _look_for_doubts(self) -> None:
        """Collect what was found, and ask about pictures that have changed. Never waits."""
        results = self._doubter.results()
        for result in results:
            if result.made is not None and self.project is not None and result.name in self.project.names():
                self._doubts[result.name] = result.made
        if results:
            self.doubts_changed.emit()
        now = time.monotonic()
        if not self._doubting or now - max(self._doubted_at, self._last_stroke) < REST or not self._doubter.idle:
            return
        self._doubted_at = now
        self._ask_about_doubts()

    def _ask_about_doubts(self) -> None:
        project = self.project
        if project is None or project.kind != "objects":
            return
        seen = ProjectSet(project.folder)
        for name in project.names():
            state = seen.signature(name), tuple(probability_files(project, name))
            if self._doubted.get(name) != state:
                self._doubted[name] = state
                self._doubter.ask(name, name, self._make_doubts(name))

    def _make_doubts(self, name: str) -> Callable[[], Found]:
        """Read in its turn, in the thread; of the picture on show, on which may be painted, a copy."""
        project = self.need_project()
        shown = self.need_desk().annotation(name).copy() if name == self.current else None

        def make() -> Found:
            annotation = project.annotation(name) if shown is None else shown
            answer = read_probability(project, name)
            foreground: NDArray[np.floating] | None = None if answer is None else answer[0]
            return doubts(annotation, foreground)

        return make

    def _forget_results(self) -> None:
        super()._forget_results()
        self._doubter.forget()
        self._doubts.clear()
        self._doubted.clear()
