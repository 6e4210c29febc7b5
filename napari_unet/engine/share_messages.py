"""What the window asks its worker about models for other programs; see `messages`."""

from __future__ import annotations

from dataclasses import dataclass

from napari_unet.core.settings import Value


@dataclass(frozen=True)
class ShareModel:
    """Write a model for other programs, into a file; see `core.sharing`.

    `model` is the model's folder, `settings` are a `SharingSettings`, `authors` the names in a package.
    """

    model: str
    file: str
    settings: dict[str, Value]
    authors: tuple[str, ...] = ()
    job: int = 0
