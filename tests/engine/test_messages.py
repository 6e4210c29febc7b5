"""Every message survives the pipe."""

from __future__ import annotations

import numpy as np
import pytest

from napari_unet.core.errors import StorageError, UnetError, WorkerError
from napari_unet.core.search.report import Searched, TrialDone
from napari_unet.core.settings import NetworkSettings, Plan, SearchSettings
from napari_unet.core.training.report import (
    Compared,
    EpochDone,
    Estimated,
    Finished,
    Noticed,
    Standing,
    Started,
    Stepped,
)
from napari_unet.engine.live_messages import Answered, Live, Look, PreviewStarts, Suggest, Suggested, Suggestion
from napari_unet.engine.messages import (
    Compare,
    CrossValidate,
    Died,
    Done,
    Estimate,
    Failed,
    Message,
    Predict,
    Preview,
    Ready,
    Reported,
    Search,
    Shutdown,
    Stop,
    Tiled,
    Train,
    decode,
    encode,
)

MESSAGES: list[Message] = [
    Train(
        project="/données/my cells.unet",
        name="first",
        kind="regions",
        class_names=("sky", "sea"),
        out="models/first",
        plan=Plan(network=NetworkSettings(depth=3)).to_json(),
        start="models/zeroth",
        job=7,
    ),
    Predict(model="m", image="i.npy", out="o.npy", settings={"device": "cpu"}, job=8),
    Predict("m", "i.npy", "o.npy", {}, ("n", "p"), "s.npy", 0.25, 9),
    Compare("p.unet", "new", ("old", "older"), "cpu", 10),
    Estimate("objects", ("cell",), Plan().to_json(), 3, 250_000, 11),
    Preview("p.unet", "objects", ("cell",), Plan().to_json(), 16, "x.npy", 12),
    CrossValidate("p.unet", "c", "objects", ("cell",), "o", Plan().to_json(), 5, "s", 13),
    Search("p.unet", "objects", ("cell",), Plan().to_json(), ("width=8,16",), SearchSettings().to_json(), "f", "", 14),
    Live("p.unet", "objects", ("cell",), "auto", "cpu", "p.unet/cache", "a picture", (0, 1, 2, 3, 4), 15),
    Look(15, "another"),
    PreviewStarts("p.unet", "regions", "a picture", ("cells", "models/first"), "cpu", "t.npy", 16),
    Suggest("p.unet", "objects", "", "auto", "a picture", 8, 17),
    Answered(15, "a picture", "probability-1.npy", "cells", 3, turned=("membranes",), unheard=("cells",)),
    Answered(15, "a blank one", "probability-2.npy", "", 3, blank=True),
    Reported(17, Suggested((Suggestion("another", (30, 40), 0.5),))),
    Stop(7),
    Shutdown(),
    Reported(14, TrialDone(1, 20, {"width": 8}, 0.5, 60.0, pruned=True)),
    Reported(14, Searched({"width": 8}, 0.5, "f")),
    Ready("CPU, 2 cores", 1, 2.25),
    Reported(7, Started("CPU", 3, 1, 400_000, "a note")),
    Reported(7, Stepped(1, 10, 1, 0.75, 123, 9.5)),
    Reported(7, EpochDone(1, 2, 0.5, {"dice": 0.91, "ap50": 0.8}, best=True)),
    Reported(7, Estimated(90.0, 1.2e9)),
    Reported(7, Noticed("memory", "There was too little memory.")),
    Reported(7, Compared((Standing("new", "b", 0.7, {"dice": 0.8}), Standing("old", "a", 0.8)), "old", 3, "Worse.")),
    Reported(7, Finished("folder", 2, 12.5, {}, "patience")),
    Tiled(8, 1, 4),
    Done(8, stopped=True),
    Failed(8, "ModelError", "what", "needed", "do", "line 1\nline 2"),
    Died("what", do="again", jobs=(7, 8)),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_message_is_one_line_and_comes_back_equal(message: Message) -> None:
    line = encode(message)
    assert "\n" not in line
    assert line.isascii()
    assert decode(line) == message


def test_numpy_numbers_of_a_report_become_plain_ones() -> None:
    report = EpochDone(np.int64(1), 2, np.float32(0.5), {"dice": np.float64(0.25)}, np.bool_(True))  # type: ignore[arg-type]
    assert decode(encode(Reported(1, report))) == Reported(1, EpochDone(1, 2, 0.5, {"dice": 0.25}, best=True))


def test_a_failure_keeps_the_kind_of_its_error() -> None:
    error = Failed(1, "StorageError", "The disk is full.", "", "Make room.", "traceback").error
    assert type(error) is StorageError
    assert error.sentence == "The disk is full. Make room."
    assert error.__notes__ == ["traceback"]


def test_a_kind_this_version_does_not_know_is_still_an_error() -> None:
    assert type(Failed(1, "KindOfTheFuture", "what").error) is UnetError


def test_a_death_is_an_error_of_the_worker() -> None:
    assert type(Died("It ended.").error) is WorkerError
