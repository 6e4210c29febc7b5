"""The U-Net that learns in the background, while a person paints or waits.

It begins as the network of a start with a new answer on top (or, from nothing, with weights by chance), and
learns from all strokes, and, weighted down, from the instant answer between them. It sees pictures alone, never a
stroke: so what it says about a stroke before it learns from it is a fair test, and it speaks of other pictures, too.

Learning on with the instant answer as a weak teacher keeps it from forgetting what strokes do not speak of, which is
what makes plain training on a few strokes worse than none (distillation: Hinton et al. 2015,
https://arxiv.org/abs/1503.02531).
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

from napari_unet.core.inference.device import place
from napari_unet.core.inference.once import turned, turned_back
from napari_unet.core.model.shipped import USUAL
from napari_unet.core.model.unet import UNet
from napari_unet.core.stopping import Stop
from napari_unet.core.strokes.looking import Looker, Planes, look
from napari_unet.core.strokes.material import Material, draw
from napari_unet.core.strokes.seen import COLOURS, Seen
from napari_unet.core.strokes.sights import eyes, said
from napari_unet.core.strokes.windows import Window
from napari_unet.core.training.average import Average
from napari_unet.core.training.precision import computing, learning_precision

BODY, HEAD = 3e-4, 3e-3
"""Learning rates: what was learned from thousands of pictures changes slowly, the new answer soon."""

NEW = 1e-3
"""The learning rate of weights that begin by chance."""

WARM = 10
"""The rate rises over so many steps."""

SEED = 0

CLIP, DECAY, AVERAGING = 1.0, 0.01, 0.95

TURNS, LOOKED = (4, 2, 1), 2_100_000
"""It looks at a picture in so many turns (see `turned`) as make no more than so many pixels, and says the mean: it
learned from patches in all of them. At a larger picture it looks once, or strokes would wait for it.
"""


class Mind(UNet):
    """A U-Net whose answer is mixed from its last channels and what the network it began as would answer."""

    def __init__(self, body: UNet, classes: int) -> None:
        super().__init__(COLOURS, body.outputs, body.settings)
        self.mixing = nn.Conv2d(self.widths[0] + body.outputs, classes, 1)
        nn.init.normal_(self.mixing.weight, std=0.05)

    def forward(self, picture: Tensor) -> Tensor:
        """Logits of the classes, (B, K, Y, X)."""
        logits: Tensor = self.mixing(said(self, picture))
        return logits


class Thinker:
    """Learns for as long as it is let.

    Parameters
    ----------
    classes : K, background among them.
    start : the model that came with the package as which it begins; None: by chance.
    on : where to compute; see the setting `device`.
    """

    def __init__(self, classes: int, start: str | None, on: str) -> None:
        body, self._device = eyes(on, start or USUAL)
        self.classes, self.start, self.steps = classes, start, 0
        self._precision = learning_precision(self._device.type, "auto")
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(SEED)
            self._network = Mind(body, classes)
        if start:
            self._network.load_state_dict(body.state_dict(), strict=False)
        place(self._network, self._device)
        self._average = Average(self._network, AVERAGING)
        self._optimiser = torch.optim.AdamW(self._groups(), weight_decay=DECAY)
        self._random, self._light = np.random.default_rng(SEED), torch.Generator().manual_seed(SEED)

    def think(self, materials: Sequence[Material], end: float, stop: Stop) -> bool:
        """Learn from these pictures until `end` (of `time.monotonic`); whether that was reached without a stop."""
        self._network.train(self.start is None)  # what its layers know of many pictures, four patches do not
        while not stop():
            self._step(*draw(materials, self._random, self._light))
            if time.monotonic() >= end:
                return True
        return False

    def say(self, seen: Seen, window: Window) -> Planes:
        """How probable each class is in a window of a picture, (K, y, x)."""
        network = self._average.network
        turns = next((turns for turns in TURNS if turns * math.prod(seen.shape) <= LOOKED), 1)
        answer = partial(self._answer, turns=turns)
        looker = Looker(answer, self.classes, network.context, network.stride, self._device)
        return look(looker, seen.shown, window, seen.shape)

    def _answer(self, picture: Tensor, turns: int) -> Tensor:
        network = self._average.network
        with computing(self._device, self._precision):
            views = [turned_back(network(turned(picture, turn)), turn).float() for turn in range(turns)]
        return torch.softmax(torch.stack(views).mean(0), 1)

    def _step(self, pictures: Tensor, targets: Tensor, weights: Tensor) -> None:
        shown = pictures.to(self._device).contiguous(memory_format=torch.channels_last)
        with computing(self._device, self._precision):
            logits = self._network(shown)
        told = torch.log_softmax(logits.float(), 1)
        losses = -(targets.to(self._device) * told).sum(1)
        weights = weights.to(self._device)
        loss = (losses * weights).sum() / weights.sum()
        self._optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(self._network.parameters(), CLIP)
        self.steps += 1
        for group in self._optimiser.param_groups:
            group["lr"] = group["highest"] * min(1.0, self.steps / WARM)
        self._optimiser.step()
        self._average.follow(self._network)

    def _groups(self) -> list[dict[str, object]]:
        top = list(self._network.mixing.parameters())
        tops = {id(value) for value in top}
        body = [value for value in self._network.parameters() if id(value) not in tops]
        rates = (BODY, HEAD) if self.start else (NEW, NEW)
        return [{"params": part, "highest": rate} for part, rate in zip((body, top), rates, strict=True)]
