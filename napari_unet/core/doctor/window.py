"""What shows the window: the Qt binding, the screen, OpenGL."""

from __future__ import annotations

from collections.abc import Iterator

from napari_unet.core.doctor.finding import Finding
from napari_unet.core.doctor.surroundings import Surroundings

BINDINGS = ("PyQt5", "PyQt6", "PySide6")
SOFTWARE = ("llvmpipe", "softpipe", "swiftshader", "software", "gdi generic")
"""What draws with the processor calls itself one of these."""

LIBRARIES = (
    "libgl1", "libegl1", "libxcb-cursor0", "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1", "libxcb-render-util0",
    "libxcb-xinerama0", "libxcb-xkb1", "libxkbcommon-x11-0",
)  # fmt: skip
"""Debian's packages that Qt's window needs, and that a bare system lacks."""

OLDEST_OPENGL = (2, 1)
SMALL = 8192
"""Pixels along a side: pictures of many microscopes have 2048, stitched ones more than this."""

NO_WINDOW = "The window cannot open; the commands of the terminal work all the same."


def one_qt(found: Surroundings) -> Iterator[Finding]:
    """Whether there is one Qt binding, or it is clear which one is meant."""
    there = [name for name in BINDINGS if name in found.packages]
    asked = next((name for name in BINDINGS if name.lower() == found.screen.asked.lower()), found.screen.asked)
    if not there:
        yield Finding(
            "qt-missing", "trouble", "No Qt is installed, which draws the window.", NO_WINDOW,
            line='python -m pip install "napari-unet-loop[pyqt6]"',
        )  # fmt: skip
    elif asked and asked not in there:
        yield Finding(
            "qt-asked", "trouble", f"QT_API asks for {asked}, but {' and '.join(there)} is installed.", NO_WINDOW,
            "Let the program choose by itself: remove QT_API from the settings of your shell.",
            "set QT_API=" if found.system.name == "Windows" else "unset QT_API",
        )  # fmt: skip
    elif len(there) > 1 and not asked:
        spare = next(name for name in there if name != (found.screen.chosen or there[-1]))
        yield Finding(
            "qt-twice", "hint", f"{len(there)} Qt bindings are installed ({', '.join(there)}).",
            "Programs that load both in one process crash.", "Keep one of them.",
            f"python -m pip uninstall {spare}",
        )  # fmt: skip


def it_is_no_old_qt(found: Surroundings) -> Iterator[Finding]:
    """Whether the window is drawn by the Qt that napari is about to give up."""
    there = [name for name in BINDINGS if name in found.packages]
    if (found.screen.chosen or " ".join(there)) == "PyQt5":
        yield Finding(
            "qt-old", "fine", "The window is drawn with PyQt5, and works.",
            "napari calls PyQt5 deprecated: the versions of napari that this program runs on with it still know it, "
            "later ones want PyQt6.",
            "Nothing need be done. Where Qt 6 starts, a new environment with the extra pyqt6 takes later ones, too.",
        )  # fmt: skip


def a_screen_answers(found: Surroundings) -> Iterator[Finding]:
    """Whether a window can be opened at all."""
    if not found.screen.display:
        yield Finding(
            "screen-missing", "hint", "There is no screen: neither DISPLAY nor WAYLAND_DISPLAY is set.", NO_WINDOW,
            "Sit at the computer or use its remote desktop; or try the whole job on a virtual screen.",
            "xvfb-run -a python -m napari_unet.journey",
        )  # fmt: skip
    elif found.screen.error and any(name in found.packages for name in BINDINGS):
        linux = found.system.name == "Linux"
        yield Finding(
            "window-fails", "trouble", f"A window could not be opened: {found.screen.error}.", NO_WINDOW,
            "Often libraries of the system are missing." if linux else "Update the driver of the graphics.",
            f"sudo apt-get install -y {' '.join(LIBRARIES)}" if linux else "",
        )  # fmt: skip


def it_draws_well(found: Surroundings) -> Iterator[Finding]:
    """Whether OpenGL is there, new enough, quick, and takes large pictures."""
    screen = found.screen
    if not screen.opengl:
        return
    if _version(screen.opengl) < OLDEST_OPENGL:
        yield Finding(
            "opengl-old", "trouble", f"The graphics know OpenGL {screen.opengl}; 2.1 or newer is needed.",
            "Pictures may stay black.",
            "Update the driver of the graphics; over a remote desktop, sit at the computer.",
        )  # fmt: skip
    elif any(word in screen.renderer.lower() for word in SOFTWARE):
        yield Finding(
            "drawn-by-processor", "hint", f"Pictures are drawn by the processor ({screen.renderer}).",
            "Zooming and painting in large pictures is slow.",
            "Update the driver of the graphics; over a remote desktop, use one that passes OpenGL on, such as "
            "VirtualGL or NICE DCV.",
        )  # fmt: skip
    if 0 < screen.texture < SMALL:
        yield Finding(
            "texture-small", "hint", f"The graphics take pictures of up to {screen.texture} pixels along a side.",
            "Larger ones are shown coarsely.", "Cut larger pictures into parts, or update the driver of the graphics.",
        )  # fmt: skip


def it_is_near(found: Surroundings) -> Iterator[Finding]:
    """Whether the screen is seen from afar."""
    if found.screen.remote:
        yield Finding(
            "screen-far", "hint", f"The screen is seen from afar ({found.screen.remote}).",
            "Strokes appear later than they are painted.",
            "A remote desktop on the computer itself (VNC, NoMachine, NICE DCV) is quicker than windows through ssh.",
        )  # fmt: skip


def _version(opengl: str) -> tuple[int, int]:
    """(4, 5) of "4.5 (Compatibility Profile) Mesa"; what cannot be read counts as new."""
    numbers = opengl.split()[0].split(".")
    return (int(numbers[0]), int(numbers[1])) if len(numbers) > 1 and all(map(str.isdigit, numbers[:2])) else (9, 9)


CHECKS = (one_qt, it_is_no_old_qt, a_screen_answers, it_draws_well, it_is_near)
