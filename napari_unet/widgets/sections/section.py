"""What every section has: a title that folds, room for its rows, one message, one primary button."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from psygnal import SignalInstance
from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QPushButton, QVBoxLayout, QWidget

from napari_unet.core.errors import UnetError
from napari_unet.widgets.fold import Fold
from napari_unet.widgets.job_bar import JobBar
from napari_unet.widgets.look import tag
from napari_unet.widgets.message import Message
from napari_unet.widgets.sessions import Bench
from napari_unet.widgets.sight import LAID_OUT, bring_into_sight
from napari_unet.widgets.step import step_to_take
from napari_unet.widgets.tabbing import Returning, tab_as_read


class Section(QWidget):
    """One step of the work. It draws everything from the session in `refresh` and never keeps state of its own.

    `key` is the section's name in the session's sentences; `reads` are the session's signals after which it is drawn
    anew; `primary` is its one main button, filled while this section is the step to take; `progress`, where it is
    made, shows its long jobs. Failures are always scrolled to; what is said in good times only where a section
    `announces`: the panel must not move under a painting hand.
    """

    key: ClassVar[str] = ""
    title: ClassVar[str] = ""
    reads: ClassVar[tuple[str, ...]] = ()
    announces: ClassVar[bool] = False
    primary: QPushButton | None = None
    progress: JobBar

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self.bench, self.session = bench, bench.session
        self.fold = Fold(self.title)
        self.rows = self.fold.inside
        self.message = Message()
        self._room = QTimer(self)
        self._room.setSingleShot(True)
        self._room.timeout.connect(self._scroll_to_message)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.fold)
        self.build()
        self._returning = Returning(self, self.progress.stop) if hasattr(self, "progress") else None
        self.rows.addWidget(self.message)
        tab_as_read(self)
        for name in dict.fromkeys((*self.reads, "project_changed", "pictures_changed", "model_changed")):
            self.listen(getattr(self.session, name), self._on_change)
        self._job_kind = self._kind_of_job()
        self.listen(self.session.job_changed, self._on_job)
        self.listen(self.session.failed, self._on_failed)
        self.listen(self.session.said, self._on_said)
        self.listen(self.session.unsaid, self._on_unsaid)
        self.listen(self.session.current_changed, self._on_left)
        self._on_change()

    def build(self) -> None:
        """Make the rows."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Draw everything from the session."""
        raise NotImplementedError

    def draw_job(self) -> None:
        """Draw how far the running job is; called many times a second."""

    def listen(self, signal: SignalInstance, slot: Callable[..., Any]) -> None:
        """Connect a signal of the session for as long as this section exists."""
        signal.connect(slot)
        self.destroyed.connect(partial(signal.disconnect, slot, missing_ok=True))

    def remedy(self, error: UnetError) -> tuple[str, Callable[[], None] | None]:
        """A button's words and action that mend this error, where the section knows one."""
        return "", None

    def fail(self, error: UnetError) -> None:
        """Show an error here."""
        self.fold.set_open(True)
        self.message.fail(error, *self.remedy(error))
        self._room.start(LAID_OUT)

    def _scroll_to_message(self) -> None:
        bring_into_sight(self.message)

    def _on_change(self, *_: object) -> None:
        if self._returning is None:
            self.refresh()
        else:
            self._returning.through(self.refresh)
        if self.primary is not None:
            tag(self.primary, now="true" if step_to_take(self.session, self.bench.pictures) == self.key else "false")

    def _on_left(self) -> None:
        """What was said of a project goes with it."""
        if self.session.project is None:
            self.message.clear()

    def _on_job(self) -> None:
        kind = self._kind_of_job()
        if kind != self._job_kind:
            self._job_kind = kind
            self._on_change()
        else:
            self.draw_job()

    def _kind_of_job(self) -> str:
        return "" if self.session.job is None else self.session.job.kind

    def _on_failed(self, section: str, error: UnetError) -> None:
        if section == self.key:
            self.fail(error)

    def _on_said(self, section: str, sentence: str) -> None:
        if section == self.key:
            self.message.say(sentence, *self.answer(sentence))
            if self.announces:
                self._room.start(LAID_OUT)

    def _on_unsaid(self, section: str, sentence: str) -> None:
        if section == self.key:
            self.message.unsay(sentence)

    def answer(self, sentence: str) -> tuple[str, Callable[[], None] | None]:
        """A button's words and action that go with something said, where the section knows one."""
        return "", None

    def recolour(self) -> None:
        """Take up the viewer's theme where no style sheet reaches."""
