"""`napari-unet crossvalidate`: judge a plan on every picture, each by a model that has not learned from it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping

from napari_unet.cli.progress import Progress
from napari_unet.cli.samples import class_names, read_samples
from napari_unet.cli.train import INTERRUPTED, plan_of, refuse_overwriting
from napari_unet.core.data.atomic import write_json
from napari_unet.core.explaining.wording import LABELS, measures, spread_of
from napari_unet.core.training.report import CrossValidated


def run(arguments: Namespace) -> int:
    """Train one model per fold; print the scores of every picture and their mean."""
    plan = plan_of(arguments)
    refuse_overwriting(arguments.out / "fold-1", arguments.overwrite)
    with Progress() as progress:
        samples, _ = read_samples(arguments.pictures, arguments.masks, arguments.kind, progress, arguments.axes)
        names = class_names(arguments.kind, arguments.classes, samples)
        from napari_unet.cli.cores import use_every_core
        from napari_unet.cli.interrupt import asked_to_stop
        from napari_unet.cli.learning import tell
        from napari_unet.core.data.sample import FixedSet
        from napari_unet.core.training import TrainingTask
        from napari_unet.core.training.judging.crossing import cross_validate

        use_every_core()
        outcome = None
        with asked_to_stop() as stop:
            home = arguments.out
            task = TrainingTask(home.resolve().name, arguments.kind, names, plan, None, home, stop)
            for report in cross_validate(FixedSet(tuple(samples)), task, arguments.folds):
                tell(report, progress)
                outcome = report if isinstance(report, CrossValidated) else outcome
    if outcome is None:
        return INTERRUPTED
    print(table(outcome.per_picture, outcome.scores))
    if arguments.json is not None:
        write_json(arguments.json, {"summary": outcome.scores, "pictures": outcome.per_picture})
    return 0


def table(pictures: Mapping[str, dict[str, float]], scores: dict[str, float]) -> str:
    """A line per picture, and the mean with its spread."""
    names = measures(scores)
    rows = [["", *(LABELS.get(name, name) for name in names)]]
    rows += [
        [picture, *(f"{own[name]:.3f}" if name in own else "" for name in names)] for picture, own in pictures.items()
    ]
    rows.append([f"all pictures ({len(pictures)})", *(spread_of(scores, name) for name in names)])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    ]
    lines.insert(-1, "-" * len(lines[0]))
    return "\n".join(lines)
