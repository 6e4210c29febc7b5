from __future__ import annotations

from pathlib import Path

import torch

from benchmarks.starting_models.__main__ import main
from benchmarks.starting_models.steering.teaching import blank_card
from napari_unet.core.model.checkpoint import Model, load_model, new_network, save_model


def test_half_way_lies_between(tmp_path: Path) -> None:
    for number, name in enumerate(("one", "other")):
        torch.manual_seed(number)
        save_model(Model(card := blank_card(name, "none"), new_network(card)), tmp_path / name)
    words = [str(tmp_path / "one"), str(tmp_path / "other"), "--share", "0.25", "--to", str(tmp_path / "mixed")]
    assert main(["mix", *words]) == 0
    one, other, mixed = (load_model(tmp_path / name).network.state_dict() for name in ("one", "other", "mixed"))
    for name, value in mixed.items():
        if value.is_floating_point():
            torch.testing.assert_close(value, 0.75 * one[name] + 0.25 * other[name])
