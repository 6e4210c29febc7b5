"""Blocks to learn from in 3-D: cut out of stacks around what was painted, mirrored, turned in the plane, and lit."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from napari_unet.core.data.annotation import UNLABELLED, completed
from napari_unet.core.data.planes import has_depth, labelled_places, letters_of, place_words, plane_of
from napari_unet.core.data.sample import Sample
from napari_unet.core.errors import PictureError
from napari_unet.core.model.blocks import cuboid
from napari_unet.core.model.card import ModelCard
from napari_unet.core.preprocessing import View
from napari_unet.core.settings import AugmentationSettings, LossSettings
from napari_unet.core.training.losses.targets import FULL, Targets, make_targets
from napari_unet.core.training.patches.augment_light import Light, draw_light, eased, recolour
from napari_unet.core.training.patches.groups import Look, look_of
from napari_unet.core.training.patches.lessons import known_labels, places_of
from napari_unet.core.training.patches.sampler import Batch, Sampler

VOLUME = 3
"""Axes of the annotation of one."""

Block = tuple[int, int, int]


@dataclass(frozen=True)
class Volume:
    """One stack made ready.

    Parameters
    ----------
    picture : (C, Z, Y, X) float16, normalised.
    targets : of the whole stack; see `volume_targets`.
    places : for each class that occurs, (N, 3) positions.
    area : painted voxels.
    """

    picture: NDArray[np.float16]
    targets: Targets
    places: tuple[NDArray[np.intp], ...]
    area: int
    look: Look


class VolumeSampler(Sampler):
    """As `Sampler`, of blocks (B, C, Z, Y, X) of as many voxels as patches have pixels.

    `strides` are those of the network. Blocks are mirrored along all axes and turned by quarters within the plane, if
    the settings ask for flips, and lit as patches are. They are not bent, slanted or scaled: that is of use where there
    are few pictures, and a stack is many.
    """

    def __init__(self, card: ModelCard, patch: int, seed: int, device: torch.device, strides: tuple[int, ...]) -> None:
        super().__init__(card, patch, seed, device)
        self._strides = strides
        self._parts: dict[str, set[str]] = {}  # the volumes of each sample

    def put(self, samples: Sequence[Sample]) -> None:
        """Take samples in, or again as they are now; see `Sampler`."""
        for sample in samples:
            made = {one.name: make_volume(one, self._card) for one in volumes_of(sample)}
            useful = {name: one for name, one in made.items() if one.area}
            gone = self._parts.get(sample.name, set()) - set(useful)
            self._parts[sample.name] = set(made)
            volumes = {name: one for name, one in {**self._volumes, **useful}.items() if name not in gone}
            if volumes:
                self._take(volumes)

    def made(self, number: int, batch: int) -> Batch:
        """The batch of that number, counted from 0."""
        random = np.random.default_rng((self._seed, number))
        noise = torch.Generator(self._device).manual_seed(int(random.integers(2**62)))
        volumes = list(self._volumes.values())
        chosen = [volumes[at] for at in random.choice(len(volumes), size=batch, p=self._weights)]
        block = self._block(volumes)
        parts = [self._cut(volume, block, random) for volume in chosen]
        settings = eased(_of_volumes(self._settings), number)
        lights = [draw_light(settings, self._card.channels, block[-1], random) for _ in parts]
        pictures, planes, known, maps = (torch.from_numpy(np.stack(one)) for one in zip(*parts, strict=True))
        lit = _lit(pictures.to(self._device).float(), lights, noise)
        planes = planes.to(self._device).float()
        return Batch(
            lit.contiguous(memory_format=torch.channels_last_3d),
            planes if self._card.kind == "regions" else planes / FULL,
            known.to(self._device).float(),
            maps.to(self._device).float(),
        )

    def _block(self, volumes: Sequence[Volume]) -> Block:
        """The sides of a block: at most as long as the longest of the stacks, but more than a voxel at the bottom."""
        shapes = [volume.picture.shape[1:] for volume in volumes]
        stride = 2**self._card.plan.network.depth
        planes, y, x = (max(shape[axis] for shape in shapes) for axis in range(VOLUME))
        return cuboid(self.patch, self._strides, (planes, max(y, 2 * stride), max(x, 2 * stride)))

    def _cut(self, volume: Volume, block: Block, random: np.random.Generator) -> tuple[NDArray[Any], ...]:
        """A block around something painted: picture, planes, known and maps; beyond the stack it goes on mirrored."""
        places = volume.places[random.integers(len(volume.places))]
        place = places[random.integers(len(places))]
        sides = volume.picture.shape[1:]
        away = [int(random.integers(-(side // 4), side // 4 + 1)) for side in block]
        starts = [
            int(np.clip(at + by - side // 2, min(0, whole - side), max(0, whole - side)))
            for at, by, side, whole in zip(place, away, block, sides, strict=True)
        ]
        lines = [np.arange(start, start + side) for start, side in zip(starts, block, strict=True)]
        z, y, x = ((line >= 0) & (line < side) for line, side in zip(lines, sides, strict=True))
        within = z[:, None, None] & y[:, None] & x
        mirrored = [_mirrored(line, side) for line, side in zip(lines, sides, strict=True)]
        targets = volume.targets
        grid = np.ix_(*mirrored)
        known = _taken(targets.known, grid) & within
        cut = [_taken(volume.picture, grid), _taken(targets.planes, grid), known, _taken(targets.maps, grid)]
        return tuple(np.ascontiguousarray(one) for one in _turned(cut, self._settings, block, random))

    @property
    def _volumes(self) -> dict[str, Volume]:
        return self._lessons


def volumes_of(sample: Sample) -> Iterator[Sample]:
    """The volumes of a sample: a stack, or each time point of one that has some with labels.

    Raises
    ------
    PictureError : it has no focal planes.
    """
    axes = letters_of(sample)
    if not has_depth(sample):
        raise PictureError(
            f"{sample.name} cannot be learned from: it has no focal planes, and the network is 3-D.",
            "A 3-D network learns from stacks.",
            "Choose 2-D, which learns from planes of any kind.",
        )
    if axes[0] != "T":
        yield sample
        return
    for time in dict.fromkeys(place[0] for place in labelled_places(sample)):
        image, annotation = sample.image[:, time], sample.annotation[time]
        name = f"{sample.name} {place_words((time, 0)).split(',')[0]}"
        origins = None if sample.origins is None else sample.origins[time]
        yield dataclasses.replace(sample, name=name, image=image, annotation=annotation, axes="ZYX", origins=origins)


def make_volume(sample: Sample, card: ModelCard) -> Volume:
    """Make a volume ready to be drawn from. Raises PictureError and ModelError, naming the picture."""
    shown, view = sample.showing(card.plan.preprocessing.channels), View.of(sample, card)
    annotation = view.fit(known_labels(sample, card))
    picture = view.whole().astype(np.float16)
    origins = None if sample.origins is None else view.fit(sample.origins).astype(np.uint8)
    fitted = dataclasses.replace(sample, image=picture, annotation=annotation, origins=origins)
    targets = volume_targets(fitted, card)
    area = int(np.count_nonzero(annotation != UNLABELLED))
    return Volume(picture, targets, places_of(annotation, sample, card), area, look_of(shown))


def volume_targets(sample: Sample, card: ModelCard) -> Targets:
    """What is known of a volume. Where only planes are painted, the borders between objects are known within them.

    Which voxels are cell is known wherever someone painted. In 3-D, a border is known where all around is painted, and
    how deep inside an object a voxel lies when all of it is; a single painted plane would teach neither. So there, the
    borders are those within the plane, and depth is left to the clean-up.
    """
    loss: LossSettings = card.plan.loss
    annotation = completed(sample.annotation) if sample.complete else sample.annotation
    whole = dataclasses.replace(sample, annotation=annotation, complete=False)
    made = make_targets(whole, card.kind, loss, len(card.object_classes))
    if card.kind == "regions" or (annotation != UNLABELLED).all():
        return made
    planes, known = made.planes.copy(), made.known.copy()
    for place in labelled_places(whole):
        flat = make_targets(plane_of(whole, place), card.kind, loss)
        fresh = flat.known[BORDER] & ~known[BORDER][place]
        planes[BORDER][place][fresh] = flat.planes[BORDER][fresh]
        known[BORDER][place] |= fresh
    return Targets(planes, known, made.maps)


BORDER = 1
"""Of the planes of objects."""


def _of_volumes(settings: AugmentationSettings) -> AugmentationSettings:
    """What is done to the light of a block: channels stay, as they are told apart from planes no more then."""
    return dataclasses.replace(settings, channel_drop=0.0)


def _lit(blocks: Tensor, lights: Sequence[Light], noise: torch.Generator) -> Tensor:
    """Blocks in their lights, all planes alike: to the light, they are channels."""
    planes = blocks.shape[2]
    alike = [dataclasses.replace(light, gain=np.repeat(light.gain, planes)) for light in lights]
    lit: Tensor = recolour(blocks.flatten(1, 2), alike, noise).unflatten(1, (-1, planes))
    return lit


def _turned(
    arrays: Sequence[NDArray[Any]], settings: AugmentationSettings, block: Block, random: np.random.Generator
) -> list[NDArray[Any]]:
    """The same at random for all: mirrored along each axis, turned by a quarter where the block is square."""
    if not settings.flips:
        return list(arrays)
    flips = tuple(axis for axis in (1, 2, 3) if random.random() < 0.5)
    quarter = random.random() < 0.5 and block[1] == block[2]
    return [np.flip(one.swapaxes(2, 3) if quarter else one, flips) for one in arrays]


def _taken(array: NDArray[Any], grid: tuple[NDArray[Any], ...]) -> NDArray[Any]:
    """The voxels of a grid, of every layer (n, Z, Y, X)."""
    taken: NDArray[Any] = array.transpose(1, 2, 3, 0)[grid].transpose(3, 0, 1, 2)
    return taken


def _mirrored(line: NDArray[np.intp], side: int) -> NDArray[np.intp]:
    period = max(2 * (side - 1), 1)
    mirrored: NDArray[np.intp] = np.maximum(side - 1 - np.abs(line % period - (side - 1)), 0)
    return mirrored
