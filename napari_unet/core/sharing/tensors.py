"""Weights from anybody, as named tensors. No code in them is run: neither pickled Python nor TorchScript."""

from __future__ import annotations

import io
import math
import pickle
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

import safetensors.torch
import torch
from torch import Tensor

from napari_unet.core.importing.opening import MIB, shortened
from napari_unet.core.importing.pickled import PLAIN, Refused, look_through
from napari_unet.core.sharing.opening import archive_of, damaged, understood, unpacked

MOST_WEIGHTS, MOST_PROGRAM = 2048 * MIB, 16 * MIB
"""Bytes of a file of weights, and of the pickle in it, which holds no numbers but only where they are."""

MOST_TENSORS = 20_000

STATES = ("state_dict", "model_state_dict", "model", "network")
"""Under which name a file that holds more than weights has them."""

STEPS = PLAIN | {"NEWOBJ", "BINPERSID"}
"""What the pickle of a TorchScript file uses beside the steps of arrays."""

STORED = {
    "FloatStorage": torch.float32,
    "DoubleStorage": torch.float64,
    "HalfStorage": torch.float16,
    "BFloat16Storage": torch.bfloat16,
    "LongStorage": torch.int64,
    "IntStorage": torch.int32,
    "ShortStorage": torch.int16,
    "CharStorage": torch.int8,
    "ByteStorage": torch.uint8,
    "BoolStorage": torch.bool,
}


def tensors_in(data: bytes, name: str) -> dict[str, Tensor]:
    """The weights in a file: a state dict of torch (zipped or old), TorchScript, or safetensors. All float32.

    Raises
    ------
    ModelError : it is damaged, made to harm, or holds no weights.
    """
    with understood(name), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch wonders about files that it then refuses
        try:
            found = _read(data, name)
        except safetensors.SafetensorError as error:
            raise damaged(name, str(error)) from error
        weights = {key: one.to(torch.float32) for key, one in found.items() if one.is_floating_point()}
    if not weights:
        raise damaged(name, "it holds no weights")
    return weights


def _read(data: bytes, name: str) -> Mapping[str, Tensor]:
    if data[:2] != b"PK":
        if data[8:9] == b"{":
            return safetensors.torch.load(data)
        return _state(torch.load(io.BytesIO(data), map_location="cpu", weights_only=True), name)
    archive, entries = archive_of(data, name)
    inside = {PurePosixPath(one).name for one in entries}
    if "constants.pkl" in inside:
        return _scripted(archive, entries, name)
    return _state(torch.load(io.BytesIO(data), map_location="cpu", weights_only=True), name)


def _state(loaded: Any, name: str) -> dict[str, Tensor]:
    """The tensors of what torch has loaded; it may be a state dict, or have one."""
    for key in ("", *STATES):
        held = loaded.get(key) if key and isinstance(loaded, dict) else loaded
        if isinstance(held, dict) and (found := {str(at): one for at, one in held.items() if _is_whole(one)}):
            if len(found) > MOST_TENSORS:
                raise damaged(name, f"it holds {len(found)} tensors")
            return found
    return {}


def _is_whole(value: Any) -> bool:
    """Whether it is a tensor that has all its numbers: a single one may be stretched to any size."""
    if not isinstance(value, Tensor) or value.layout != torch.strided or value.is_quantized:
        return False
    return value.device.type == "cpu" and value.numel() * value.element_size() <= value.untyped_storage().nbytes()


def _scripted(archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo], name: str) -> dict[str, Tensor]:
    """The parameters of a TorchScript file, without its code."""
    program = next((one for one in entries if PurePosixPath(one).name == "data.pkl"), "")
    if not program or entries[program].file_size > MOST_PROGRAM:
        raise damaged(name, "it has no table of its weights")
    home = PurePosixPath(program).parent / "data"

    def numbers(key: str) -> bytes:
        return unpacked(archive, entries[str(home / key)])

    pickled = unpacked(archive, entries[program])
    look_through(io.BytesIO(pickled), STEPS)
    held = _Reader(pickled, numbers).load()
    found = dict(_named(held, "", set()))
    if len(found) > MOST_TENSORS:
        raise damaged(name, f"it holds {len(found)} tensors")
    return found


class _Reader(pickle.Unpickler):
    """Reads the table of a TorchScript file. All that it ever calls are stand-ins, made anew for each file."""

    def __init__(self, pickled: bytes, numbers: Callable[[str], bytes]) -> None:
        super().__init__(io.BytesIO(pickled))
        self._numbers, self._read = numbers, dict[str, Any]()

        class Part:
            """What stands for a module, a tensor or its numbers: `held` is its attributes, or the tensor."""

            def __init__(self, held: Any = None) -> None:
                self.held = held

            def __setstate__(self, state: Any) -> None:
                self.held = state

        self._part = Part

    def find_class(self, module: str, name: str) -> Any:
        """A stand-in for modules, tensors and lists; never the thing itself."""
        if module == "__torch__" or module.startswith("__torch__."):
            return self._part
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda numbers, *shape: self._part(_tensor(numbers.held, *shape[:3]))
        if module == "torch.jit._pickle":  # build_intlist, build_tensorlist, ... of a list
            return lambda value, *_: value
        if (module, name) == ("collections", "OrderedDict"):  # of every tensor's hooks; there are none
            return lambda *_: self._part()
        if module == "torch" and name in STORED:
            return name
        raise Refused(f"it wants to use {shortened(f'{module}.{name}')}, which weights do not need")

    def persistent_load(self, saved: Any) -> Any:
        """The numbers of a tensor, from their own file, which several may share."""
        kind, stored, key, *_ = saved
        if kind != "storage" or stored not in STORED or not isinstance(key, str):
            raise Refused("it names numbers in a way that is not known here")
        if key not in self._read:
            data = bytearray(self._numbers(key))
            self._read[key] = torch.frombuffer(data, dtype=STORED[stored]) if data else torch.zeros(0)
        return self._part(self._read[key])


def _tensor(numbers: Tensor, offset: int, size: tuple[int, ...], stride: tuple[int, ...]) -> Tensor:
    """A tensor over the numbers; it must have all of them, and none of others'."""
    if any(type(one) is not int or one < 0 for one in (offset, *size, *stride)):
        raise Refused("a tensor has sides that are no numbers")
    furthest = offset + sum((side - 1) * step for side, step in zip(size, stride, strict=True))
    if math.prod(size) > len(numbers) or furthest >= max(1, len(numbers)):
        raise Refused("a tensor is larger than its numbers")
    return torch.as_strided(numbers, size, stride, offset)


def _named(part: Any, prefix: str, known: set[int]) -> Iterator[tuple[str, Tensor]]:
    """The tensors of a module and its modules, by the names they have in a state dict; each module once."""
    held = getattr(part, "held", None)
    if isinstance(held, Tensor):
        yield prefix, held
    if not isinstance(held, dict) or id(part) in known:
        return
    known.add(id(part))
    for key, value in held.items():
        yield from _named(value, f"{prefix}.{key}" if prefix else str(key), known)
