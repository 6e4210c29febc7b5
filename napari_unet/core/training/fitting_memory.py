"""When memory runs out: first fewer patches at once, then smaller ones. Never more, and never in silence."""

from __future__ import annotations

from dataclasses import dataclass

from napari_unet.core.errors import TrainingError
from napari_unet.core.inference.device import is_out_of_memory
from napari_unet.core.settings import TrainingSettings
from napari_unet.core.training.report import Noticed

VEILED = ("could not create a primitive", "could not execute a primitive", "could not create a memory", "bad_alloc")
"""How oneDNN, which computes on processors, says that memory ran out; seen under a limit of 60 MiB."""


def ran_out(error: Exception) -> bool:
    """Whether a learning step failed for want of memory."""
    return is_out_of_memory(error) or any(words in str(error) for words in VEILED)


NARROWEST = 96
"""In pixels: no narrower patches are begun with."""


@dataclass(frozen=True)
class Size:
    """What is learned at once: so many patches of this side in pixels."""

    batch: int
    patch: int

    @property
    def area(self) -> int:
        """Pixels."""
        return self.batch * self.patch**2

    def first(self, stride: int) -> int:
        """The side of patches to begin with: half, unless that shows too little of a cell's surroundings.

        Small patches first, larger ones later (Tan and Le 2021, https://arxiv.org/abs/2104.00298): in the same time the
        network is corrected four times as often while it knows little, and sees far when it has learned to look.
        """
        side = -(-(self.patch // 2) // stride) * stride
        return side if side >= NARROWEST else self.patch

    def smaller(self, stride: int) -> Size | None:
        """Half the patches; when there is only one, patches of half the side; None when that is as small as can be.

        Sides stay multiples of the network's stride, and twice as large as it at least.
        """
        if self.batch > 1:
            return Size(self.batch // 2, self.patch)
        patch = -(-max(self.patch // 2, 2 * stride, smallest_patch()) // stride) * stride
        return Size(1, patch) if patch < self.patch else None

    def too_large(self, device: str) -> TrainingError:
        """The error when there is nothing smaller to go on with."""
        return TrainingError(
            f"There is not enough memory on the {device}.",
            f"Each step learned from {self.batch} patches of {self.patch} px.",
            "Choose fewer patches per step, a narrower network, or close other programs.",
        )

    def told(self, smaller: Size, device: str) -> Noticed:
        """The sentence on what was changed to what."""
        if smaller.batch < self.batch:
            change = f"{smaller.batch} patches per step instead of {self.batch}"
        else:
            change = f"patches of {smaller.patch} px instead of {self.patch}"
        return Noticed(
            "memory", f"There is not enough memory on the {device}: it goes on with {change}, and so more steps."
        )


def smallest_patch() -> int:
    """The smallest patch that can be set."""
    return next(int(item.minimum or 0) for item in TrainingSettings.options() if item.name == "patch")
