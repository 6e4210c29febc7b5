"""Errors are sentences: what happened, what is needed, what to do.

Every error a person can cause is a `UnetError`. The window shows its sentences in the section where it happened, the
terminal prints them and leaves with the kind's exit code; neither ever shows a traceback for one.
"""

from __future__ import annotations


class UnetError(Exception):
    """Something a person can mend.

    Parameters
    ----------
    what : what happened, with the values that matter, as one sentence.
    needed : what the program needs instead, as one sentence. May be empty.
    do : what to do about it, as one sentence. May be empty.
    """

    exit_code = 3

    def __init__(self, what: str, needed: str = "", do: str = "") -> None:
        self.what, self.needed, self.do = what, needed, do
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """The sentences joined, as a person reads them."""
        return " ".join(part for part in (self.what, self.needed, self.do) if part)


class PictureError(UnetError):
    """A picture cannot be read or used."""


class AxesError(PictureError):
    """A file has an axis that it does not name, so that a person must say what it is.

    Parameters
    ----------
    shape, axes : of the picture: its sides, and a letter for each, "?" where it has no name.
    """

    def __init__(self, what: str, needed: str = "", do: str = "", shape: tuple[int, ...] = (), axes: str = "") -> None:
        self.shape, self.axes = shape, axes
        super().__init__(what, needed, do)


class MaskError(UnetError):
    """A mask, annotation or labels array cannot be used, or does not fit its picture."""


class SettingsError(UnetError):
    """A setting has a value it cannot have."""

    exit_code = 2


class ProjectError(UnetError):
    """A project folder cannot be opened, or is asked for something it does not hold."""


class TrainingError(UnetError):
    """Training cannot start or cannot go on."""


class ModelError(UnetError):
    """A model file is missing, cut off, from a newer version, or does not fit the picture."""

    exit_code = 4


class DeviceError(UnetError):
    """A device was asked for that this machine does not have."""

    exit_code = 5


class StorageError(UnetError):
    """The disk is full, read-only, or would be overwritten without a question."""

    exit_code = 6


class WorkerError(UnetError):
    """The worker process died or does not answer."""

    exit_code = 7


KINDS: dict[str, type[UnetError]] = {
    kind.__name__: kind
    for kind in (
        UnetError,
        PictureError,
        AxesError,
        MaskError,
        SettingsError,
        ProjectError,
        TrainingError,
        ModelError,
        DeviceError,
        StorageError,
        WorkerError,
    )
}
"""Every kind by its name: how an error crosses from the worker process and keeps its kind."""
