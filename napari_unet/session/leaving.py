"""What closing the window now would break off or lose, and what of that is kept, as a sentence."""

from __future__ import annotations

from collections.abc import Iterable

from napari_unet.core.data import Project
from napari_unet.core.data.project import MODELS
from napari_unet.core.model.card import WEIGHTS
from napari_unet.session.interrupted import broken_off
from napari_unet.session.job import Job
from napari_unet.session.learning import MODEL

PAINTED = "All that you painted is saved."
LOST = "Closing the window now loses what could not be written."

ENDS = {
    "compare": "Models are being compared, and closing ends that; the models themselves are kept.",
    "cross": "A cross-validation is running, and closing ends it: it has no result before its last fold.",
    "search": "A search for settings is running, and closing ends it. What it tried is kept, and it can go on later.",
    "segment": "Pictures are being segmented, and closing ends it. Those that are done stay so; “All” does the others.",
    "export": "Files are being written, and closing ends it after the one that is written now. Those written stay.",
    "add": "Pictures are being added, and closing ends it. Those that were added stay.",
}
"""By the kind of the job. What a training keeps depends on how far it is."""


def leaving(jobs: Iterable[Job | None], project: Project | None, unwritten: str) -> str:
    """What ends with the window, or is lost; empty where nothing does and all is on the disk.

    Parameters
    ----------
    jobs : what is running.
    unwritten : why not all that was painted could be written, as sentences; empty where all is on the disk.
    """
    ends = [_ends(job, project) for job in jobs if job is not None]
    lost = f"{unwritten} {LOST}" if unwritten else ""
    said = [sentence for sentence in (lost, *ends) if sentence]
    return " ".join([*said, PAINTED] if said and not unwritten else said)


def _ends(job: Job, project: Project | None) -> str:
    return _training(project) if job.kind == "train" else ENDS.get(job.kind, "")


def _training(project: Project | None) -> str:
    begun = "A training is running, and closing ends it."
    kept = None if project is None else broken_off(project)
    if kept is not None:
        return (
            f"{begun} The best model so far is kept, and when you open the project again, "
            f"“Go on with it” takes it up after epoch {kept.epoch} of {kept.epochs}."
        )
    if project is not None and _has_model(project):
        return f"{begun} Its model is kept; only how it stands against earlier ones is not known yet."
    return f"{begun} Its first epoch is not done yet, so nothing of it is kept."


def _has_model(project: Project) -> bool:
    """Whether the training has left a model: it has ended, and what follows is under way."""
    name = str(project.settings(MODEL).get("training", ""))
    return bool(name) and (project.folder / MODELS / name / WEIGHTS).exists()
