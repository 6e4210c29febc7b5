"""One window writes to a project at a time. The lock is the operating system's, so it ends with its process."""

from __future__ import annotations

import json
import os
import socket
import sys
import weakref
from functools import partial
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

FAR = 1 << 30
"""Windows locks bytes, and forbids reading them: so one far behind what is written in the file is locked."""


class Lock:
    """The right to write to a folder, held until `release`, the end of this object, or the end of the process.

    `holder` says, as a sentence, who else holds it or why nobody can; it is empty when it is ours. The file names the
    process for a person to read. Being there means nothing: one that a dead process left is simply taken over.
    """

    def __init__(self, path: Path) -> None:
        self.holder = ""
        self._close = weakref.finalize(self, _nothing)
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            self.holder = f"The folder {path.parent} does not let us write ({error.strerror})."
            return
        if _locked(descriptor):
            self._close = weakref.finalize(self, partial(os.close, descriptor))
            _sign(descriptor)
        else:
            self.holder = _held_by(descriptor)
            os.close(descriptor)

    def release(self) -> None:
        """Let another window write."""
        self._close()


def _locked(descriptor: int) -> bool:
    """Try to take the operating system's lock; it ends by itself when the process does."""
    try:
        if sys.platform == "win32":
            os.lseek(descriptor, FAR, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # A network folder that knows no locks must not lock its owner out.
        return not isinstance(error, (BlockingIOError, PermissionError))
    return True


def _sign(descriptor: int) -> None:
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.ftruncate(descriptor, 0)
    os.write(descriptor, json.dumps({"process": os.getpid(), "computer": socket.gethostname()}).encode())


def _held_by(descriptor: int) -> str:
    os.lseek(descriptor, 0, os.SEEK_SET)
    try:
        owner = json.loads(os.read(descriptor, 1000))
        who = f"process {owner['process']} on {owner['computer']}"
    except (ValueError, KeyError, TypeError):
        who = "another process"
    return f"This project is open in another window ({who}), so it can only be looked at here."


def _nothing() -> None:
    """What a lock that was not taken does when released."""
