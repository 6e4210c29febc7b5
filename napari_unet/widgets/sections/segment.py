"""The fourth and fifth step: segment, tune the clean-up live, accept what is right."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtWidgets import QCheckBox
from superqt.utils import qthrottled

from napari_unet.core.errors import UnetError
from napari_unet.core.settings import PostprocessingSettings
from napari_unet.widgets.accepting import Accepting, is_stack
from napari_unet.widgets.asking import Asking
from napari_unet.widgets.comparison import Comparison
from napari_unet.widgets.desk import CorrectingDesk
from napari_unet.widgets.form import Form
from napari_unet.widgets.job_bar import JobBar, beside_bar
from napari_unet.widgets.layers.counting import found_line
from napari_unet.widgets.look import tag
from napari_unet.widgets.painting import Painting
from napari_unet.widgets.parts import boxed, button, flat, row, words
from napari_unet.widgets.sections.section import Section

PACE = 30
"""Milliseconds between two clean-ups while a slider moves; the last position is always used."""

FIT = "Find the settings whose labels agree best with what you painted or accepted, in all pictures with a prediction."
FOUND = (
    "How many there are. In brackets, against before the setting was moved: how many appeared (+), "
    "how many vanished (-), and how many are the same with another outline (reshaped)."
)
CORRECT = "Correct these labels: with napari's brush, eraser and fill, and with tools for single objects."


class SegmentSection(Section):
    """This picture or all; threshold and the rest; how many were found; Accept."""

    key = "segment"
    title = "Segment"
    reads = ("project_changed", "pictures_changed", "current_changed", "model_changed")

    def build(self) -> None:
        """Make the rows."""
        self.one = button("This picture", "Run the active model over the picture on show (G).", self.this)
        self.all = button("All", "Run the active model over every picture of the project.", self.everything)
        self.rows.addLayout(row(self.one, self.all, None))
        self.why_not = words()
        self.rows.addWidget(self.why_not)
        self.progress = JobBar(("segment",), self.session.stop, "End soon; pictures that are done stay done.")
        self.rows.addWidget(self.progress)
        self.form = Form(PostprocessingSettings)
        self.form.changed.connect(self._tune)
        self.rows.addWidget(self.form)
        self.fit = flat("Fit to what is painted", FIT, self.session.fit_clean_up)
        self._can_fit = False
        self.probability = QCheckBox("Show probability")
        self.probability.setToolTip("How sure the model is, pixel by pixel, as a layer of its own.")
        self.probability.toggled.connect(self.bench.canvas.show_probability)
        self.correct = flat("✎ Correct", CORRECT, self._correct)
        self.correct.setCheckable(True)
        self.desk = CorrectingDesk(self.bench)
        self.looking = boxed(row(self.fit, None, self.correct))
        self.rows.addWidget(self.looking)
        self.fitting = beside_bar("fit", self.session, "End soon, and take the best settings so far.")
        self.rows.addWidget(self.fitting)
        self.rows.addWidget(self.desk)
        self.comparison = Comparison(self.session)
        self.rows.addWidget(self.probability)
        self.rows.addWidget(self.comparison)
        self.asking = Asking(self.session)
        assert self.form.more is not None
        self.form.more.inside.addWidget(self.asking)
        self.found = words(tone="title")
        self.found.setToolTip(FOUND)
        self.rows.addWidget(self.found)
        self.unsure = words(tone="notice")
        self.rows.addWidget(self.unsure)
        self.accepting = Accepting(self.bench, self.message)
        self.rows.addWidget(self.accepting)
        self._listen()

    def _listen(self) -> None:
        self.listen(self.session.settings_changed, self._on_settings)
        self.listen(self.session.current_changed, self.accepting.call_off)
        self.listen(self.session.view_changed, lambda _view: self.comparison.refresh())
        for name in ("labels_changed", "locks_changed", "classes_changed", "changes_counted"):
            self.listen(getattr(self.session, name), self._count)
        self.listen(self.session.beside_changed, self._draw_beside)
        self.listen(self.bench.hand.done, self._count)
        for changed in (self.bench.hand.changed, self.session.hand_class_changed):
            self.listen(changed, self.desk.refresh)
        self.listen(self.bench.hand.done, self.desk.describe_again)
        self.listen(self.bench.hand.over, self.desk.describe)
        self.listen(self.bench.hand.key_pressed, self.desk.by_key)
        self._on_settings("postprocessing")

    def refresh(self) -> None:
        """Draw everything."""
        project, rows = self.session.project, self.bench.pictures
        if project is not None:
            self.form.set_kind(project.kind, is_stack(self.bench))
        why = self.why()
        self.why_not.setText(why or self.hint())
        self.why_not.setVisible(bool(self.why_not.text()))
        ready = not why and self.session.job is None
        self.one.setEnabled(ready)
        self.all.setText(f"All {len(rows)}" if len(rows) > 1 else "All")
        self.all.setEnabled(ready and bool(rows))
        has_labels = self._has_labels()
        self.accepting.refresh(has_labels)
        self.correct.setEnabled(has_labels and not self.session.read_only)
        shown = any(one.name == self.session.current and one.predicted for one in rows)
        self.probability.setEnabled(shown)
        self._can_fit = shown and not self.session.read_only
        self._draw_beside()
        modelled = project is not None and (self.session.active_model is not None or shown or has_labels)
        for widget in (self.form, self.looking, self.probability, self.comparison, self.accepting):
            widget.setVisible(modelled)
        self._draw_desk()
        self.unsure.setText(self.session.unsure)
        self.unsure.setVisible(bool(self.unsure.text()))
        self.asking.refresh()
        self.comparison.refresh()
        self._choose_primary()
        self.draw_job()
        self._count()

    def _choose_primary(self) -> None:
        """Segment this picture; when that is done accept it; when that is done too segment the others."""
        current = next((one for one in self.bench.pictures if one.name == self.session.current), None)
        tag(self.primary or self.one, now="false")
        if current is None or not current.predicted:
            self.primary = self.one
        else:
            self.primary = self.all if current.state == "complete" else self.accepting.accept

    def why(self) -> str:
        """Why nothing can be segmented, as a sentence; empty when it can."""
        if self.session.project is None:
            return "Open a project first."
        if self.session.active_model is None and not self.session.stand_in:
            return "There is no model yet: train one first."
        return "" if self.session.current is not None else "Add a picture to the project, and choose it."

    def hint(self) -> str:
        """Who answers while nothing is trained; empty when something is."""
        if not self.session.stand_in:
            return ""
        words = self.session.start_words(self.session.stand_in)
        return f"Nothing is trained yet; a model that came along ({words}) says what it knows."

    def this(self) -> None:
        """Segment the picture on show."""
        self.message.clear()
        self.bench.segment_current()

    def everything(self) -> None:
        """Segment every picture."""
        self.message.clear()
        self.bench.canvas.flush()
        self.session.segment(None)

    def answer(self, sentence: str) -> tuple[str, Callable[[], None] | None]:
        """Corrections that hold the sliders back can be discarded on the spot; an Accept can be taken back."""
        if "corrections" in sentence and "discard" in sentence:
            return "Discard corrections", self.session.discard_corrections
        return "", None

    def remedy(self, error: UnetError) -> tuple[str, Callable[[], None] | None]:
        """Nothing to mend by a button yet."""
        return "", None

    def _correct(self) -> None:
        """Lay the tools out, or put them away."""
        if self.correct.isChecked():
            Painting(self.session, self.bench.canvas).correct()
        else:
            self.desk.close_desk()
        self._draw_desk()

    def _draw_desk(self) -> None:
        project = self.session.project
        objects = project is not None and project.kind == "objects"
        self.desk.lay_out(self.correct.isChecked() and objects and self._has_labels())

    @qthrottled(timeout=PACE)
    def _tune(self) -> None:
        self.bench.canvas.flush()
        self.session.set_settings("postprocessing", self.form.value())

    def _on_settings(self, group: str) -> None:
        if group == "inference":
            self.asking.refresh()
        if group == "postprocessing" and self.form.value() != self.session.settings(group):
            self.form.set_value(self.session.settings(group))

    def draw_job(self) -> None:
        """Draw how far segmenting is."""
        self.progress.set_job(self.session.job)

    def _draw_beside(self) -> None:
        """Draw how far fitting the clean-up is."""
        job = self.session.beside.job("fit")
        self.fitting.set_job(job)
        self.fit.setEnabled(self._can_fit and job is None)

    def _has_labels(self) -> bool:
        return self.bench.canvas.numbers("labels") is not None

    def _count(self, *_: object) -> None:
        layer, project, name = self.bench.canvas.numbers("labels"), self.session.project, self.session.current
        if layer is None or project is None or name is None:
            self.found.setVisible(False)
            return
        if not self.session.settled:
            return  # the whole comes in a moment, and only that is counted
        labels = self.session.labels(name)
        self.comparison.refresh()
        self.found.setVisible(labels is not None)
        if labels is None:
            return
        self.accepting.refresh(True)
        self.correct.setEnabled(not self.session.read_only)
        self.found.setText(found_line(self.session, name, labels))
