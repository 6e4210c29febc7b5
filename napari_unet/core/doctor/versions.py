"""Versions: Python and every package, against what our own package says it needs."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.requirements import Requirement
from packaging.version import InvalidVersion, Version

from napari_unet.core.doctor.finding import Finding
from napari_unet.core.doctor.surroundings import Surroundings

US = "napari-unet-loop"

BINDINGS = ("pyqt5", "pyqt6")
"""Extras that choose a Qt binding: one is enough, and `window` looks after it."""

DEVELOPERS = ("test",)
"""Extras that nobody who segments needs; they are not asked about."""

WHAT_FOR = {"search": "the search for settings that learns from its own tries", "zarr": "OME-Zarr"}
"""What an extra gives, as far as its name does not say."""


def python_is_known(found: Surroundings) -> Iterator[Finding]:
    """Whether this is a Python that we are tested with."""
    oldest, newest = found.pythons[0], found.pythons[-1]
    if _minor(found.python) < _minor(oldest):
        yield Finding(
            "python-old", "trouble", f"This is Python {found.python}; {oldest} or newer is needed.",
            do="Make an environment with a newer Python and install there.",
            line=f"conda create -n napari-unet python={newest} && conda activate napari-unet && pip install {US}",
        )  # fmt: skip
    elif _minor(found.python) > _minor(newest):
        yield Finding(
            "python-new", "hint", f"This is Python {found.python}, newer than any we have tried ({newest}).",
            "It may work; torch and napari often follow a new Python months later.",
            "If something fails, make an environment with a Python that was tried.",
            f"conda create -n napari-unet python={newest}",
        )  # fmt: skip


def packages_fit(found: Surroundings) -> Iterator[Finding]:
    """Whether everything we need is there, in a version that we know."""
    for need in map(Requirement, found.needs):
        if need.name == "torch" and need.name not in found.packages:
            continue  # it has a finding of its own
        if need.name not in found.packages:
            yield Finding(
                "package-missing", "trouble", f"The package {need.name} is not installed.",
                "Some part of the program cannot start.", line=f'python -m pip install "{_line(need)}"',
            )  # fmt: skip
        elif not _fits(need, found.packages[need.name]):
            yield Finding(
                "package-version", "trouble",
                f"{need.name} {found.packages[need.name]} is installed; {need.name}{need.specifier} is needed.",
                "Some part of the program may fail.", line=f'python -m pip install "{_line(need)}"',
            )  # fmt: skip


def extras_are_there(found: Surroundings) -> Iterator[Finding]:
    """What could be installed besides."""
    for extra, needs in found.extras.items():
        missing = [need.name for need in map(Requirement, needs) if need.name not in found.packages]
        if missing and extra not in BINDINGS:
            yield Finding(
                "extra-missing", "fine", f"Not installed, and only needed for {WHAT_FOR.get(extra, extra)}: "
                f"{', '.join(missing)}.", line=f'python -m pip install "{US}[{extra}]"',
            )  # fmt: skip


def _fits(need: Requirement, version: str) -> bool:
    try:
        return need.specifier.contains(Version(version), prereleases=True)
    except InvalidVersion:  # somebody's own build
        return True


def _line(need: Requirement) -> str:
    return f"{need.name}{need.specifier}"


def _minor(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2])


CHECKS = (python_is_known, packages_fit, extras_are_there)
