"""What each starting model learns from, and how: materials, settings, the name of an object."""

from __future__ import annotations

from dataclasses import dataclass, replace

from napari_unet.core.settings import AugmentationSettings, Kind, Plan, TrainingSettings
from napari_unet.core.settings.training import MOST_EPOCHS

STEPS = 250
"""In an epoch: measuring takes as long as fifty of them."""

RATE = TrainingSettings().rate

STRONG = AugmentationSettings(brightness=0.3, contrast=0.3, gamma=0.3, noise=0.1, invert=0.15, eased=0)
"""Pictures by many microscopes differ more than those of one person."""


@dataclass(frozen=True)
class Lot:
    """One starting model: what an object is called, the real sets, how many made-up pictures of which sort, the random
    changes.
    """

    class_name: str
    sets: tuple[str, ...]
    made_up: int
    sort: str
    augmentation: AugmentationSettings = STRONG
    kind: Kind = "objects"
    measuring: int = 0
    """So many more made-up pictures measure, where no real set can."""


STRONGER = AugmentationSettings(
    scale=2.0, brightness=0.4, contrast=0.4, gamma=0.4, blur=1.5, noise=0.15, invert=0.3, eased=0
)
"""Cells are of every size and seen by every microscope."""

LOTS = {
    "nuclei": Lot("nucleus", ("dsb2018",), 60, "nuclei", STRONG),
    "cells": Lot("cell", ("dsb2018", "phc_t98g", "phc_nist_colony", "em_axon_sem", "nuclei3d"), 500, "cells", STRONGER),
    "membranes": Lot("membrane", (), 900, "membranes", STRONGER, "regions", 40),
}


@dataclass(frozen=True)
class Source:
    """Where a set comes from, and under which licence."""

    what: str
    licence: str


SOURCES = {
    "dsb2018": Source("nuclei: Data Science Bowl 2018, stage 1 (BBBC038), masks as corrected by its users", "CC0"),
    "phc_t98g": Source("T98G cells in phase contrast: Usiigaci", "MIT"),
    "phc_nist_colony": Source("cell colonies in phase contrast: NIST", "NIST: use and copy freely, with this notice"),
    "em_axon_sem": Source("axons in scanning electron microscopy of rat spinal cord: AxonDeepSeg", "MIT"),
    "nuclei3d": Source("nuclei in 3-D: QCANet and PlantSeg", "MIT"),
}

FORBIDDEN = ("em_membrane_isbi2012", "wbc_smear1")
"""Their licences do not let a model that learned from them be given away."""


def plan(lot: Lot, minutes: float, seed: int, rate: float = RATE) -> Plan:
    """For so long, and with larger patches sooner than usual: there is time."""
    long = TrainingSettings(epochs=MOST_EPOCHS, minutes=minutes, steps=STEPS, seed=seed, rate=rate)
    training = replace(long, batch=6, small_first=0.4, small_steps=0)
    return Plan(training=training, augmentation=lot.augmentation)
