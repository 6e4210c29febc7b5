"""The tour: a strip above the steps that leads through the work once, on a sample picture, at the person's own pace."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, QTimer
from qtpy.QtGui import QKeyEvent

from napari_unet.core.errors import UnetError
from napari_unet.widgets import newcomer, recent
from napari_unet.widgets.banner import Answer, Banner
from napari_unet.widgets.ring import Ring
from napari_unet.widgets.sight import LAID_OUT, bring_into_sight
from napari_unet.widgets.tour_stops import BUSY, END, OFFER, STOPS, TICKED, Stop

if TYPE_CHECKING:
    from napari_unet.widgets.panel import Panel

LOOK = 300
"""Milliseconds between two looks whether a stop is done."""

NOWHERE = -1


class Tour(Banner):
    """Says what to do at each stop, points at the widget that does it, and ticks it when it is done.

    Only "Next" and "Back" go to another stop: one that went on by itself would take the click that was on its way. All
    else works as ever meanwhile, and ✕ or Escape leave at any time. It has a project of its own, so the person's own is
    never touched; another project that is opened ends it.
    """

    def __init__(self, panel: Panel) -> None:
        super().__init__()
        self.bench, self._session, self._panel = panel.bench, panel.bench.session, panel
        self.at = NOWHERE
        self.ring: Ring | None = None
        self._folder: Path | None = None
        self._before: Path | None = None
        self._done: set[int] = set()
        self._next = Answer("Next", "Go to the next stop; nothing here must be done first.", self._go_on)
        self._back = Answer("Back", "Go to the stop before this one.", self._go_to_last)
        self._look = QTimer(self)
        self._look.setInterval(LOOK)
        self._look.timeout.connect(self._on_look)
        self._room = QTimer(self)
        self._room.setSingleShot(True)
        self._room.timeout.connect(self._scroll)
        for signal, slot in ((self._session.project_changed, self._on_project), (self._session.said, self._on_said)):
            signal.connect(slot)
            self.destroyed.connect(partial(signal.disconnect, slot, missing_ok=True))
        self._on_project()

    def start(self) -> None:
        """Begin at the first stop, in a new project with one picture. What is open is saved and left."""
        if self._session.job is not None:
            self.ask("notice", BUSY, [], self.clear)
            return
        by_keyboard = self._has_keyboard()
        self._quit()
        if not self._open_project():
            return
        self._done = set()
        self._go_to(0)
        self._look.start()
        if by_keyboard:
            onward = self.buttons[self._next.words]
            onward.show()  # the layout would do so later
            onward.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open_project(self) -> bool:
        """Make the project of this tour. False where it cannot be, or the open one not be saved; the header says so."""
        try:
            picture = newcomer.tour_picture()
        except UnetError as error:
            self._session.failed.emit("project", error)
            return False
        self._note_open()
        self._folder = newcomer.tour_folder()
        self.bench.canvas.flush()
        self._session.new_project(self._folder, "objects", ("nucleus",))
        if not self._is_here():
            self._quit()
            return False
        self._session.add_files([picture])
        return True

    def leave(self) -> None:
        """End the tour, or put its offer away. It is not offered again, but can be started again."""
        newcomer.remember_tour()
        self._quit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def _go_on(self) -> None:
        self._go_to(self.at + 1)

    def _go_to_last(self) -> None:
        self._go_to(max(self.at - 1, 0))

    def _go_to(self, at: int) -> None:
        self.at = at
        self._unring()
        if at == len(STOPS):
            self._end()
            return
        stop = STOPS[at]
        self._say(stop)
        self.buttons[self._back.words].setEnabled(at > 0)
        self._panel.steps[stop.step].fold.set_open(True)
        self.ring = Ring(stop.at(self._panel), lambda: self.bench.look)
        self._room.start(LAID_OUT)

    def _say(self, stop: Stop) -> None:
        """What to do here; or what comes first, while that is missing."""
        words = f"{stop.words}{TICKED}" if self.at in self._done else stop.words
        if stop.without and not stop.ready(self.bench):
            words = stop.without
        sentence = f"{self.at + 1} of {len(STOPS)} · {stop.title}. {words}"
        if sentence != self.sentence.text():
            self.ask("good", sentence, [self._next, self._back], self.leave)

    def _end(self) -> None:
        newcomer.remember_tour()
        self._look.stop()
        answers = [Answer("New project…", "Choose a name and a folder for a new project.", self._panel.header.new)]
        if self._before is not None:
            help_ = f"Open {self._before} again, which was open before the tour."
            answers.append(Answer(f"Back to {self._before.name}", help_, self._go_back))
        self.ask("good", END, answers, self.leave)

    def _go_back(self) -> None:
        if self._before is not None:
            self._panel.header.open_folder(self._before)

    def _quit(self) -> None:
        self.at, self._folder = NOWHERE, None
        self._look.stop()
        self._room.stop()
        self._unring()
        self.clear()

    def _unring(self) -> None:
        if self.ring is not None:
            self.ring.end()
            self.ring = None

    def _scroll(self) -> None:
        if self.ring is not None:
            bring_into_sight(self.ring.around)

    def _on_look(self) -> None:
        if not self._is_here():
            return
        stop = STOPS[self.at]
        if stop.done is not None and stop.done(self.bench):
            self._done.add(self.at)
        self._say(stop)

    def _on_said(self, section: str, sentence: str) -> None:
        """Files were written: only this tells that an export has come to its end."""
        if self.at != NOWHERE and self.at < len(STOPS) and STOPS[self.at].done is None and section == "export":
            self._done.add(self.at)
            self._say(STOPS[self.at])

    def _on_project(self) -> None:
        """Another project ends the tour. To a newcomer it is offered, until they work on pictures of their own."""
        if self._folder is not None and not self._is_here():
            self._quit()
        if self._folder is None:
            project = self._session.project
            new = project is None or project.folder == recent.practice_folder()
            if new and not newcomer.tour_seen():
                take = Answer("Take the tour", "Opens a sample project; yours stay as they are.", self.start)
                self.ask("good", OFFER, [take], self.leave)
            else:
                self.clear()

    def _is_here(self) -> bool:
        return self._session.project is not None and self._session.project.folder == self._folder

    def _note_open(self) -> None:
        """Where to go back to: a project of an earlier tour is no such place."""
        project = self._session.project
        if project is not None and not newcomer.is_tours(project.folder):
            self._before = project.folder

    def _has_keyboard(self) -> bool:
        """Whether whoever starts the tour did so with the keyboard."""
        here = self.window().focusWidget()
        return here is not None and (self.isAncestorOf(here) or here is self._panel.status.tour)
