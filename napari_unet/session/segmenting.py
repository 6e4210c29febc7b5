"""Segmenting: the model over pictures, and live clean-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.channels import choice
from napari_unet.core.data.record import TOGETHER
from napari_unet.core.errors import ModelError, ProjectError
from napari_unet.core.model.header import read_card
from napari_unet.core.model.shipped import AUTO, shipped_model
from napari_unet.core.settings import InferenceSettings
from napari_unet.core.wording import counted, plural
from napari_unet.session import asked
from napari_unet.session.came_along import came_along, finds, own_copy
from napari_unet.session.cleaning import Cleaning
from napari_unet.session.job import ModelRow
from napari_unet.session.learning import NOTHING, spoken
from napari_unet.session.opened import told
from napari_unet.session.predicting import Question, prediction
from napari_unet.session.sureness import SURE

UNSURE = (
    "The answer is unsure of what it found here: such a picture may be new to the model. "
    "Paint a few {} and some background before you accept anything."
)


class Segmenting(Cleaning):
    """The fourth and fifth step of the work."""

    def __init__(self) -> None:
        super().__init__()
        self._asked = ""  # the models that segment now, or did last
        self._asks: Question | None = None  # and what exactly they are asked
        self._learned: dict[str, bool] = {}  # of each picture; to know it, all models are looked at
        self.model_changed.connect(self._forget_learned)  # before the window draws: it asks often
        self.uncertainty = False
        self.also: tuple[str, ...] = ()

    @told("segment")
    def segment(self, names: Sequence[str] | None) -> None:
        """Run the active model over these pictures, or all; labels follow as each is done.

        In a project without one, a model that came along becomes the project's. Of all pictures, those that gave this
        very answer before are left out: what was stopped goes on.
        """
        project = self.need_writable()
        chosen = project.names() if names is None else list(names)
        if not chosen:
            raise ProjectError("There is no picture to segment.", "", "Add a picture first.")
        self.jobs.refuse_second()
        if self.stand_in:
            on_show = next((name for name in chosen if name == self.current), chosen[0])
            self._once_it_fits("segment", on_show, lambda: self._segment(chosen, go_on=names is None))
        else:
            self._segment(chosen, go_on=names is None)

    @told("segment")
    def _segment(self, chosen: Sequence[str], *, go_on: bool) -> None:
        if self.stand_in:
            self._let_stand_in(self.stand_in)
        project, model = self.need_writable(), self.active_model
        if model is None:
            needed = "Segmenting needs a trained model.", "Paint some cells and press Train first."
            raise ModelError(self._missing, *needed)
        question = self._question(model)
        chosen = self._not_yet(chosen, question) if go_on else chosen
        self.jobs.segment([prediction(project, name, question) for name in chosen])
        self._asks = question
        self._asked = TOGETHER.join(folder.name for folder in (model.folder, *question.also))
        if told := self._classes_of(model.folder).sentence(model.title):
            self.said.emit("segment", told)

    @property
    def _missing(self) -> str:
        """Why there is nobody to ask."""
        start = self.agrees if self.start == AUTO else self.start
        if start in came_along() and (finds(start), self.need_project().kind) == ("regions", "objects"):
            return f"{start.capitalize()} came along and may know such pictures, but it tells regions, not objects."
        return "No model that came along knows such pictures." if self.agrees == NOTHING else "There is no model yet."

    def _not_yet(self, names: Sequence[str], question: Question) -> list[str]:
        """The pictures that have not answered this very question; all of them, where none is left."""
        project, there = self.need_project(), self.need_desk().probabilities.there
        left = [name for name in names if not (there(name) and asked.answers(project, name, question))]
        if left and (done := len(names) - len(left)):
            self.said.emit("segment", f"{counted(done, 'picture')} had this answer already; the others are segmented.")
        return left or list(names)

    def _let_stand_in(self, name: str) -> None:
        """Make a model that came along the project's own, and active. Raises StorageError."""
        own = own_copy(self.need_project(), shipped_model(name))
        self.start = own.name  # what learns next goes on from what is on show
        self.activate(own.name)
        self.said.emit("segment", f"Nothing is trained yet: {self._title(own.name)} is {name}, which came along.")

    def ask_also(self, names: Sequence[str]) -> None:
        """Ask these models too, by their folders' names, and average their answers with the active model's."""
        self.also = tuple(names)
        self.model_changed.emit()

    def _question(self, model: ModelRow) -> Question:
        also = tuple(row.folder for row in self.models if row.name in self.also and row.name != model.name)
        order = self._classes_of(model.folder).order
        return Question(model.folder, also, self._looks(model.folder).to_json(), self.uncertainty, order)

    def _looks(self, model: Path) -> InferenceSettings:
        """How a model is run. One that never chose channels, and sees as many as are chosen now, is shown those."""
        looks, card = self.settings("inference"), read_card(model)
        assert isinstance(looks, InferenceSettings)
        chosen = self.plan.preprocessing.channels
        free = not looks.channels and not card.plan.preprocessing.channels
        return replace(looks, channels=chosen) if free and card.channels == len(choice(chosen)) else looks

    def spread(self, name: str) -> NDArray[np.float32] | None:
        """How far the answers about the picture differ, (Y, X), 0..1, memory-mapped; None when it was not asked."""
        return self.need_desk().probabilities.spread(name)

    def probability(self, name: str) -> NDArray[np.float32] | None:
        """What the network said about the picture, (K, Y, X); None before it was asked."""
        return self.need_desk().probabilities.get(name)

    @property
    def unsure(self) -> str:
        """That the answer on show is unsure of what it found, and what to do instead of accepting it, as a sentence.

        Empty where it is sure, where a person has corrected or accepted it, and of a model that has learned here: after
        a short training that is unsure of what is right, too. Of regions nothing is said: no model of those came along.
        """
        name, project, desk = self.current, self.project, self._desk
        if name is None or project is None or desk is None or project.kind != "objects":
            return ""
        sure = desk.probabilities.sureness(name)
        if sure is None or sure >= SURE or desk.corrected(name) or self._learned_here(name):
            return ""
        if project.record(name).complete:
            return ""
        return UNSURE.format(plural(project.noun))

    def _learned_here(self, name: str) -> bool:
        """Whether a model that learned in this project gave the picture's answer, or strokes that start from one."""
        if name not in self._learned:
            self._learned[name] = self._has_learned_here(self._origin(name))
        return self._learned[name]

    def _has_learned_here(self, whom: str) -> bool:
        asked_here = set(whom.split(TOGETHER))
        rows = [row for row in self.models if row.name in asked_here or whom.endswith(f"from {spoken(row.title)}")]
        return not all(row.came_along for row in rows)

    def _forget_learned(self) -> None:
        """The models have changed, or which of them is active."""
        self._learned.clear()

    def _note_asked(self, name: str, whom: str, question: Question | None) -> None:
        """Write down whose the picture's new answer is. Raises StorageError."""
        self._learned.pop(name, None)
        asked.note(self.need_project(), name, whom, question)

    @told("segment")
    def discard_corrections(self) -> None:
        """Let the corrections of the shown picture's labels go and clean up afresh."""
        name = self._need_current()
        self.need_writable()
        self.needed.emit()
        desk = self.need_desk()
        desk.discard_corrections(name)
        self._tuning.forget()
        if desk.probabilities.get(name) is not None:
            self._clean(name)
        else:
            desk.forget_labels(name)
            self.labels_changed.emit(name)
        self.classes_changed.emit(name)
        self.locks_changed.emit(name)
        self.pictures_changed.emit()

    def _origin(self, name: str) -> str:
        """What the picture's labels are of: the names of models' folders, or strokes. Another may be active by now."""
        return asked.whom(self.need_project(), name) or self._active

    def _need_current(self) -> str:
        if self.current is None:
            raise ProjectError("No picture is open.", "", "Choose a picture in the list.")
        return self.current

    @told("segment")
    def predicted(self, name: str) -> None:
        """A picture has a new probability: show it, and its labels unless they hold corrections."""
        if name not in self.need_project().names():
            return  # it was removed meanwhile
        self.need_desk().probabilities.take(name)
        self._note_asked(name, self._asked, self._asks)
        self._show_probability(name)
        self.pictures_changed.emit()

    def _show_probability(self, name: str) -> None:
        """Show a probability that has just come, and have its labels made."""
        self.probability_changed.emit(name)
        if name == self.current:
            self._tuning.forget()
            self._clean(name)  # the old labels stay until then: they are on the canvas and can be painted on
        else:
            self.need_desk().forget_labels(name)

    def _forget_results(self) -> None:
        super()._forget_results()
        self.also, self._asked = (), ""
        self._forget_learned()
