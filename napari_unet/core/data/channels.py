"""Chosen channels: which of a picture's a model looks at, by their names or their numbers.

Pictures of one project may have any channels, in any order, as long as each has those that are chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.errors import PictureError
from napari_unet.core.wording import counted, listed


def choice(words: str) -> tuple[str, ...]:
    """The channels that are chosen, as a setting names them with commas between; empty where all are."""
    return tuple(word.strip() for word in words.split(",") if word.strip())


def places(words: str, count: int, names: Sequence[str], picture: str) -> tuple[int, ...]:
    """Where the chosen channels lie among so many with these names, in the order of choice; every one where none is.

    A name goes before a number, which counts from 1; capitals do not matter. Channels without names are taken as they
    are where names are chosen, and just as many: whoever saved them alone has chosen already.

    Raises PictureError, naming the `picture`, for a channel that is not there.
    """
    chosen = choice(words)
    if not chosen or (not names and count == len(chosen) and not any(word.isdecimal() for word in chosen)):
        return tuple(range(count))
    found = tuple(_place(word, count, names, picture) for word in chosen)
    if len(set(found)) < len(found):
        raise PictureError(f"Of {picture}, {words!r} is the same channel twice.", "Each channel can be chosen once.")
    return found


def picked(image: Any, words: str, names: Sequence[str], picture: str) -> Any:
    """The chosen channels of an image (C, [T,] [Z,] Y, X), a view wherever one will do. Raises PictureError.

    What stays in its file has a method `channels_at` and is not read.
    """
    at = places(words, len(image), names, picture)
    if at == tuple(range(len(image))):
        return image
    return image.channels_at(at) if hasattr(image, "channels_at") else some_of(image, at)


def some_of(image: NDArray[np.generic], at: Sequence[int]) -> NDArray[np.generic]:
    """The channels at these places of an array; of evenly spaced ones, a view."""
    if not at:
        return image[:0]
    steps = {after - before for before, after in pairwise(at)} or {1}
    step = min(steps)
    return image[at[0] : at[-1] + 1 : step] if len(steps) == 1 and step > 0 else image[list(at)]


def called(words: str) -> str:
    """The chosen channels in words, for a sentence: channels DAPI and 3; empty where all are."""
    chosen = choice(words)
    return f"channel{'s' if len(chosen) > 1 else ''} {listed(chosen)}" if chosen else ""


def offered(count: int, names: Sequence[str]) -> tuple[str, ...]:
    """A word by which each of so many channels can be chosen: its name, or its number where that is not clear."""
    plain = [name.strip().casefold() for name in names]
    return tuple(
        names[at].strip() if at < len(names) and _is_word(names[at]) and plain.count(plain[at]) == 1 else str(at + 1)
        for at in range(count)
    )


def _is_word(name: str) -> bool:
    return bool(name.strip()) and "," not in name


def _place(word: str, count: int, names: Sequence[str], picture: str) -> int:
    same = [at for at, name in enumerate(names) if name.strip().casefold() == word.casefold()]
    if len(same) == 1:
        return same[0]
    if not same and word.isdecimal() and 1 <= int(word) <= count:
        return int(word) - 1
    has = f"Its channels are {listed(names)}." if names else f"It has {counted(count, 'channel')} without names."
    many = f"{counted(len(same), 'channel')} called {word}" if same else f"no channel {word}"
    raise PictureError(
        f"{picture} has {many}.",
        has,
        "Choose channels that every picture has, by name or by number (Channels in the window, --channels in the "
        "terminal), or leave the picture out.",
    )
