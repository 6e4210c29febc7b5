"""A session without a disk, a worker or a project folder: the same face, everything in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.annotation import from_mask
from napari_unet.core.data.picture import Picture
from napari_unet.core.data.pieces import Piece, piece_at, truth_of
from napari_unet.core.data.record import Part, Region
from napari_unet.core.data.steps import Step
from napari_unet.core.errors import ProjectError
from napari_unet.core.measuring import Measurements, measure
from napari_unet.core.metrics import Changes
from napari_unet.core.metrics.doubts import Doubt
from napari_unet.core.search.report import TrialDone
from napari_unet.core.settings import Kind, PostprocessingSettings, Settings
from napari_unet.core.training.report import CrossValidated, Estimated, Unseen
from napari_unet.session.beside import BesideJobs
from napari_unet.session.events import Events
from napari_unet.session.job import BrokenOff, Curve, Job, ModelRow, PictureRow, Verdict
from napari_unet.session.opened import GROUPS
from napari_unet.session.origins import Given, Origin
from napari_unet.session.tabling import TableRow

Numbers = NDArray[np.integer]


@dataclass
class FakeProject:
    folder: Path
    kind: Kind = "objects"
    class_names: tuple[str, ...] = ("cell",)
    class_colours: tuple[str, ...] = ("#e69f00", "#56b4e9", "#009e73")

    @property
    def noun(self) -> str:
        return "object" if self.kind == "objects" and len(self.class_names) > 1 else self.class_names[0].lower()


class FakeSession(Events):
    """`calls` holds what the window asked for; `strokes` what was painted."""

    def __init__(self) -> None:
        super().__init__()
        self.project: FakeProject | None = None
        self.current: str | None = None
        self.job: Job | None = None
        self.ends = self.unsure = ""
        self.adding: Job | None = None
        self.measuring = self.cleaning = False
        self.settled = True
        self.curve = Curve()
        self.worker_line = "CPU, 2 cores · ready"
        self.read_only = False
        self.models: tuple[ModelRow, ...] = ()
        self.start = "none"
        self.stand_in = ""
        self.live = False
        self.beside = BesideJobs(self.beside_changed)
        self.live_line = ""
        self.getting_ready = False
        self.calls: list[tuple[object, ...]] = []
        self.strokes: list[tuple[str, str, tuple[slice, ...], Numbers]] = []
        self.there: list[Path] = []
        self.exported_to = Path()
        self.verdict: Verdict | None = None
        self.broken_off: BrokenOff | None = None
        self.notices: tuple[str, ...] = ()
        self.estimate: Estimated | None = None
        self.crossed: CrossValidated | None = None
        self.unseen: Unseen | None = None
        self.notes: dict[str, str] = {}
        self.doubts_of: dict[str, tuple[Doubt, ...]] = {}
        self.doubts_wanted = False
        self.thumbnails: dict[str, Numbers] = {}
        self.found: dict[tuple[str, str], list[Step]] = {}
        self.changed: Changes | None = None
        self.preset, self.strength = "usual", "usual"
        self.channels_offered: tuple[str, ...] = ()
        self.part_on_show = ""
        self.uncertainty = False
        self.also: tuple[str, ...] = ()
        self.views: dict[tuple[str, str], Numbers] = {}
        self.spreads: dict[str, NDArray[np.floating]] = {}
        self.wanted: set[str] = set()
        self.tries: tuple[TrialDone, ...] = ()
        self.try_curves: dict[int, list[tuple[float, float]]] = {}
        self.no_space, self.best_found, self.to_go_on = "", False, False
        self._pictures: dict[str, Picture] = {}
        self._annotations: dict[str, Numbers] = {}
        self._labels: dict[str, Numbers] = {}
        self._probability: dict[str, NDArray[np.floating]] = {}
        self._complete: set[str] = set()
        self._complete_planes: set[tuple[str, int]] = set()
        self._settings: dict[str, Settings] = {group: kind() for group, kind in GROUPS.items()}

    def leaving(self) -> str:
        self.needed.emit()
        return self.ends

    @property
    def object_classes(self) -> tuple[str, ...]:
        project = self.project
        return project.class_names if project and project.kind == "objects" and len(project.class_names) > 1 else ()

    @property
    def hand_class(self) -> int:
        return 1 if self.object_classes else 0

    def take_class(self, number: int) -> None:
        self.calls.append(("take_class", number))

    def classes(self, name: str, layer: str) -> dict[int, int]:
        return {}

    def class_counts(self, name: str, layer: str) -> dict[str, int]:
        return {}

    def classify(self, name: str, layer: str, changes: dict[int, int], goes_on: bool = False) -> bool:
        self.calls.append(("classify", name, layer, dict(changes)))
        return True

    def recovered(self, name: str, layer: str) -> list[Step]:
        return self.found.pop((name, layer), [])

    def class_along(self, place: tuple[int, ...], number: int) -> dict[int, int]:
        return {}

    def carried(self, done: object) -> dict[int, int]:
        return {}

    @property
    def pictures(self) -> tuple[PictureRow, ...]:
        return tuple(self._row(name) for name in self._pictures)

    @property
    def table(self) -> tuple[TableRow, ...]:
        scores = {} if self.unseen is None else self.unseen.per_picture
        return tuple(
            TableRow(
                row,
                float(row.state == "complete"),
                "training",
                scores.get(row.name),
                "",
                self.notes.get(row.name, ""),
                self.doubts_of.get(row.name),
            )
            for row in self.pictures
        )

    def set_all_complete(self, names: Sequence[str]) -> None:
        self.calls.append(("set_all_complete", *names))

    def keep_all_for_measuring(self, names: Sequence[str], keep: bool) -> None:
        self.calls.append(("keep_all_for_measuring", keep, *names))

    def set_aside(self, names: Sequence[str], aside: str) -> None:
        self.calls.append(("set_aside", aside, *names))

    def set_note(self, names: Sequence[str], note: str) -> None:
        self.notes |= dict.fromkeys(names, note)
        self.pictures_changed.emit()

    def thumbnail(self, name: str) -> Numbers | None:
        return self.thumbnails.get(name)

    def want_doubts(self, wanted: bool) -> None:
        self.doubts_wanted = wanted

    def clear_doubts(self, names: Sequence[str]) -> None:
        self.calls.append(("clear_doubts", *names))

    def remove_all(self, names: Sequence[str]) -> None:
        self.calls.append(("remove_all", *names))

    @property
    def active_model(self) -> ModelRow | None:
        return next((one for one in self.models if one.active), None)

    def start_words(self, key: str) -> str:
        return key

    @property
    def starts(self) -> tuple[tuple[str, str], ...]:
        return (("none", "Nothing"), *((one.name, one.name) for one in self.models))

    def new_project(self, folder: Path, kind: Kind, class_names: tuple[str, ...]) -> None:
        self.calls.append(("new_project", folder, kind, class_names))
        self.project = FakeProject(Path(folder), kind, class_names)
        self.project_changed.emit()

    def leave_project(self) -> None:
        self.project = self.current = None
        self._pictures.clear()
        self.current_changed.emit()

    def open_project(self, folder: Path) -> None:
        if not Path(folder).exists():
            self.failed.emit("project", ProjectError(f"{folder} is not a project."))
            return
        self.new_project(folder, "objects", ("cell",))

    def add_picture(self, picture: Picture, mask: Numbers | None, mask_source: str = "") -> None:
        self.calls.append(("add_picture", picture.name, mask is not None))
        self._pictures[picture.name] = picture
        empty = np.zeros(picture.spatial_shape, np.uint16)
        self._annotations[picture.name] = empty if mask is None else from_mask(mask)
        if mask is not None:
            self._complete.add(picture.name)
        self.pictures_changed.emit()
        if self.current is None:
            self.select(picture.name)

    def add_files(self, paths: Iterable[Path]) -> None:
        self.calls.append(("add_files", *paths))

    def look_into(self, paths: Sequence[Path]) -> None:
        self.calls.append(("look_into", *paths))

    def find_pairs(self, folder: Path) -> list[object]:
        self.calls.append(("find_pairs", folder))
        return []

    def add_pairs(self, pairs: Iterable[object]) -> None:
        self.calls.append(("add_pairs", *pairs))

    def select(self, name: str) -> None:
        self.current = name
        self.current_changed.emit()

    def remove(self, name: str) -> None:
        self.calls.append(("remove", name))

    def picture(self, name: str) -> Picture:
        return self._pictures[name]

    def annotation(self, name: str) -> Numbers:
        return self._annotations[name]

    def complete_plane(self, name: str, plane: int) -> bool:
        return (name, plane) in self._complete_planes

    def set_complete_plane(self, name: str, plane: int, complete: bool) -> None:
        (self._complete_planes.add if complete else self._complete_planes.discard)((name, plane))

    def complete(self, name: str) -> bool:
        return name in self._complete

    def labels(self, name: str) -> Numbers | None:
        return self._labels.get(name)

    def locked(self, name: str) -> frozenset[int]:
        return frozenset()

    def changes(self, name: str) -> Changes | None:
        return self.changed

    def probability(self, name: str) -> NDArray[np.floating] | None:
        return self._probability.get(name)

    def give_labels(self, name: str, labels: Numbers) -> None:
        self._labels[name] = labels
        self.labels_changed.emit(name)

    def give_probability(self, name: str, probability: NDArray[np.floating]) -> None:
        self._probability[name] = probability
        self.probability_changed.emit(name)
        self.pictures_changed.emit()

    def give_annotation(self, name: str, annotation: Numbers) -> None:
        self._annotations[name] = annotation
        self.annotation_changed.emit(name)

    def give_job(self, job: Job | None) -> None:
        self.job = job
        self.job_changed.emit()

    def give_adding(self, job: Job | None) -> None:
        self.adding = job
        self.adding_changed.emit()

    def give_model(self, name: str, line: str) -> None:
        older = tuple(replace(one, active=False) for one in self.models)
        self.models = (ModelRow(name, Path(name), name, line, True), *older)
        self.model_changed.emit()

    def before_correcting(self, name: str, labels: Numbers) -> None:
        pass

    def painted(self, name: str, layer: str, box: tuple[slice, ...], values: Numbers, goes_on: bool) -> None:
        self.strokes.append((name, layer, box, values))

    completed = ""
    picture_folder = Path("pictures")

    def uncomplete(self) -> None:
        self.calls.append(("uncomplete",))

    def set_complete(self, name: str, complete: bool) -> None:
        self.calls.append(("set_complete", name, complete))
        (self._complete.add if complete else self._complete.discard)(name)
        self.pictures_changed.emit()

    def settings(self, group: str) -> Settings:
        return self._settings[group]

    def set_settings(self, group: str, settings: Settings) -> None:
        self._settings[group] = settings
        self.settings_changed.emit(group)

    @property
    def threshold(self) -> float:
        settings = self._settings["postprocessing"]
        assert isinstance(settings, PostprocessingSettings)
        return settings.threshold

    origins: tuple[Origin, ...] = ()

    def take_back_from(self, model: str) -> None:
        self.calls.append(("take_back_from", model))

    def take_back_given(self, given: Sequence[Given]) -> None:
        self.calls.append(("take_back_given", *(one.region.id for one in given)))

    def show_only(self, regions: set[str] | None) -> None:
        self.calls.append(("show_only", regions))

    def fit_clean_up(self) -> None:
        self.calls.append(("fit_clean_up",))

    def look_at(self, part: tuple[int, ...]) -> None:
        self.part = part

    def set_live(self, on: bool) -> None:
        self.calls.append(("set_live", on))
        self.live, self.live_line = on, "Live · starts from nothing · 3 strokes" if on else ""
        self.live_changed.emit()

    def compare_starts(self) -> None:
        self.calls.append(("compare_starts",))

    def where_next(self) -> None:
        self.calls.append(("where_next",))

    def further_places(self, _place: object) -> tuple[tuple[int, int], ...]:
        return ((5, 6), (7, 8))

    def set_measuring(self, on: bool) -> None:
        self.measuring = on
        if on:
            self.measured.emit(self.current or "")

    def measurements(self, name: str) -> Measurements | None:
        labels = self._labels.get(name) if self.measuring else None
        return None if labels is None else measure(labels, self._pictures[name])

    def set_start(self, key: str) -> None:
        self.start = key

    def train(self) -> None:
        self.calls.append(("train",))

    def stop(self) -> None:
        self.calls.append(("stop",))

    def stop_adding(self) -> None:
        self.calls.append(("stop_adding",))

    def segment(self, names: Sequence[str] | None) -> None:
        self.calls.append(("segment", names))

    def accept(self, name: str, box: tuple[slice, ...] | None, part: Part = "rectangle") -> None:
        self.calls.append(("accept", name, box) if box is None else ("accept", name, box, part))

    def expect_piece(self, place: tuple[int, ...], right: bool) -> tuple[Piece, int, Region] | None:
        assert self.project is not None
        assert self.current is not None
        annotation, kind = self._annotations[self.current], self.project.kind
        piece = piece_at(self._labels[self.current], place, kind)
        number = None if piece is None else truth_of(piece, annotation, kind) if right else 1
        if piece is None or number is None:
            return None
        region = Region(
            ((0, 1), (0, 1)), "accepted" if right else "rejected", part="object", id=f"piece {len(self.calls)}"
        )
        self.calls.append(("expect_piece", place, right))
        return piece, number, region

    def set_origin(self, name: str, region: Region, there: bool) -> None:
        self.calls.append(("set_origin", name, region.how, there))

    def take_back(self) -> None:
        self.calls.append(("take_back",))

    def discard_corrections(self) -> None:
        self.calls.append(("discard_corrections",))

    def activate(self, name: str) -> None:
        self.calls.append(("activate", name))

    def take_anyway(self) -> None:
        self.calls.append(("take_anyway",))

    def go_back(self) -> None:
        self.calls.append(("go_back",))

    def put_verdict_away(self) -> None:
        self.calls.append(("put_verdict_away",))

    def resume(self) -> None:
        self.calls.append(("resume",))

    def put_offer_away(self) -> None:
        self.calls.append(("put_offer_away",))

    def put_crossed_away(self) -> None:
        self.calls.append(("put_crossed_away",))

    def take_preset(self, name: str) -> None:
        self.calls.append(("take_preset", name))

    def take_strength(self, name: str) -> None:
        self.calls.append(("take_strength", name))

    def make_examples(self) -> None:
        self.calls.append(("make_examples",))

    def cross_validate(self, folds: int) -> None:
        self.calls.append(("cross_validate", folds))

    def why_no_space(self, space: Sequence[str], settings: Settings) -> str:
        return self.no_space

    def search(self, space: Sequence[str]) -> None:
        self.calls.append(("search", tuple(space)))

    def search_on(self) -> None:
        self.calls.append(("search_on",))

    def use_best(self) -> None:
        self.calls.append(("use_best",))

    def can_search_on(self) -> bool:
        return self.to_go_on

    def can_use_best(self) -> bool:
        return self.best_found

    def explanation(self, name: str) -> str:
        return f"# {name}"

    def share_model(self, name: str, file: Path, settings: Settings, authors: Sequence[str]) -> None:
        self.calls.append(("share_model", name, file, settings, tuple(authors)))

    def ask_also(self, names: Sequence[str]) -> None:
        self.also = tuple(names)
        self.model_changed.emit()

    def wants(self, view: str) -> bool:
        return view in self.wanted

    def want(self, view: str, wanted: bool) -> None:
        (self.wanted.add if wanted else self.wanted.discard)(view)
        self.view_changed.emit(view)

    def view(self, view: str, name: str) -> Numbers | None:
        return self.views.get((view, name)) if view in self.wanted else None

    def spread(self, name: str) -> NDArray[np.floating] | None:
        return self.spreads.get(name)

    def can_compare(self) -> bool:
        return self.current is not None and self.current in self._complete and self.current in self._labels

    def would_overwrite(self, names: Sequence[str] | None, folder: Path) -> list[Path]:
        return self.there

    def set_would_overwrite(self, folder: Path) -> list[Path]:
        return self.there

    def about(self, name: str) -> str:
        return "40 x 60 pixels of 0.5 µm"

    def other_planes(self, name: str) -> str:
        return "time points" if self._pictures[name].is_stack else ""

    def take_other_planes(self, name: str) -> None:
        self.calls.append(("take_other_planes", name))

    def export_set(self, folder: Path, overwrite: bool) -> None:
        self.calls.append(("export_set", folder, overwrite))

    def write_back(self, mask: Path) -> None:
        self.calls.append(("write_back", mask))

    def export(self, names: Sequence[str] | None, folder: Path, overwrite: bool) -> None:
        self.calls.append(("export", names, folder, overwrite))

    def start_worker(self) -> None:
        self.calls.append(("start_worker",))

    def poll(self) -> None:
        pass

    def close(self) -> None:
        self.calls.append(("close",))

    def _row(self, name: str) -> PictureRow:
        annotation = self._annotations[name]
        objects = int(np.count_nonzero(np.bincount(annotation.ravel())[2:]))
        state = "complete" if name in self._complete else "strokes" if annotation.any() else "unlabelled"
        return PictureRow(name, state, name in self._probability, objects, False)  # type: ignore[arg-type]
