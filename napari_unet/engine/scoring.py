"""The score of the active model on what it has not learned from, a picture at a time, behind every other job.

Importing this brings torch: only the worker does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from napari_unet.core.data import ProjectSet, Record
from napari_unet.core.data.project_card import ProjectCard
from napari_unet.core.errors import ModelError, UnetError
from napari_unet.core.inference.interrupting import Stopped
from napari_unet.core.model.card import WEIGHTS, ModelCard
from napari_unet.core.model.checkpoint import Model, load_model
from napari_unet.core.model.classes import classes_of
from napari_unet.core.model.header import read_card
from napari_unet.core.training.judging.honest import MOST, Mark, mark, summed_up
from napari_unet.core.training.judging.unseen import Candidate, Learned, candidates
from napari_unet.engine.messages import Reported, Score
from napari_unet.engine.worker import Wish

KEPT = 2000
"""So many marks are remembered."""

_marks: dict[tuple[object, ...], Mark | None] = {}
"""What is known already: a score is asked for after each change, and one picture has changed."""


def score(command: Score, wish: Wish) -> Iterator[Reported]:
    """Measure the model on each picture that is not known yet; report when all are, unless something else waits."""
    folder, pictures = Path(command.model), ProjectSet(Path(command.project), aside=True)
    records, line = pictures.records(), _line(folder)
    found, own = candidates(records, learned_by(line, records, pictures), [card.name for card in line])
    marks: dict[str, Mark] = {}
    for one in found:
        if len(marks) == MOST:
            break
        if not (one.may_count or one.record.aside) and any("ap50" in known.scores for known in marks.values()):
            continue
        if wish() or wish.others_press():
            return
        try:
            if (known := _mark(command, one, pictures, wish)) is not None:
                marks[one.name] = known
        except Stopped:
            return
    tests = {one.name for one in found if one.record.aside == "test"}
    yield Reported(command.job, summed_up(command.model, line[0], marks, own, tests))


def learned_by(line: Iterable[ModelCard], records: Mapping[str, Record], pictures: ProjectSet) -> Learned:
    """What models have learned from: their cards name pictures, of which some may have been removed since."""
    learned = Learned()
    for card in line:
        contents = {}
        for name in card.data:  # another picture may have taken the name of one that was removed
            known = [records[name]] if name in records else []
            contents[name] = [record.sha256 for record in (*known, *pictures.removed(name))]
        learned.take(card, contents)
    return learned


def _line(folder: Path) -> list[ModelCard]:
    """The cards of a model and of those it went on from, as far as they are still there. Raises ModelError."""
    others = {}
    for path in folder.parent.glob(f"*/{WEIGHTS}"):
        with suppress(ModelError):
            card = read_card(path.parent)
            others[card.name] = card
    line = [read_card(folder)]
    while line[-1].start in others:
        line.append(others.pop(line[-1].start))  # each only once, should names form a ring
    return line


def _mark(command: Score, one: Candidate, pictures: ProjectSet, wish: Wish) -> Mark | None:
    """What the model's answer for one picture is worth; None when there is nothing painted, or it cannot be measured.

    What is asked to stop in the middle is not remembered: raises Stopped.
    """
    weights = Path(command.model) / WEIGHTS
    written = weights.stat().st_mtime_ns
    project = ProjectCard.read(Path(command.project))
    names = project.class_names, len(project.former)
    key = (command.project, str(weights), written, names, one.name, one.part, pictures.signature(one.name))
    if key not in _marks:
        _marks[key] = _measured(command, one, written, project, wish)
        while len(_marks) > KEPT:
            _marks.pop(next(iter(_marks)))
    return _marks[key]


def _measured(command: Score, one: Candidate, written: int, project: ProjectCard, wish: Wish) -> Mark | None:
    def stop() -> bool:
        return wish() or wish.others_press()

    with suppress(UnetError):  # a picture that is damaged or does not fit is told when it is opened
        (whole,) = ProjectSet(Path(command.project), aside=True).changed(one.name) or (None,)
        if whole is not None and (sample := one.sample(whole)) is not None:
            model = _model(Path(command.model), written)
            classes = classes_of(model.card, project.told_apart, project.classes_when(model.card.created))
            if (found := mark(model, classes.as_model_numbers(sample), command.device, stop)) is None:
                raise Stopped
            return found
    return None


@lru_cache(maxsize=1)
def _model(folder: Path, written: int) -> Model:
    """The model, read again only when its file was written again."""
    return load_model(folder)
