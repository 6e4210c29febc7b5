"""What a training leaves in the model's folder: the best model, copies on the way, and a line for each epoch."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from napari_unet.core.data.atomic import atomic_path, storage_errors
from napari_unet.core.data.json_file import parse_json
from napari_unet.core.fitting import merit
from napari_unet.core.model.card import METRICS, RESUME, ModelCard
from napari_unet.core.model.checkpoint import Model, load_model, save_model, save_weights
from napari_unet.core.training.report import EpochDone
from napari_unet.core.training.whereabouts import Whereabouts


@dataclass
class Best:
    """The best model so far."""

    epoch: int = 0
    merit: float = -math.inf
    scores: dict[str, float] = field(default_factory=dict)
    rose: int = 0
    """The epoch in which the score last rose. Of equal scores, the later model is the better one, but no progress."""
    step: int = 0


class Keeping:
    """The model's folder, while it is being learned.

    Parameters
    ----------
    out : the folder.
    dated : completes a card with how far learning has come, and with what `best` says.
    """

    def __init__(self, out: Path, dated: Callable[[ModelCard], ModelCard]) -> None:
        self.out, self._dated, self.best = out, dated, Best()
        self.check = Whereabouts(out).check

    @property
    def has_model(self) -> bool:
        """Whether a model is in the folder."""
        return self.best.epoch > 0

    def is_best(self, scores: dict[str, float]) -> bool:
        """Whether a model with these scores is the best. Of equal ones, the later."""
        return merit(scores) >= self.best.merit

    def keep(self, model: Model, scores: dict[str, float], epoch: int, step: int) -> None:
        """Keep the model as the best."""
        self.check()
        reached = merit(scores) if scores else self.best.merit
        rose = epoch if reached > self.best.merit else self.best.rose
        self.best = Best(epoch, reached, scores, rose, step)
        save_model(Model(self._dated(model.card), model.network), self.out)

    def expect(self, glance: Best) -> None:
        """Of epochs to come, expect what was reached at a glance: with its clean-up the best has a head start."""
        self.best = dataclasses.replace(self.best, merit=glance.merit, rose=glance.rose)

    def model(self) -> Model:
        """The best model. Raises StorageError when its folder is not there any more."""
        self.check()
        return load_model(self.out)

    def copy(self, model: Model, epoch: int) -> None:
        """Keep one more copy, of this epoch."""
        self.check()
        save_weights(model.network.state_dict(), self._dated(model.card), self.out / checkpoint_name(epoch))

    def seal(self, complete: Callable[[ModelCard], ModelCard]) -> None:
        """Write into the best model's card what is only known in the end."""
        model = self.model()
        card = complete(model.card)
        if card != model.card:
            save_model(Model(card, model.network), self.out)

    def clear(self) -> None:
        """Before the first step: what another training left here is not gone on with."""
        with storage_errors(self.out):
            (self.out / RESUME).unlink(missing_ok=True)
            (self.out / METRICS).unlink(missing_ok=True)

    def write_down(self, report: EpochDone, step: int, seconds: float) -> None:
        """One line an epoch in metrics.jsonl."""
        self.check()
        file = self.out / METRICS
        line = {"seconds": round(seconds, 1), "step": step, **dataclasses.asdict(report)}
        with storage_errors(file), file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")

    def lines(self, until: int) -> list[dict[str, Any]]:
        """The lines of the epochs until this one; later ones, of a training that was broken off, are dropped."""
        file = self.out / METRICS
        if not file.exists():
            return []
        lines = [line for line in map(_parsed, file.read_text(encoding="utf-8").splitlines()) if line]
        kept = [line for line in lines if line["epoch"] <= until]
        with atomic_path(file) as temporary:
            temporary.write_text("".join(json.dumps(line) + "\n" for line in kept), encoding="utf-8")
        return kept

    def state(self) -> dict[str, Any]:
        """The best so far, as JSON values."""
        values = dataclasses.asdict(self.best)
        return values | {"merit": None if math.isinf(self.best.merit) else self.best.merit}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self.best = Best(**state | {"merit": -math.inf if state["merit"] is None else state["merit"]})


def checkpoint_name(epoch: int) -> str:
    """Of the copy of an epoch."""
    return f"epoch-{epoch:04d}.safetensors"


def _parsed(line: str) -> dict[str, Any]:
    try:
        return dict(parse_json(line))
    except (ValueError, TypeError):  # the last line of a training that was killed
        return {}
