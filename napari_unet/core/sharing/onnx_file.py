"""The network as ONNX: for programs without torch. Sides of the picture are multiples of the network's strides."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from napari_unet.core.model.checkpoint import Model
from napari_unet.core.sharing.answering import Answering
from napari_unet.core.sharing.needing import needed
from napari_unet.core.sharing.shape import axes_of
from napari_unet.core.sharing.specimen import specimen_of
from napari_unet.core.sharing.torchscript import compare, note_of, seen
from napari_unet.core.sharing.words import OURS

EXTRA = "onnx"
WHAT = "An ONNX file"
OPSET = 18
"""The operations of ONNX, of 2022: what today's programs all know."""

PICTURE, PROBABILITY = "picture", "probability"
SMALL = (2, 3, 4)
"""Sides, in strides, of the picture that the network is read off with. One would pass for a size that never changes."""


def write_onnx(model: Model, file: Path) -> None:
    """Write the network for normalised pictures, and try it in onnxruntime.

    Raises
    ------
    SettingsError : the extra `onnx` is not installed.
    ModelError : it answers something else.
    """
    onnx, runtime = needed("onnx", EXTRA, WHAT), needed("onnxruntime", EXTRA, WHAT)
    needed("onnxscript", EXTRA, WHAT)
    made = exported(model)
    about = json.dumps(note_of(model))
    onnx.helper.set_model_props(made, {OURS: about})
    onnx.save(made, str(file))
    specimen = specimen_of(model, tiles=False)
    session = runtime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    answer = session.run([PROBABILITY], {PICTURE: seen(model.card, specimen.picture)[None]})[0][0]
    compare(answer, specimen.probability, model.card)


def exported(model: Model) -> Any:
    """The network as an onnx.ModelProto."""
    strides = model.network.strides
    sides = [stride * many for stride, many in zip(strides, SMALL, strict=False)]
    example = torch.zeros(2, model.card.channels, *sides)
    free: dict[int, Any] = {0: torch.export.Dim("batch")}
    for axis, (name, stride) in enumerate(zip(axes_of(model.network), strides, strict=True), 2):
        free[axis] = stride * torch.export.Dim(f"{name}_strides")
    with warnings.catch_warnings(), torch.no_grad(), _without_notices():
        warnings.simplefilter("ignore")  # the libraries warn of each other's news
        made = torch.onnx.export(
            Answering(model).eval(),
            (example,),
            dynamo=True,
            opset_version=OPSET,
            input_names=[PICTURE],
            output_names=[PROBABILITY],
            dynamic_shapes=(free,),
            external_data=False,
            verbose=False,
        )
    assert made is not None
    return made.model_proto


@contextmanager
def _without_notices() -> Iterator[None]:
    """Inside, torch does not write on the terminal which libraries, not needed here, it did not find."""
    logger = logging.getLogger("torch.onnx")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)
