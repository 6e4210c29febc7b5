"""Opening files that nobody vouches for: size first, and every failure a sentence."""

from __future__ import annotations

import json
import pickle
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from napari_unet.core.errors import MaskError, UnetError

MIB = 2**20

MOST_JSON = 128 * MIB
"""Bytes of a JSON file. Python needs many times as much to hold one."""

BROKEN = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,  # among them RecursionError and NotImplementedError
    SyntaxError,  # the head of an .npy is a piece of Python, parsed but not run
    TypeError,
    ValueError,
    pickle.UnpicklingError,
    struct.error,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What the readers of the standard library and NumPy raise on files that are cut off, damaged or made to harm."""


@contextmanager
def understood(path: Path) -> Iterator[None]:
    """Turns whatever reading a file raises into a MaskError; one that is a sentence already passes."""
    try:
        yield
    except UnetError:
        raise
    except RecursionError as error:
        raise damaged(path, "it is nested too deeply") from error
    except MemoryError as error:
        raise damaged(path, "it says it holds more than fits into memory") from error
    except KeyError as error:
        raise damaged(path, f"it lacks {error}") from error
    except (AttributeError, LookupError, TypeError) as error:  # Python's words for these mean nothing to a person
        raise damaged(path, "its parts are not what this format has") from error
    except BROKEN as error:
        raise damaged(path, str(error) or type(error).__name__) from error


def damaged(path: Path, why: str) -> MaskError:
    """The error for a file whose inside is not what its kind should have."""
    return MaskError(
        f"{path.name} cannot be read: {shortened(why)}.",
        "It is cut off, damaged, or of another kind than its name says.",
        "Export it again from the tool it comes from.",
    )


def shortened(words: str) -> str:
    """Words that may come from a file, short enough for a window and on one line."""
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in words[:500]).split())
    return plain if len(plain) <= 160 else f"{plain[:160]}…"


def file_bytes(path: Path, most: int) -> bytes:
    """What a file holds. Raises MaskError when it is missing, empty, not to be read, or has more than `most` bytes."""
    if not path.is_file():
        raise MaskError(f"There is no file {path}.", do="Check the name and the folder.")
    size = path.stat().st_size
    if size == 0:
        raise MaskError(f"{path.name} is empty (0 bytes).", do="Export it again from the tool it comes from.")
    if size > most:
        raise MaskError(
            f"{path.name} has {size // MIB} MiB.",
            f"Files of this kind are read up to {most // MIB} MiB.",
            "Export the annotations of fewer pictures into one file.",
        )
    with understood(path):
        return path.read_bytes()


def json_of(path: Path) -> Any:
    """What a JSON file holds. Raises MaskError: it is no JSON, too large, nested too deeply, or has NaN in it."""
    text = file_bytes(path, MOST_JSON)
    with understood(path):
        return json.loads(text.decode("utf-8-sig"), parse_constant=_no_number)


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"it holds {word}, which is no number")
