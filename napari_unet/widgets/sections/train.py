"""The third step: training, its progress, its curve, and the model that is in use."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from qtpy.QtWidgets import QComboBox, QMenu, QToolButton

from napari_unet.core.errors import UnetError, WorkerError
from napari_unet.core.settings import AugmentationSettings, NetworkSettings, TrainingSettings
from napari_unet.widgets.curve import CurvePlot
from napari_unet.widgets.editors import calm
from napari_unet.widgets.fold import Fold
from napari_unet.widgets.form import Form
from napari_unet.widgets.job_bar import JobBar
from napari_unet.widgets.sections.section import Section, button, flat, row, words


class TrainSection(Section):
    """Start from, how long, Train and Stop; the curve; the active model."""

    key = "train"
    title = "Train"
    reads = ("project_changed", "pictures_changed", "model_changed")

    def build(self) -> None:
        """Make the rows."""
        self.start = calm(QComboBox())
        self.start.setToolTip("What training starts from. An earlier model already knows something and learns faster.")
        self.start.setAccessibleName("Start from")
        self.start.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.start.setMinimumContentsLength(14)
        self.start.activated.connect(lambda index: self.session.set_start(self.start.itemData(index)))
        self.fold.head.addWidget(words("from", wrap=True))
        self.fold.head.addWidget(self.start)
        self.forms = {
            "training": Form(TrainingSettings, only="plain"),
            "more": Form(TrainingSettings, only="advanced"),
            "augmentation": Form(AugmentationSettings, only="advanced"),
            "network": Form(NetworkSettings, only="advanced"),
        }
        self.rows.addWidget(self.forms["training"])
        self.more = self._more()
        self.rows.addWidget(self.more)
        self.primary = button("Train", "Learn from everything that is annotated.", self.train)
        self.why_not = words()
        self.rows.addLayout(row(self.primary, None))
        self.rows.addWidget(self.why_not)
        self.progress = JobBar("train", self.session.stop, "End soon and keep the best model so far.")
        self.rows.addWidget(self.progress)
        self.curve = CurvePlot()
        self.rows.addWidget(self.curve)
        self.listen(self.session.curve_changed, self._draw_curve)
        self.listen(self.session.settings_changed, self._on_settings)
        self.models = flat("", "The model that segments. Choose another one here.")
        self.models.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.models.setMenu(QMenu(self.models))
        self.active = words()
        self.rows.addLayout(self._active_row())
        self._connect_forms()

    def refresh(self) -> None:
        """Draw everything."""
        running = self._running()
        for name, form in self.forms.items():
            form.set_value(self.session.settings(_group(name)))
            form.setEnabled(not running)
        self.forms["training"].setVisible(self.session.project is not None)
        self.more.setVisible(self.session.project is not None)
        self._draw_starts()
        why = self.why()
        self.why_not.setText(why)
        self.why_not.setVisible(bool(why) and not running)
        assert self.primary is not None
        self.primary.setText(self._train_words())
        self.primary.setEnabled(not why and self.session.job is None)
        self.draw_job()
        self._draw_models()

    def draw_job(self) -> None:
        """Draw how far training is."""
        self.progress.set_job(self.session.job)

    def why(self) -> str:
        """Why training cannot start, as a sentence; empty when it can."""
        if self.session.project is None:
            return "Open a project first."
        if all(one.state == "unlabelled" for one in self.bench.pictures):
            return "Paint a few cells and some background first; there is nothing to learn from yet."
        return ""

    def train(self) -> None:
        """Train with what the forms show."""
        self.message.clear()
        self.bench.canvas.flush()
        self.curve.prepare(self.bench.look)
        self.session.train()

    def remedy(self, error: UnetError) -> tuple[str, Callable[[], None] | None]:
        """A worker that died is only a click away."""
        return ("Train again", self.train) if isinstance(error, WorkerError) else ("", None)

    def _more(self) -> Fold:
        more = Fold("more", small=True, opened=False)
        for title, name in (("Learning", "more"), ("Random changes", "augmentation"), ("Network", "network")):
            part = Fold(title, small=True, opened=False)
            part.inside.setContentsMargins(12, 0, 0, 4)
            part.inside.addWidget(self.forms[name])
            more.inside.addWidget(part)
        return more

    def _active_row(self) -> object:
        line = row(self.active, self.models)
        line.setStretch(0, 1)
        return line

    def _connect_forms(self) -> None:
        for name, form in self.forms.items():
            form.changed.connect(partial(self._edited, _group(name), form))

    def _edited(self, group: str, form: Form) -> None:
        self.session.set_settings(group, form.value())

    def _on_settings(self, group: str) -> None:
        if group in self.forms:
            self.refresh()

    def _running(self) -> bool:
        return self.session.job is not None and self.session.job.kind == "train"

    def _train_words(self) -> str:
        settings = self.session.settings("training")
        assert isinstance(settings, TrainingSettings)
        return f"Train {settings.epochs} epoch{'s' if settings.epochs != 1 else ''}"

    def _draw_starts(self) -> None:
        starts = self.session.starts
        shown = [(self.start.itemData(index), self.start.itemText(index)) for index in range(self.start.count())]
        if list(starts) != shown:
            self.start.clear()
            for key, label in starts:
                self.start.addItem(label.lower() if key == "none" else label, key)
        self.start.setCurrentIndex(max(0, self.start.findData(self.session.start)))
        self.start.setEnabled(not self._running())

    def _draw_models(self) -> None:
        active = self.session.active_model
        self.active.setText("" if active is None else f"Active: {active.title} · {active.line}")
        self.active.setVisible(active is not None)
        others = [one for one in self.session.models if not one.active]
        self.models.setText("Change ▾")
        self.models.setVisible(bool(others))
        menu = self.models.menu()
        assert menu is not None
        menu.clear()
        for one in others:
            action = menu.addAction(f"{one.title} · {one.line}")
            action.triggered.connect(lambda _=False, name=one.name: self.session.activate(name))

    def _draw_curve(self) -> None:
        self.curve.set_curve(self.session.curve, self.bench.look)

    def recolour(self) -> None:
        """Draw the curve in the theme's colours."""
        self.curve.recolour(self.session.curve, self.bench.look)


def _group(form: str) -> str:
    return "training" if form == "more" else form
