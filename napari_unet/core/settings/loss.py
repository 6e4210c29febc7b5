"""Settings of the loss: what counts as a mistake, and how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from napari_unet.core.settings.option import Settings, option


def _weight(default: float, label: str, help: str, applies_to: str = "") -> Any:  # noqa: A002
    """The weight of one term; 0 leaves it out."""
    return option(default, label, help, minimum=0.0, maximum=100.0, step=0.1, advanced=True, applies_to=applies_to)


def _trust(label: str, help: str) -> Any:  # noqa: A002
    """How much pixels of one origin count; 1 is fully."""
    return option(1.0, label, help, minimum=0.01, maximum=1.0, step=0.01, advanced=True)


@dataclass(frozen=True)
class LossSettings(Settings):
    """Weights of the terms that are added up; 0 leaves a term out. Unlabelled pixels never count in any."""

    cross_entropy: float = _weight(1.0, "Cross-entropy", "Weight of how wrong each pixel is. 0 is off.")
    soft_dice: float = _weight(
        1.0, "Dice", "Weight of how wrong each shape is as a whole; helps where little is to be found."
    )
    tversky: float = _weight(0.0, "Tversky", "As Dice, but misses and false alarms may weigh differently. 0 is off.")
    focal: float = _weight(0.0, "Focal", "As cross-entropy, but what is easy counts little. 0 is off.")
    boundary: float = _weight(0.0, "Boundary", "Mistakes count by their distance from the true outline. 0 is off.")
    border: float = _weight(1.0, "Borders", "Weight of the lines between touching cells. 0 is off.", "objects")
    distance: float = _weight(
        4.0, "Depth inside cells", "Weight of how deep inside a cell a pixel lies. 0 is off.", "objects"
    )
    border_weight: float = option(
        4.0,
        "Weight between cells",
        "Pixels between neighbouring cells count as much as this many others. 1 is off.",
        minimum=1.0,
        maximum=50.0,
        step=0.5,
        advanced=True,
        applies_to="objects",
    )
    border_map: str = option(
        "near",
        "Weight falls off",
        "Near: the same all through a narrow gap. Unet: the original map, falling with the distance to two cells.",
        choices=("near", "unet"),
        advanced=True,
        applies_to="objects",
    )
    balance: float = option(
        0.0,
        "Class balance",
        "How far rare classes are weighted up: 0 not at all, 1 until each class counts the same.",
        minimum=0.0,
        maximum=1.0,
        step=0.1,
        advanced=True,
    )
    misses: float = option(
        0.7,
        "Misses (Tversky)",
        "Weight of misses against false alarms in the Tversky term; 0.5 is Dice.",
        minimum=0.05,
        maximum=0.95,
        step=0.05,
        advanced=True,
    )
    focus: float = option(
        2.0,
        "Focus (focal)",
        "How little the focal term cares for what is easy.",
        minimum=0.0,
        maximum=10.0,
        step=0.5,
        advanced=True,
    )
    trust_hand: float = _trust("By hand counts", "How much pixels count that a person painted or brought along.")
    trust_corrected: float = _trust("Corrected counts", "How much labels count that were corrected, then accepted.")
    trust_accepted: float = _trust(
        "Accepted counts", "How much labels of a model count that were accepted as they were."
    )

    @property
    def weighs_origins(self) -> bool:
        """Whether pixels count differently by where they came from."""
        return any(trust != 1 for trust in (self.trust_hand, self.trust_corrected, self.trust_accepted))
