"""The guard: a new model becomes the active one only if it is the better one. The person has the last word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from napari_unet.core.data.project import MODELS
from napari_unet.core.errors import UnetError
from napari_unet.core.model.card import RESUME, WEIGHTS
from napari_unet.core.model.header import read_card
from napari_unet.core.settings import Plan
from napari_unet.core.training.report import Compared, Estimated, Finished, Noticed, Report
from napari_unet.engine.messages import Compare
from napari_unet.session.interrupted import broken_off
from napari_unet.session.job import BrokenOff, Job, Verdict
from napari_unet.session.jobs import Learning as Kind
from napari_unet.session.learning import MODEL, ended
from napari_unet.session.opened import told
from napari_unet.session.rows import score_line
from napari_unet.session.starting import Starting


class Judging(Starting):
    """What comes of a training: its notices, its comparison with earlier models, and which one is active."""

    def __init__(self) -> None:
        super().__init__()
        self.verdict: Verdict | None = None
        self.notices: tuple[str, ...] = ()
        self.estimate: Estimated | None = None
        self.broken_off: BrokenOff | None = None
        self._unjudged = ""  # a model that is still to be compared, by its folder's name
        self._began_from = ""  # the folder of the model that the last training went on from

    def rivals(self) -> tuple[Path, ...]:
        """The active model, the one that training starts from, and the best of the last comparison."""
        project = self.need_project()
        best = str(project.settings(MODEL).get("best", ""))
        names = dict.fromkeys(name for name in (self._active, self.start, best) if name)
        there = {folder.name: folder for folder in project.models() if (folder / WEIGHTS).exists()}
        found = (there[name] for name in names if name in there and name != self._training)
        return tuple(folder for folder in found if self._may_be_compared(folder))

    def _before(self) -> tuple[Path, ...]:
        """The rivals, and what training went on from, which need not be a model of the project."""
        began = [Path(start) for start in (self._began_from,) if start and (Path(start) / WEIGHTS).exists()]
        return tuple(dict.fromkeys([*self.rivals(), *began]))

    def _begin(self, out: Path, start: str, resumed: Plan | None = None) -> None:
        self.verdict, self.notices, self._unjudged, self.broken_off = None, (), "", None
        self._began_from = start
        self._note_model(training=out.name, training_start=start)  # should the power fail, it can be gone on with
        super()._begin(out, start, resumed)
        self.craft_changed.emit()

    @told("train")
    def resume(self) -> None:
        """Go on with the training that was broken off, exactly where it was."""
        offer = self.broken_off
        if offer is None:
            return
        out = self._ready_to_learn().folder / MODELS / offer.name
        here = {"device": self._training_settings.device}  # the project may be on another computer by now
        self._begin(out, offer.start, read_card(out / RESUME).plan.with_values(here))

    def put_offer_away(self) -> None:
        """The person does not want to go on with the training that was broken off."""
        self.broken_off = None
        if not self.read_only:
            self._forget_training()
        self.craft_changed.emit()

    def _forget_results(self) -> None:
        super()._forget_results()
        self.verdict, self.notices, self.estimate, self.broken_off = None, (), None, None
        self._unjudged = ""

    def _load_models(self) -> None:
        super()._load_models()
        self.broken_off = None if self.read_only else broken_off(self.need_project())
        self.craft_changed.emit()

    @told("train")
    def _forget_training(self) -> None:
        self._note_model(training="", training_start="")

    def reported(self, kind: Kind, report: Report) -> None:
        """A job told something that is neither its progress nor its end."""
        match report:
            case Noticed() if report.sentence not in self.notices:
                self.notices = (*self.notices, report.sentence)
            case Estimated() if kind == "train":
                self.estimate = report
            case Compared() if kind == "compare":
                self._judge(report)
        self.craft_changed.emit()

    @told("train")
    def trained(self, report: Finished, compared: Compared | None) -> None:
        """A training ended well: its model becomes the active one, unless an earlier one is better."""
        name = Path(report.folder).name
        parts = (ended(report), report.note)
        self._unjudged = name
        self._forget_training()
        if compared is not None or not self._before():
            self._judge(compared)
        self.said.emit("train", " ".join(part for part in parts if part))

    @told("train")
    def lost(self, job: Job | None) -> None:
        """A job ended badly. The best model of a training that got so far is on disk: let it be of use."""
        if job is None or job.kind not in ("train", "compare") or self.project is None:
            return
        if job.kind == "compare" or not self._has_model(self._training):
            self._leave_unjudged()
            self.broken_off = broken_off(self.project)
            self.craft_changed.emit()
            return
        self.broken_off = broken_off(self.project)
        line = score_line(read_card(self._folder(self._training)))
        self.said.emit("train", f"The best model so far is kept: {line}.")
        self._unjudged = self._training
        if self._before():
            self._compare()
        else:
            self._judge(None)

    def _leave_unjudged(self) -> None:
        """What cannot be compared does not replace what works; where nothing does yet, it is what there is."""
        if self._unjudged and not self._active:
            self._judge(None)
        self._unjudged = ""

    @told("train")
    def ended(self, job: Job) -> None:
        """A job is over: what is still to be compared is compared now."""
        if job.kind == "compare" and self._unjudged:
            self._leave_unjudged()
            self.said.emit("train", f"Nothing was compared. {self._title(self._active)} is active.")
        elif job.kind == "train" and self._unjudged:
            self._compare()
        elif job.kind == "train" and self.project is not None:
            self.broken_off = broken_off(self.project)  # stopped before it went on, it can still be gone on with
            self.craft_changed.emit()

    def _compare(self) -> None:
        command = Compare(
            project=str(self.need_project().folder),
            model=str(self._folder(self._unjudged)),
            rivals=tuple(map(str, self._before())),
            device=self._training_settings.device,
        )
        self.jobs.learn("compare", command, f"Comparing {self._title(self._unjudged)} with the models before it")

    @told("train")
    def _judge(self, compared: Compared | None) -> None:
        """Let the better model be active, and say which it is."""
        name, self._unjudged = self._unjudged, ""
        better = Path(compared.better).name if compared is not None else name
        brought = ""
        if compared is not None and not self._has_model(better):
            brought = self._brought_in(Path(compared.better))
            better = brought or name
        self.start = better
        self.activate(better)
        self._note_model(best=better)
        if compared is not None and compared.pictures and len(compared.standings) > 1:
            sentence = self._with_titles(compared.sentence)
            if brought:
                sentence += f" It is {self._title(brought)} of this project from now on."
            self.verdict = Verdict(name, better, sentence, worse=better != name)
        self.craft_changed.emit()

    def _with_titles(self, sentence: str) -> str:
        """The sentence with models called as the window calls them."""
        for row in sorted(self.models, key=lambda row: -len(row.name)):
            sentence = sentence.replace(row.name, row.title)
        return sentence

    def activate(self, name: str) -> None:
        """Let this model segment from now on; what was said of the last training is then done with."""
        self.verdict = None
        super().activate(name)
        self.craft_changed.emit()

    def take_anyway(self) -> None:
        """Let the new model be active although an earlier one is better."""
        if (verdict := self.verdict) is not None:
            self._decide(verdict, verdict.new, taken=True)

    def go_back(self) -> None:
        """Let the better model be active again."""
        if (verdict := self.verdict) is not None:
            self._decide(verdict, verdict.better, taken=False)

    def put_verdict_away(self) -> None:
        """The person has read it."""
        self.verdict = None
        self.craft_changed.emit()

    def _decide(self, verdict: Verdict, name: str, *, taken: bool) -> None:
        self.start = name
        self.activate(name)
        if self._active == name:  # a model that has gone meanwhile is told, and nothing changes
            self.verdict = replace(verdict, taken=taken)
            self.craft_changed.emit()

    def _has_model(self, name: str) -> bool:
        """Whether the project has a whole model of this name."""
        try:
            return bool(name) and (self._folder(name) / WEIGHTS).exists()
        except UnetError:
            return False
