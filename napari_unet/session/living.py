"""Following strokes: the picture on show has an answer a moment after each of them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from napari_unet.core.data.cached import cache_root
from napari_unet.core.data.project import MODELS
from napari_unet.core.errors import UnetError, WorkerError
from napari_unet.core.model.shipped import AUTO
from napari_unet.engine.live_messages import Answered, Live
from napari_unet.session.came_along import came_along
from napari_unet.session.correcting import Correcting
from napari_unet.session.learning import NOTHING
from napari_unet.session.opened import told

LIVE = "live"
"""Where project.json keeps whether strokes are followed, and of which starts they want the other side."""

GETTING_READY = "Live · getting ready"


class Living(Correcting):
    """Switched on, answers come by themselves; whatever else is asked of the worker goes first."""

    def __init__(self) -> None:
        super().__init__()
        self.live = False
        self._last: Answered | None = None
        self._blank: frozenset[str] = frozenset()  # pictures in which there is nothing to see
        for signal in (self.job_changed, self.current_changed):
            signal.connect(self._tell_live)
        self.settings_changed.connect(self._follow_channels)
        self.labels_changed.connect(self._tell_live)

    @told("train")
    def set_live(self, on: bool) -> None:
        """Follow what is painted from now on, or do so no more. The project remembers it."""
        try:
            self._remember(on=on)
            self.needed.emit()
            self.live = on
            self._last = None
            self._follow()
        finally:
            self.live_changed.emit()

    def look_at(self, part: tuple[int, ...]) -> None:
        """A person sees this part of the picture: plane, top, bottom, left, right in pixels. It is answered first."""
        self._part = part
        self._follow()

    @property
    def live_line(self) -> str:
        """What the answers are made of, in a line a biologist can read; empty while strokes are not followed."""
        if not self.live:
            return ""
        if self.current is None:
            return "Live · open a picture"
        if self.jobs.job is not None:
            return "Live · goes on after the running job"
        if self.need_desk().corrected(self.current):
            return "Live · these labels hold your corrections and stay"
        if self.current in self._blank:
            return "Live · this picture is blank: nothing found"
        if self._last is None:
            return GETTING_READY
        if not self._last.file and not self._last.strokes:
            return "Live · paint a cell and some background"
        count = self._last.strokes
        strokes = f"{count} stroke{'s' if count != 1 else ''}" if count else "no stroke yet"
        if self._last.silent:
            start = self.start_words(self._key(self._last.silent))
            return f"Live · {start} does not know what you paint: strokes alone count · {strokes}"
        return f"Live · starts from {self.start_words(self._key(self._last.start))} · {strokes}"

    @property
    def getting_ready(self) -> bool:
        """Whether the first answer since strokes are followed is still to come: nobody knows how long that takes."""
        return self.live_line == GETTING_READY

    def answered(self, event: Answered, *, heard: bool) -> None:
        """A picture has a fresh probability, or there is nothing to answer with yet."""
        if not heard or self.project is None or event.name not in self.project.names():
            _throw_away(event.file)
            return
        start = self._last.start if event.blank and self._last else event.start
        self._last = replace(event, start=start)  # of a blank picture no start was asked
        self._blank = self._blank | {event.name} if event.blank else self._blank - {event.name}
        if self.start == AUTO and event.start:
            self.agrees = self._key(event.start)
        if event.file:
            self._take_answer(event)
        self.live_changed.emit()

    @told("train")
    def _take_answer(self, event: Answered) -> None:
        name, desk = event.name, self.need_desk()
        before = desk.probabilities.there(name), self.unsure
        desk.probabilities.take_file(name, Path(event.file))
        if event.strokes:
            self._remember_sides(event.turned, event.unheard)
        self._note_asked(name, f"strokes, from {self.start_words(self._key(event.start))}", None)
        self._show_probability(name)
        if before != (True, self.unsure):
            self.pictures_changed.emit()

    def unfollowed(self, error: UnetError) -> None:
        """Following has ended by itself: it stays off, unless a long job took the worker with it."""
        if self.jobs.job is None:
            self.live = False
            if not isinstance(error, WorkerError):  # the worker's death is told already
                self.failed.emit("train", error)
        self._last = None
        self.live_changed.emit()

    def _clean(self, name: str) -> None:
        if not (self.live and self.need_desk().corrected(name)):  # else the line says why labels stay
            super()._clean(name)

    def _follow(self) -> None:
        """See that the worker follows strokes if that is wanted, from the start that is chosen now."""
        self.jobs.live.follow(self._following() if self.live else None)

    def _follow_channels(self, group: str) -> None:
        """Other channels are chosen: what was learned of those before counts no more."""
        if self.live and group == "preprocessing":
            self._follow()

    def _following(self) -> Live | None:
        project = self.project
        if project is None or self.current is None:
            return None
        return Live(
            project=str(project.folder),
            kind=project.kind,
            class_names=project.class_names,
            start=self._start_name(self.start),
            device=self._training_settings.device,
            out=str(cache_root(project)),
            picture=self.current,
            part=self._part,
            channels=self.plan.preprocessing.channels,
            turned=self._sides[0],
            unheard=self._sides[1],
        )

    @property
    def _sides(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The starts whose other side is wanted, and those that are not asked, as far as the project remembers."""
        known = self.need_project().settings(LIVE)
        return tuple(map(str, known.get("turned", ()))), tuple(map(str, known.get("unheard", ())))

    @property
    def _astray(self) -> bool:
        erased = self._last is not None and not self._last.strokes
        return self.agrees in self._sides[1] and not erased

    def _remember_sides(self, *sides: tuple[str, ...]) -> None:
        if sides != self._sides:
            self._remember(turned=list(sides[0]), unheard=list(sides[1]))

    def _remember(self, **values: object) -> None:
        project = self.need_writable()
        project.save_settings(LIVE, {**project.settings(LIVE), **values})

    def _start_name(self, key: str) -> str:
        """What the worker calls a start."""
        if key == NOTHING:
            return ""
        return key if key == AUTO or key in came_along() else str(self.need_project().folder / MODELS / key)

    def _key(self, start: str) -> str:
        """What the window calls a start of the worker."""
        return start if start in came_along() else Path(start).name

    def _ask_how_long(self) -> None:
        """Not while strokes are followed: the estimate takes seconds, for which a stroke would wait."""
        if not self.live:
            super()._ask_how_long()

    def _load_models(self) -> None:
        super()._load_models()
        self.live = not self.read_only and bool(self.need_project().settings(LIVE).get("on", False))
        self.live_changed.emit()

    def _abandon_jobs(self) -> None:
        super()._abandon_jobs()
        self.live, self._last, self._blank = False, None, frozenset()
        self.live_changed.emit()

    def _tell_live(self, *_: object) -> None:
        if self.live:
            self.live_changed.emit()


def _throw_away(file: str) -> None:
    """Delete an answer that came too late."""
    if file:
        with suppress(OSError):  # one that is in use goes with the next answer
            Path(file).unlink(missing_ok=True)
