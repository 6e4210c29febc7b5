"""A training that began on another computer goes on on a device of this one, and says so."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
import safetensors
import safetensors.torch
import torch

from napari_unet.core.errors import DeviceError
from napari_unet.core.inference.device import NAMES, describe_device, trouble
from napari_unet.core.model import ModelCard, load_model
from napari_unet.core.model.header import KEY, VALUES
from napari_unet.core.settings import Plan, PostprocessingSettings
from napari_unet.core.settings.planning import Said
from napari_unet.core.training import Report, Started
from napari_unet.core.training.elsewhere import moved
from tests.core.training.test_resuming import broken_off, lively, run

MISSING = next(kind for kind in NAMES if trouble(kind) is not None)
"""A kind of device that this computer has not."""

CARD = f"A card of another computer ({MISSING})"
NOBODY = Said(frozenset(), frozenset())


def begun_elsewhere(folder: Path, device: str, precision: str = "float32") -> None:
    """Make what a training left behind one of a computer with that card, asked for by name or found by itself."""
    broken_off(lively(folder, epochs=2), epoch=1)
    with safetensors.safe_open(folder / "last.safetensors", "pt") as stream:
        header = stream.metadata()
        tensors = {name: stream.get_tensor(name) for name in stream.keys()}  # noqa: SIM118 - no dict
    card, values = json.loads(header[KEY]), json.loads(header[VALUES])
    card |= {"device": CARD, "precision": precision}
    for plan in (card["plan"], values["asked"]["plan"]):
        plan["training"] |= {"device": device, "precision": precision}
    header |= {KEY: json.dumps(card), VALUES: json.dumps(values)}
    safetensors.torch.save_file(tensors, folder / "last.safetensors", header)


def gone_on(folder: Path, said: Said | None, **values: object) -> list[Report]:
    task = lively(folder, resume=True, epochs=2, **values)
    plan = task.plan if said is None else Plan().with_values(values)
    return run(dataclasses.replace(task, plan=plan, said=said))


@pytest.mark.parametrize("device", ["auto", MISSING])
@pytest.mark.parametrize("said", [NOBODY, None], ids=["terminal", "window"])
def test_it_goes_on_here_and_says_so(device: str, said: Said | None, tmp_path: Path) -> None:
    begun_elsewhere(tmp_path, device)

    started, *_, finished = gone_on(tmp_path, said, device=device)

    assert isinstance(started, Started)
    assert f"It was learning on {CARD}, and goes on here on {started.device}: " in started.note
    assert "bit for bit" in started.note
    assert (finished.stopped, finished.epochs) == ("done", 2)
    assert load_model(tmp_path).card.device == started.device


def test_a_device_that_is_chosen_now_counts(tmp_path: Path) -> None:
    begun_elsewhere(tmp_path, MISSING)
    started = gone_on(tmp_path, Said(frozenset({"device"}), frozenset()), device="cpu")[0]
    assert started.device == describe_device(torch.device("cpu"))
    assert load_model(tmp_path).card.plan.training.device == "cpu"


def test_one_that_is_chosen_now_and_is_not_there_is_refused(tmp_path: Path) -> None:
    broken_off(lively(tmp_path, epochs=2), epoch=1)
    with pytest.raises(DeviceError, match="was asked for"):
        gone_on(tmp_path, Said(frozenset({"device"}), frozenset()), device=MISSING)


def test_a_number_format_that_this_device_has_not_gives_way_to_what_it_has(tmp_path: Path) -> None:
    begun_elsewhere(tmp_path, MISSING, precision="float16")
    started, *_, finished = gone_on(tmp_path, NOBODY)
    card = load_model(tmp_path).card
    assert card.precision in ("float32", "bfloat16")
    assert f", in {card.precision} instead of float16: " in started.note
    assert finished.epochs == 2


def test_gone_on_with_here_it_can_be_gone_on_with_once_more(tmp_path: Path) -> None:
    begun_elsewhere(tmp_path, MISSING)
    gone_on(tmp_path, NOBODY)
    started = run(lively(tmp_path, resume=True, epochs=3, device=MISSING))[0]
    assert "goes on here" not in started.note


def test_another_number_of_threads_is_no_other_device() -> None:
    card = ModelCard("test", "objects", ("cell",), 1, False, Plan(), PostprocessingSettings(), ("cell",))
    card = dataclasses.replace(card, device="CPU, 64 threads", precision="float32")
    assert moved(card, torch.device("cpu"), torch.float32) == ""
