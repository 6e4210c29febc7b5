"""Layers that are channels of one picture: most readers hand napari a layer for each channel of a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from napari.layers import Image

from napari_unet.core.data.read import file_stem
from napari_unet.widgets.layers.opening import FILE
from napari_unet.widgets.layers.pixels import finest

Group = tuple[Image, ...]

AROUND = " -_:·|[]()\t"
"""What stands between the name of a file and that of a channel."""


def grouped(layers: Sequence[Image]) -> list[Group]:
    """The layers, those that are channels of one picture together; each in the order in which they lie.

    Those are of one file, alike in shape, type and place, and shown one over the other as napari shows channels. Of
    layers that show channels of a file that we have opened ourselves, the first stands for all.
    """
    alike: dict[object, list[Image]] = {}
    for layer in layers:
        alike.setdefault(_key(layer), []).append(layer)
    groups: list[Group] = []
    for several in alike.values():
        if FILE in several[0].metadata:
            groups.append((several[0],))
        elif _are_channels(several):
            groups.append(tuple(several))
        else:
            groups += [(layer,) for layer in several]
    return sorted(groups, key=lambda group: layers.index(group[0]))


def name_of(group: Group) -> str:
    """What the picture of these layers is called."""
    first = group[0]
    if FILE in first.metadata:
        return file_stem(Path(first.metadata[FILE]))
    return file_stem(Path(str(first.source.path))) if len(group) > 1 else str(first.name)


def names_in(group: Group) -> tuple[str, ...]:
    """The names of the channels: those of the layers without the words that all have in common."""
    names = tuple(str(layer.name) for layer in group)
    before = _shared(names)
    before = before[: 1 + max(before.rfind(one) for one in AROUND)]
    rest = [name.removeprefix(before) for name in names]
    behind = _shared([name[::-1] for name in rest])[::-1]
    behind = behind[min((behind.find(one) for one in AROUND if one in behind), default=len(behind)) :]
    short = tuple(name.removesuffix(behind).strip(AROUND) for name in rest)
    tried = (short, names) if before or behind else (names,)
    return next((found for found in tried if all(found) and len(set(found)) == len(found)), ())


def _key(layer: Image) -> object:
    if FILE in layer.metadata:
        return layer.metadata[FILE]
    if layer.source.path is None or layer.rgb:
        return id(layer)
    data = finest(layer)
    placed = tuple(layer.scale), tuple(layer.translate), tuple(layer.axis_labels), layer.multiscale
    return str(layer.source.path), tuple(data.shape), str(data.dtype), placed


def _are_channels(layers: Sequence[Image]) -> bool:
    return len(layers) > 1 and all(str(layer.blending) == "additive" for layer in layers[1:])


def _shared(words: Sequence[str]) -> str:
    """The letters with which all of them begin."""
    first, last = min(words), max(words)
    at = next((at for at, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), len(first))
    return first[:at]
