"""What is kept of a clean-up between two positions of a slider changes nothing but the time."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from napari_unet.core.postprocessing import Kept, postprocess
from napari_unet.core.postprocessing.steps import up_to
from napari_unet.core.settings import PostprocessingSettings
from tests.core.postprocessing.test_equals_plain import any_settings, clumps


@pytest.mark.parametrize("planes", [3, 1])
def test_sliders_that_go_to_and_fro_lead_to_the_labels_of_their_settings(planes: int) -> None:
    rng, kept = np.random.default_rng(planes), Kept()
    probability = clumps(rng, (120, 140), 40)[:planes]
    settings = PostprocessingSettings()
    for _ in range(40):
        name = str(rng.choice([field.name for field in dataclasses.fields(settings)][:8]))
        settings = dataclasses.replace(settings, **{name: getattr(any_settings(rng), name)})
        labels = postprocess(probability, "objects", settings, kept=kept)
        np.testing.assert_array_equal(labels, postprocess(probability, "objects", settings))
        labels[:] = 0  # whoever is given labels may write on them


def test_a_step_is_done_again_only_when_something_before_it_changes() -> None:
    done: list[str] = []

    def step(name: str, settings: PostprocessingSettings, last: str) -> None:
        kept.do(name, up_to(settings, last), lambda: done.append(name))

    kept, usual = Kept(), PostprocessingSettings()
    for change in ({}, {"smallest": 50}, {"split": 0.5}, {"threshold": 0.3}, {"threshold": 0.3}):
        settings = dataclasses.replace(usual, **change)
        step("parts", settings, "fill_holes")
        step("cells", settings, "split")
    assert done == ["parts", "cells", "cells", "parts", "cells"]
