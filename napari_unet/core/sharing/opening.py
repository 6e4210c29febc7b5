"""Packages from anybody, opened without believing them: names and sizes first, and every failure a sentence."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from napari_unet.core.errors import ModelError, UnetError
from napari_unet.core.importing.opening import BROKEN, MIB, shortened

MOST_PACKAGE, MOST_FILES = 4096 * MIB, 2000
"""Bytes of a package and of all that is in it; files in it."""

BLOWN_UP, SPARE = 30, 16 * MIB
"""Packed, something may be so many times as small, and this much smaller besides. Weights hardly are."""

ELSEWHERE = "Choose another package, or download it again."


@contextmanager
def understood(name: str) -> Iterator[None]:
    """Turns whatever reading a file raises into a ModelError; one that is a sentence already passes."""
    try:
        yield
    except UnetError:
        raise
    except RecursionError as error:
        raise damaged(name, "it is nested too deeply") from error
    except MemoryError as error:
        raise damaged(name, "it says it holds more than fits into memory") from error
    except (KeyError, AttributeError, LookupError, TypeError) as error:  # Python's words mean nothing to a person
        raise damaged(name, "its parts are not what this format has") from error
    except (*BROKEN, AssertionError) as error:  # torch asserts what others check
        raise damaged(name, str(error) or type(error).__name__) from error


def damaged(name: str, why: str) -> ModelError:
    """The error for a file whose inside is not what its kind should have."""
    what = f"{shortened(name)} cannot be read: {shortened(why)}."
    return ModelError(what, "It is cut off, damaged, or of another kind than its name says.", ELSEWHERE)


class Package:
    """A .zip with a model in it. Nothing is ever unpacked to the disk.

    Raises
    ------
    ModelError : it is no .zip, too large, or made to harm: names that lead out of it, little that unpacks to very much.
    """

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise ModelError(f"There is no file {path}.", "A BioImage.IO package is a .zip.", "Check the name.")
        self.path, size = path, path.stat().st_size
        with understood(path.name):
            self._entries = checked(path.name, zipfile.ZipFile(path), size)

    def names(self) -> list[str]:
        """The files in it."""
        return list(self._entries)

    def read(self, name: str, most: int) -> bytes:
        """A file, named as the description does. Raises ModelError when there is none, or it has more than `most`."""
        entry = self._entries.get(str(PurePosixPath(name)))
        if entry is None:
            raise ModelError(
                f"{self.path.name} has no file {shortened(name)}.",
                "A package holds everything that its description names; nothing is fetched from elsewhere.",
                "Download the whole package, as one .zip.",
            )
        if entry.file_size > most:
            raise damaged(name, f"it has {entry.file_size // MIB} MiB, and {most // MIB} MiB are read at most")
        with understood(name), zipfile.ZipFile(self.path) as archive:
            return unpacked(archive, entry)


def checked(name: str, archive: zipfile.ZipFile, size: int) -> dict[str, zipfile.ZipInfo]:
    """The files of an archive of `size` bytes by their names, once it is sure that they are no trap."""
    entries = {one.filename: one for one in archive.infolist() if not one.is_dir()}
    whole = sum(one.file_size for one in entries.values())
    if len(entries) > MOST_FILES or whole > MOST_PACKAGE or whole > BLOWN_UP * size + SPARE:
        many = f"{len(entries)} files of {whole // MIB} MiB, in {size // MIB} MiB"
        raise damaged(name, f"it says it holds {many}")
    for one in entries:
        parts = one.replace("\\", "/").split("/")
        if ".." in parts or one.startswith(("/", "\\")) or ":" in parts[0]:
            raise damaged(name, f"it holds a file with the name {shortened(one)}, which leads out of it")
    return {str(PurePosixPath(one)): entry for one, entry in entries.items()}


def unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """One file, no longer than it says: the packing may lie about that."""
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(f"{entry.filename} is packed in a way that is not known here")
    with archive.open(entry) as file:
        return file.read(entry.file_size)


def archive_of(data: bytes, name: str) -> tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo]]:
    """An archive within, looked through as the outer one. Raises ModelError."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    return archive, checked(name, archive, len(data))
