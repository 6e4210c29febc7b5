"""The third step: training, its progress, its curve, what came of it, and the model that is in use."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from qtpy.QtWidgets import QComboBox, QToolButton

from napari_unet.core.errors import UnetError, WorkerError
from napari_unet.core.settings import TrainingSettings
from napari_unet.core.wording import MEANING, plural
from napari_unet.session.job import LEARNING, ModelRow
from napari_unet.widgets.channels import ChannelRow
from napari_unet.widgets.crossing import PicturesTable
from napari_unet.widgets.curve import CurvePlot
from napari_unet.widgets.editors import calm
from napari_unet.widgets.examples import Examples
from napari_unet.widgets.explanation import Explanation, show_explanation
from napari_unet.widgets.form import Form
from napari_unet.widgets.job_bar import JobBar
from napari_unet.widgets.live import LiveRow
from napari_unet.widgets.models_menu import ModelsMenu
from napari_unet.widgets.outcome import Outcome
from napari_unet.widgets.parts import button, flat, row, words
from napari_unet.widgets.plan_fold import PlanFold
from napari_unet.widgets.sections.section import Section
from napari_unet.widgets.sharing import SharingDialog, ask_sharing
from napari_unet.widgets.start_choice import StartChoice
from napari_unet.widgets.studies import Studies
from napari_unet.widgets.unseen import unseen_help, unseen_line
from napari_unet.widgets.wording import estimate_line

PLAIN = ("none", "auto")
"""Starts that are no models: their words stand in the sentence "from ..."."""

OF_PROJECT = (PicturesTable, Examples, Explanation, SharingDialog, StartChoice)
"""Windows that show something of the project that was open when they were."""

MODELS = "All models of this project. Choose the one that segments, or read about one."

START = (
    "What learning starts from, when training and while live. A model already knows something and learns faster.\n"
    "“What fits best” takes the model that came along and knows the picture on show; where none does, or another "
    "network is chosen, training begins from nothing."
)


class TrainSection(Section):
    """Start from, how long, Train and Stop; the curve; what came of it; the active model."""

    key = "train"
    title = "Train"
    reads = ("project_changed", "pictures_changed", "model_changed", "craft_changed")

    def build(self) -> None:
        """Make the rows."""
        self.start = _start_box()
        self.start.activated.connect(lambda index: self.session.set_start(self.start.itemData(index)))
        self.fold.head.addWidget(words("from", wrap=True))
        self.fold.head.addWidget(self.start)
        self.live = LiveRow(self.bench)
        self.rows.addWidget(self.live)
        self.more = PlanFold(self.session)
        self.studies = Studies(self.bench)
        self.more.inside.addWidget(self.studies)
        self.forms = {"training": Form(TrainingSettings, only="plain"), **self.more.forms}
        self.channels = ChannelRow(self.session)
        self.rows.addWidget(self.channels)
        self.rows.addWidget(self.forms["training"])
        self.rows.addWidget(self.more)
        self.primary = button("Train", "Learn from everything that is annotated.", self.train)
        self.estimate = words(wrap=False)
        line = row(self.primary, self.estimate, spacing=10)
        line.setStretch(1, 1)
        self.rows.addLayout(line)
        self.why_not = words()
        self.rows.addWidget(self.why_not)
        self.progress = JobBar(LEARNING, self.session.stop, "End soon and keep the best model so far.")
        self.rows.addWidget(self.progress)
        self.curve = CurvePlot()
        self.rows.addWidget(self.curve)
        self.outcome = Outcome(self.session)
        self.rows.addWidget(self.outcome)
        self.listen(self.session.live_changed, self.live.refresh)
        self.listen(self.session.beside_changed, self._draw_beside)
        self.listen(self.session.starts_seen, self.live.show_starts)
        self.listen(self.session.curve_changed, self._draw_curve)
        self.listen(self.session.settings_changed, self._on_settings)
        self.listen(self.session.current_changed, self._on_change)
        self.listen(self.session.examples_made, self.studies.show_examples)
        self.listen(self.session.view_changed, lambda _view: self.more.refresh(running=self._running()))
        self.models = flat("Models ▾", "\n".join((MODELS, *MEANING.values())))
        self.models.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = ModelsMenu(self.models, lambda one: self.session.activate(one.name), self.explain, self.share)
        self.models.setMenu(self.menu)
        self.active = words()
        line = row(self.active, self.models)
        line.setStretch(0, 1)
        self.rows.addLayout(line)
        self.more.connect_forms()
        plain = self.forms["training"]
        plain.changed.connect(lambda: self.session.set_settings("training", plain.value()))

    def refresh(self) -> None:
        """Draw everything."""
        running = self._running()
        self.forms["training"].set_value(self.session.settings("training"))
        self.forms["training"].setEnabled(not running)
        self.channels.refresh(running=running)
        self.more.refresh(running=running)
        for widget in (self.forms["training"], self.more):
            widget.setVisible(self.session.project is not None)
        self._draw_starts()
        self.live.refresh()
        why = self.why()
        self.why_not.setText(why)
        self.why_not.setVisible(bool(why) and not running)
        assert self.primary is not None
        self.primary.setText(self._train_words())
        self.primary.setEnabled(not why and self.session.job is None)
        self.studies.refresh(ready=not why and self.session.job is None)
        self.outcome.refresh()
        self._draw_estimate()
        self.draw_job()
        self._draw_models()

    def draw_job(self) -> None:
        """Draw how far training is, and that strokes wait for it."""
        self.live.refresh()
        self.progress.set_job(self.session.job)

    def _draw_beside(self) -> None:
        """Draw how far asking starts and making examples are."""
        self.live.refresh()
        self.studies.refresh(ready=not self.why() and self.session.job is None)

    def why(self) -> str:
        """Why training cannot start, as a sentence; empty when it can."""
        if self.session.project is None:
            return "Open a project first."
        if all(one.state == "unlabelled" for one in self.bench.pictures):
            cells = plural(self.session.project.noun)
            return f"Paint a few {cells} and some background first; there is nothing to learn from yet."
        return ""

    def train(self) -> None:
        """Train with what the forms show."""
        self.message.clear()
        self.bench.canvas.flush()
        self.curve.prepare(self.bench.look)
        self.session.train()

    def remedy(self, error: UnetError) -> tuple[str, Callable[[], None] | None]:
        """A worker that died is only a click away."""
        if isinstance(error, WorkerError) and self.session.broken_off is None:
            return "Train again", self.train
        return "", None

    def _on_left(self) -> None:
        """Windows with results of a project go with it."""
        super()._on_left()
        if self.session.project is None:
            for shown in (one for kind in OF_PROJECT for one in self.findChildren(kind)):
                shown.close()

    def _on_settings(self, group: str) -> None:
        if group in self.forms:
            self.refresh()

    def _running(self) -> bool:
        return self.session.job is not None and self.session.job.kind in LEARNING

    def _train_words(self) -> str:
        settings = self.session.settings("training")
        assert isinstance(settings, TrainingSettings)
        return f"Train {settings.epochs} epoch{'s' if settings.epochs != 1 else ''}"

    def _draw_estimate(self) -> None:
        known = self.session.estimate
        line = "" if known is None else estimate_line(known.seconds, known.memory)
        self.estimate.setText(line)
        seen = known is not None and known.measured
        self.estimate.setToolTip(
            f"How long the training takes and how much memory it needs, {'as seen' if seen else 'roughly'}."
        )
        self.estimate.setAccessibleName(f"Estimate: {line}")

    def _draw_starts(self) -> None:
        starts = self.session.starts
        shown = [(self.start.itemData(index), self.start.itemText(index)) for index in range(self.start.count())]
        if list(starts) != shown:
            self.start.clear()
            for key, label in starts:
                self.start.addItem(label.lower() if key in PLAIN else label, key)
        self.start.setCurrentIndex(max(0, self.start.findData(self.session.start)))
        self.start.setEnabled(not self._running())

    def _draw_models(self) -> None:
        active = self.session.active_model
        self._draw_active(active)
        self.models.setVisible(bool(self.session.models))
        self.menu.show_models(self.session.models)

    def _draw_active(self, active: ModelRow | None) -> None:
        """One line about the model in use; what it is made of, and how it was measured at its training, on hovering."""
        known, project = self.session.unseen, self.session.project
        self.active.setVisible(active is not None)
        if active is None:
            return
        line, at_training = f"{active.title} is in use · {active.line}", f"When it was trained: {active.line}."
        if known is not None and project is not None:
            line = unseen_line(known, active.title, project.kind, project.noun)
            at_training = f"{unseen_help(known)}\n{at_training}"
        self.active.setText(line)
        self.active.setToolTip(at_training)

    def explain(self, model: ModelRow) -> None:
        """Show what is known about a model, to read and to copy."""
        text = self.session.explanation(model.name)
        if text:
            show_explanation(self, text)

    def share(self, model: ModelRow) -> None:
        """Ask how a model is to be shared, and have it written."""
        ask_sharing(self, model.title, partial(self.session.share_model, model.name))

    def _draw_curve(self) -> None:
        self.curve.set_curve(self.session.curve, self.bench.look)

    def recolour(self) -> None:
        """Draw the curve in the theme's colours."""
        self.curve.recolour(self.session.curve, self.bench.look)


def _start_box() -> QComboBox:
    """What to start from."""
    box = calm(QComboBox())
    box.setToolTip(START)
    box.setAccessibleName("Start from")
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(14)
    return box
