"""The description in a package: YAML of anybody's, read as plain values, and what of it concerns us."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import yaml

from napari_unet.core.errors import ModelError
from napari_unet.core.importing.opening import MIB, shortened
from napari_unet.core.sharing.opening import Package, damaged, understood
from napari_unet.core.sharing.words import OURS

DESCRIPTIONS = ("rdf.yaml", "bioimageio.yaml", "model.yaml", "rdf.yml")
MOST_BYTES = MIB // 2
MOST_PARTS, DEEPEST = 100_000, 40
"""Values in a description, counted as often as they are named; levels within each other."""

KNOWN = ("pytorch_state_dict", "torchscript")
"""The weights that are read, the best first."""


@dataclass(frozen=True)
class Description:
    """What is said of a model: its name, where which weights lie, how its first picture is prepared, and of a package
    of ours where our own file is.
    """

    name: str
    weights: dict[str, str]
    preprocessing: Any
    others: tuple[str, ...] = ()
    own: str = ""


class _Plain(yaml.SafeLoader):  # type: ignore[misc]  # it ships no types
    """Reads plain values only. Keys that merge mappings are refused: a few letters of them unpack to gigabytes."""

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Merge nothing."""


def read_description(package: Package) -> Description:
    """What a package says of its model. Raises ModelError: it has no description, or none of a model."""
    file = next((name for name in package.names() if PurePosixPath(name).name in DESCRIPTIONS), "")
    if not file:
        raise ModelError(
            f"{package.path.name} is no BioImage.IO package: it has no {DESCRIPTIONS[0]}.",
            "A package is a .zip with a description of the model in it.",
            "Choose another file.",
        )
    text = package.read(file, MOST_BYTES)
    with understood(file):
        try:
            said = yaml.load(text.decode("utf-8-sig"), _Plain)
        except yaml.YAMLError as error:
            raise damaged(file, str(error)) from error
        _check_size(file, said)
        return _described(file, said, str(PurePosixPath(file).parent))


def _own(said: dict[Any, Any], home: str) -> str:
    config = said.get("config")
    ours = config.get(OURS) if isinstance(config, dict) else None
    file = ours.get("model") if isinstance(ours, dict) else None
    return str(PurePosixPath(home) / file) if isinstance(file, str) else ""


def _check_size(file: str, said: Any) -> None:
    """Raises ModelError for a few letters of YAML that are very much to go through: parts may be named often."""
    left, level = [said], 0
    count = 0
    while left:
        level, count = level + 1, count + len(left)
        if level > DEEPEST or count > MOST_PARTS:
            raise damaged(file, "it is nested too deeply, or holds too much")
        left = [part for one in left for part in _inside(one)][: MOST_PARTS + 1]


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _described(file: str, said: Any, home: str) -> Description:
    if not isinstance(said, dict) or not isinstance(said.get("weights"), dict):
        raise damaged(file, "it describes no model with weights")
    sources = {
        str(kind): str(PurePosixPath(home) / source)
        for kind, one in said["weights"].items()
        if isinstance(one, dict) and isinstance(source := one.get("source"), str)
    }
    inputs = said.get("inputs")
    first = inputs[0] if isinstance(inputs, list) and inputs and isinstance(inputs[0], dict) else {}
    name = said.get("name")
    return Description(
        name=shortened(name[:64]) if isinstance(name, str) and name.strip() else "a model without a name",
        weights={kind: sources[kind] for kind in KNOWN if kind in sources},
        preprocessing=first.get("preprocessing"),
        others=tuple(kind for kind in sources if kind not in KNOWN),
        own=_own(said, home),
    )
