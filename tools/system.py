"""What the window needs from the system beside Python: a few libraries, and a virtual screen for the tests."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys

LIBRARIES = {
    "libfontconfig1": "libfontconfig.so.1",
    "libgl1": "libGL.so.1",
    "libegl1": "libEGL.so.1",
    "libglib2.0-0": "libgthread-2.0.so.0",
    "libdbus-1-3": "libdbus-1.so.3",
    "libxcb-cursor0": "libxcb-cursor.so.0",
    "libxcb-icccm4": "libxcb-icccm.so.4",
    "libxcb-image0": "libxcb-image.so.0",
    "libxcb-keysyms1": "libxcb-keysyms.so.1",
    "libxcb-randr0": "libxcb-randr.so.0",
    "libxcb-render-util0": "libxcb-render-util.so.0",
    "libxcb-shape0": "libxcb-shape.so.0",
    "libxcb-xinerama0": "libxcb-xinerama.so.0",
    "libxcb-xkb1": "libxcb-xkb.so.1",
    "libxkbcommon-x11-0": "libxkbcommon-x11.so.0",
}
"""Debian's package of every library that Qt and the canvas load, by what they load."""

PROGRAMS = {"xvfb": "Xvfb", "xdotool": "xdotool", "openbox": "openbox"}
"""Debian's package of every program that the tests of the real window use."""


def prepare(*, needed: bool) -> bool:
    """Install what is missing where we may, else say the one line that does. False when `needed` and still missing."""
    packages = missing()
    if packages and _may_install():
        _install(packages)
        packages = missing()
    if not packages:
        return True
    print("The window needs packages of the system. This line installs them:")
    print(f"    {_line(packages)}")
    return not needed or os.environ.get("NAPARI_UNET_NO_SCREEN") == "1"


def missing() -> list[str]:
    """The Debian packages that this machine lacks. Other systems than Linux bring all of it."""
    if not sys.platform.startswith("linux"):
        return []
    libraries = [package for package, library in LIBRARIES.items() if not _loads(library)]
    return libraries + [package for package, program in PROGRAMS.items() if shutil.which(program) is None]


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _line(packages: list[str]) -> str:
    names = " ".join(packages)
    return (
        f"sudo apt-get install -y {names}" if shutil.which("apt-get") else f"(the packages that Debian calls) {names}"
    )


def _install(packages: list[str]) -> None:
    print(f"== installing {' '.join(packages)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(
            ["apt-get", "-qq", "-o", "Acquire::Retries=3", *command],
            env=environment,
            stdout=subprocess.DEVNULL,
            check=False,
        )


if __name__ == "__main__":
    sys.exit(0 if prepare(needed=True) else 1)
