"""A screen, or a virtual one where there is none."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

SIZE = "1440x900x24"
"""Of a 13-inch laptop, so that what fits here fits there."""


def is_there() -> bool:
    """Whether a window could be seen by somebody."""
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@contextlib.contextmanager
def virtual() -> Iterator[None]:
    """An X server nobody looks at, for as long as the block lasts, unless there is a screen."""
    if is_there() or shutil.which("Xvfb") is None:
        yield
        return
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", SIZE, "-dpi", "96", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as number:
            os.environ["DISPLAY"] = f":{number.readline().strip()}"  # the server writes it once it is up
        yield
    finally:
        os.environ.pop("DISPLAY", None)
        server.terminate()
        server.wait()
