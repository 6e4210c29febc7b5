"""Writing a file so that it is either there whole or not there: beside its target, then renamed over it."""

from __future__ import annotations

import errno
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from napari_unet.core.errors import StorageError

PART = ".part"
"""Marks a file that is still being written. One that is found later is left over from a crash."""

WAS = "-was"
"""Ends the name of the folder in which what is replaced waits, under its own name, until the new one is there."""

LEFT = re.compile(rf"\.(.*\.)?[0-9a-f]{{8}}{re.escape(PART)}(\..*|{WAS})?", re.DOTALL)
"""Names of what may be left over: others may keep hidden files of their own in the same folder."""

FORGOTTEN = 3600.0
"""Seconds without a change after which what is unfinished is left over, where somebody else may be writing, too."""

SHOWN = 30
"""Letters of the target's name in that of the part: with all of them, a long name would become too long."""

TRIES, SETTLED = 20, 0.05
"""How often a folder is removed until it stays away, and after how many seconds that is looked at."""

AT_ONCE = 32
"""Files that are waited for at the same time."""

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def atomic_path(target: Path) -> Iterator[Path]:
    """Write the file `target` whole or not at all.

    Yields a path in the same folder (made when missing) with the same suffix. When the block ends well, what was
    written there is flushed to the disk and renamed over `target`; when it does not, `target` stays as it was.

    Raises
    ------
    StorageError : the disk is full, or the folder cannot be written.
    """
    with storage_errors(target), _part(target) as temporary:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        _flush(temporary)
        _rename(temporary, target)
        flush_folder(target.parent)


@contextmanager
def atomic_folder(target: Path) -> Iterator[Path]:
    """Make the folder `target` whole or not at all: yields an empty one beside it, renamed when the block ends well.

    Raises
    ------
    StorageError : the disk is full, or the folder cannot be written.
    """
    with scratch_folder(target) as temporary, storage_errors(target):
        yield temporary
        flush_folder(temporary)
        temporary.rename(target)
        flush_folder(target.parent)


@contextmanager
def atomic_tree(target: Path) -> Iterator[Path]:
    """As `atomic_folder`, and what was at `target` before is replaced; it stays as it was when the block fails.

    Raises
    ------
    StorageError : the disk is full, or the folder cannot be written.
    """
    fresh = _unfinished(target.name, "", target)
    was = fresh.with_name(f"{fresh.name}{WAS}")
    with storage_errors(target):
        fresh.mkdir(parents=True)
        try:
            yield fresh
            flush_folder(fresh)
            if target.exists():
                was.mkdir()
                target.rename(was / target.name)
            fresh.rename(target)
            flush_folder(target.parent)
        finally:
            _put_back(was)
            _discard(fresh)


@contextmanager
def scratch_folder(target: Path) -> Iterator[Path]:
    """An empty folder beside `target`, for what is needed while it is made; removed when the block ends.

    Raises
    ------
    StorageError : the disk is full, or the folder cannot be written.
    """
    scratch = _unfinished(target.name, "", target)
    with storage_errors(target):
        scratch.mkdir(parents=True)
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def replace_files(fresh: Path, target: Path, but: Collection[str]) -> None:
    """Put every file in the folder `fresh` over that of the same place in the folder `target`, `but` those of a name.

    One after the other: whatever breaks it off, each file is the old or the new one, whole. Raises OSError.
    """
    files = sorted(path for path in fresh.rglob("*") if path.is_file() and path.name not in but)
    for file in files:
        _flush(file)
    folders = set()
    for file in files:
        to = target / file.relative_to(fresh)
        to.parent.mkdir(parents=True, exist_ok=True)
        _rename(file, to)
        folders.add(to.parent)
    for folder in folders:
        flush_folder(folder)


def _discard(path: Path) -> None:
    """Remove a file, or a folder with all that is in it.

    Libraries may still be writing into a folder on threads of their own when the first of these has failed, and make it
    anew: it is removed until it stays away.
    """
    if path.is_dir():
        for _ in range(TRIES):
            shutil.rmtree(path, ignore_errors=True)
            time.sleep(SETTLED)
            if not path.exists():
                return
    else:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _put_back(was: Path) -> None:
    """What waits to be replaced goes back where nothing has come to its place; else it is removed."""
    for kept in was.glob("*"):
        if not (place := was.parent / kept.name).exists():
            kept.rename(place)
    if was.exists():
        _discard(was)


def sweep(folder: Path, older: float = 0.0) -> None:
    """Remove what writing into `folder` left behind when it was killed; what was about to be replaced is put back.

    Nobody else may be writing there, unless only that goes in which nothing has changed for `older` seconds.
    """
    for path in sorted(folder.glob(f".*{PART}*")):
        with suppress(OSError):  # rubbish that cannot be removed is still only rubbish
            if LEFT.fullmatch(path.name) and (not older or time.time() - _changed(path) > older):
                (_put_back if path.name.endswith(WAS) else _discard)(path)


def _changed(path: Path) -> float:
    """When something was last written into a file, or into anything in a folder."""
    return max(one.stat().st_mtime for one in (path, *path.rglob("*")))


def write_json(path: Path, value: object) -> None:
    """Write `value` as indented JSON, whole or not at all. Raises StorageError."""
    with atomic_path(path) as temporary:
        _write_json(temporary, value)


def write_many_json(values: Mapping[Path, object]) -> None:
    """As `write_json` for many files, each of them whole or not at all, in a fraction of the time.

    What takes time is waiting for the disk, and it can be waited for all files at once. Raises StorageError; some of
    the files may then be new and the others as they were.
    """
    with ExitStack() as stack, ThreadPoolExecutor(AT_ONCE) as threads:
        parts = {target: stack.enter_context(_part(target)) for target in values}
        for target, value in values.items():
            with storage_errors(target):
                _write_json(parts[target], value)
        with storage_errors(next(iter(values), Path())):
            list(threads.map(_flush, parts.values()))
            list(threads.map(_rename, parts.values(), parts.keys()))
            list(threads.map(flush_folder, dict.fromkeys(target.parent for target in values)))


@contextmanager
def _part(target: Path) -> Iterator[Path]:
    """A path beside the target to write it to first; removed at the end, should it still be there."""
    temporary = _unfinished(target.stem, target.suffix, target)
    try:
        yield temporary
    finally:
        with suppress(OSError):  # the first error is the one to tell
            temporary.unlink(missing_ok=True)


def _write_json(path: Path, value: object) -> None:
    text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    # Names of files from before UTF-8 hold letters that it does not know.
    path.write_text(text, encoding="utf-8", errors="replace")


@contextmanager
def storage_errors(target: Path) -> Iterator[None]:
    """Turn the operating system's errors of writing `target` into StorageError sentences."""
    try:
        yield
    except OSError as error:
        raise storage_error(error, target) from error


def storage_error(error: OSError, target: Path) -> StorageError:
    """The sentence for an operating system's error of writing `target`."""
    # numpy reports a short write as an OSError without a number: "8388608 requested and 4096 written".
    if error.errno in FULL or (error.errno is None and "written" in str(error)):
        return StorageError(
            f"The disk is full: {target.name} could not be written.",
            "What was there before is unchanged.",
            "Make room on the disk and try again.",
        )
    if error.errno in FORBIDDEN:
        return StorageError(
            f"{target.name} could not be written: the folder {target.parent} does not let us write.",
            "A folder is needed in which you may make files.",
            "Choose another folder, or change the permissions of this one.",
        )
    return StorageError(
        f"{target} could not be written: {error.strerror or error}.",
        do="Check that the disk is connected and that no other program uses the file, then try again.",
    )


def flush_folder(folder: Path) -> None:
    """Put the names in `folder` on the disk, so that a new file survives a power cut. Windows has no such call."""
    if os.name == "posix":
        _flush(folder)


def _rename(temporary: Path, target: Path) -> None:
    """Rename over `target`. On Windows somebody reading it is in the way for a moment: try for half a second."""
    for attempt in range(10):
        try:
            os.replace(temporary, target)
            return
        except PermissionError:
            if os.name == "posix" or attempt == 9:
                raise
            time.sleep(0.05)


def _flush(path: Path) -> None:
    # Windows flushes only files that are open for writing; POSIX opens folders only for reading.
    descriptor = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unfinished(name: str, suffix: str, target: Path) -> Path:
    """A path beside the target that nobody else has, by which `sweep` knows what is left over from a crash."""
    return target.with_name(f".{name[:SHOWN]}.{secrets.token_hex(4)}{PART}{suffix}")
