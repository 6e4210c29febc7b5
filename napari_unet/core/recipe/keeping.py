"""Writing the recipe of a model that was just trained."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from napari_unet.core.data.pictures import PICTURES
from napari_unet.core.data.project_set import ProjectSet
from napari_unet.core.data.sample import Sample
from napari_unet.core.errors import ModelError
from napari_unet.core.explaining import read_curve
from napari_unet.core.model.card import RESUME, ModelCard
from napari_unet.core.model.header import read_card, read_values
from napari_unet.core.model.shipped import shipped, shipped_model
from napari_unet.core.recipe.hashing import mask_hash, weights_hash
from napari_unet.core.recipe.materials import Material, of_project
from napari_unet.core.recipe.places import place_of
from napari_unet.core.recipe.recipe import Recipe
from napari_unet.core.settings import Plan
from napari_unet.core.training.report import Finished
from napari_unet.core.training.task import TrainingTask

PROOFS = 4
"""So many pictures are segmented for their masks' hashes: enough to see that a repetition is the same."""


def keep_recipe(
    task: TrainingTask, finished: Finished, samples: Sequence[Sample], materials: Sequence[Material]
) -> Path:
    """Write the recipe of a training that was just finished in this process, with the hashes of some masks.

    Raises what predicting raises, and StorageError.
    """
    from napari_unet.core.model import load_model  # only here is torch needed
    from napari_unet.core.recipe.repeating import segmented

    card, model = read_card(task.out), load_model(task.out)
    proofs = [sample for sample in samples if sample.name in card.validation][:PROOFS] or list(samples)[:1]
    masks = {sample.name: mask_hash(segmented(model, sample)) for sample in proofs}
    start = (task.start, weights_hash(task.start)) if task.start else None
    recipe = _recipe(card, task.out, materials, start)
    outcome = replace(recipe, epochs=finished.epochs, stopped=finished.stopped, masks=masks, plan=_plan_of(task))
    return outcome.write(task.out)


def _plan_of(task: TrainingTask) -> Plan:
    """By which it learned: what was gone on with keeps settings that the task does not say."""
    values = read_values(task.out / RESUME) if task.resume else {}
    return Plan.from_json(values["asked"]["plan"]) if values else task.plan


def keep_project_recipe(project: Path, model: Path) -> Path:
    """Write the recipe of a model that was trained in a project's folder, with a copy of what was painted.

    Needs no torch. What was painted while it learned makes a repetition differ; those pictures are named in `changed`.

    Raises
    ------
    ModelError : there is no model.
    PictureError, MaskError : a picture or its annotation is damaged.
    StorageError : the recipe cannot be written.
    """
    card = read_card(model)
    pictures = ProjectSet(project, origins=card.plan.loss.weighs_origins)
    samples = [sample for sample in pictures.samples() if sample.name in card.data]
    materials = of_project(samples, project / PICTURES, model)
    recipe = _recipe(card, model, materials, _start(card, [*model.parent.iterdir(), *map(shipped_model, shipped())]))
    values = read_values(model / RESUME)
    # Only a training that was asked to stop leaves a state that has not ended.
    stopped = (values["ended"] or "asked") if values else recipe.stopped
    changed = [one.name for one in materials if one.pixels != card.data[one.name]]
    # A recipe holds what was painted, not by whom: where that made some of it count less, a repetition differs.
    changed += [one.name for one in samples if one.origins is not None and one.name not in changed]
    removed = set(card.data) - {sample.name for sample in samples}
    return replace(recipe, stopped=stopped, changed=(*changed, *sorted(removed))).write(model)


def _start(card: ModelCard, folders: Iterable[Path]) -> tuple[Path, str] | None:
    """The model that another one went on from, among those beside it and those that came along."""
    for folder in folders:
        try:
            if card.start != "none" and read_card(folder).name == card.start:
                return folder, weights_hash(folder)
        except ModelError:
            continue
    return None


def _recipe(card: ModelCard, folder: Path, materials: Sequence[Material], start: tuple[Path, str] | None) -> Recipe:
    curve = read_curve(folder)
    threads = card.machine.get("threads", "")
    return Recipe(
        name=card.name,
        kind=card.kind,
        class_names=card.class_names,
        plan=card.plan,
        materials=tuple(materials),
        weights=weights_hash(folder),
        epochs=curve[-1].epoch if curve else card.epochs_done,
        postprocessing=card.postprocessing.to_json(),
        start=place_of(start[0], folder) if start else "",
        start_weights=start[1] if start else "",
        threads=int(threads) if threads.isdigit() else 0,
        device=card.device,
        precision=card.precision,
        versions=card.versions,
    )
