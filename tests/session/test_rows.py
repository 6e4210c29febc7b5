"""What a line about a model says of how good it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from napari_unet.core.model.card import ModelCard
from napari_unet.core.settings import Plan, PostprocessingSettings
from napari_unet.session.rows import score_line


@pytest.mark.parametrize(
    ("validation", "scores", "said"),
    [
        pytest.param((), {}, "not measured: no validation pictures", id="nothing to measure on"),
        pytest.param(("a", "b"), {}, "stopped before it was measured", id="stopped in the first epoch"),
        pytest.param(("a",), {"dice": 0.912, "ap50": 0.8}, "Dice 0.91, AP 0.80 on 1 picture", id="measured"),
    ],
)
def test_why_there_is_no_score_is_said(validation: tuple[str, ...], scores: dict[str, float], said: str) -> None:
    card = ModelCard("mine", "objects", ("cell",), 1, False, Plan(), PostprocessingSettings(), ("cell",))
    assert score_line(replace(card, validation=validation, scores=scores)) == said
