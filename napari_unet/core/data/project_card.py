"""project.json: what a project is, in a form a person can read."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, get_args

from napari_unet.core.data.atomic import atomic_path, write_json
from napari_unet.core.data.json_file import is_words, read_json
from napari_unet.core.data.record import now
from napari_unet.core.errors import ProjectError
from napari_unet.core.settings import Kind

SCHEMA = 1
"""Version of the project folder's layout. A newer one is refused with a sentence."""

UPGRADES: tuple[Callable[[dict[str, Any]], dict[str, Any]], ...] = ()
"""What brings the values of layout 1, 2, ... to the next: one step for each layout before today's."""

FILE = "project.json"

# Okabe and Ito (2008): told apart by colour-blind people too.
COLOURS = ("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7")


@dataclass(frozen=True)
class ProjectCard:
    """Kind, classes and settings of a project. `settings` maps a group's name to its values.

    `former` has the names that classes had before they were renamed, and until when.
    """

    kind: Kind
    class_names: tuple[str, ...]
    class_colours: tuple[str, ...] = ()
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    created: str = field(default_factory=lambda: now("seconds"))
    schema: int = SCHEMA
    former: tuple[Mapping[str, Any], ...] = ()

    def __post_init__(self) -> None:
        names = self.class_names
        if self.kind not in get_args(Kind):
            raise ProjectError(f"A project of the kind {self.kind!r} is not known.", "It is objects or regions.")
        if not names or any(not name.strip() for name in names) or len(set(names)) < len(names):
            raise ProjectError(
                f"The class names {', '.join(map(repr, names)) or '(none)'} cannot be used.",
                "A project needs at least one class, each with a name of its own.",
                'Name what you want to find, e.g. "cell".',
            )
        if len(self.class_colours) != len(names):
            colours = tuple(COLOURS[i % len(COLOURS)] for i in range(len(names)))
            object.__setattr__(self, "class_colours", colours)

    @property
    def told_apart(self) -> tuple[str, ...]:
        """The classes that are told apart; of objects none where there is nothing to choose."""
        return self.class_names if self.kind == "regions" or len(self.class_names) > 1 else ()

    def classes_when(self, moment: str) -> tuple[str, ...]:
        """What the classes were called at a moment (ISO 8601 in UTC, empty: not known); newer ones as they are now."""
        before = next((one["names"] for one in self.former if "" < moment < one["until"]), ())
        return (*before, *self.class_names[len(before) :])

    def renamed(self, names: tuple[str, ...]) -> tuple[Mapping[str, Any], ...]:
        """`former` once the classes have these names."""
        if names[: len(self.class_names)] == self.class_names:
            return self.former
        return (*self.former, {"until": now("seconds"), "names": self.class_names})

    def write(self, folder: Path) -> None:
        """Write project.json into the folder, whole or not at all; one of an older layout stays beside it.

        Raises StorageError.
        """
        _keep_older(folder / FILE)
        values = dataclasses.asdict(self)
        if not self.former:  # an older version does not know it
            del values["former"]
        write_json(folder / FILE, values)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read project.json in the folder.

        Raises
        ------
        ProjectError : there is none, it is damaged, or a newer version made it.
        """
        path = folder / FILE
        try:
            values = _upgraded(folder, read_json(path))
            names, colours = tuple(values["class_names"]), tuple(values["class_colours"])
            if not (is_words(names) and is_words(colours) and isinstance(values["created"], str)):
                raise ValueError("names, colours and dates must be words")
            if not all(isinstance(group, dict) for group in values["settings"].values()):
                raise ValueError("each group of settings must have names and values")
            former = tuple(values.get("former", ()))
            if not all(isinstance(one["until"], str) and is_words(one["names"]) for one in former):
                raise ValueError("former names must be words")
            return cls(**{**values, "class_names": names, "class_colours": colours, "former": former})
        except (FileNotFoundError, NotADirectoryError) as error:
            raise ProjectError(
                f"{folder} is not a project: it has no {FILE}.",
                "A project is a folder made by New project, usually called something.unet.",
                "Choose another folder, or make a new project.",
            ) from error
        except OSError as error:
            raise ProjectError(f"{path} cannot be read: {error.strerror}.") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ProjectError(
                f"{path} is damaged ({error}).",
                "Pictures, annotations and models in the folder are not touched by this.",
                "Put back a copy of the file, or make a new project and add the pictures and masks from this one.",
            ) from error


def _keep_older(file: Path) -> None:
    """Put a project.json of an older layout aside: an older version can still open that one. Raises StorageError."""
    try:
        found = read_json(file)["schema"]
    except (OSError, ValueError, KeyError, TypeError):
        return
    aside = file.with_name(f"{file.stem}-layout-{found}{file.suffix}")
    if isinstance(found, int) and found < SCHEMA and not aside.exists():
        with atomic_path(aside) as temporary:
            temporary.write_bytes(file.read_bytes())


def _upgraded(folder: Path, values: dict[str, Any]) -> dict[str, Any]:
    """The values in today's layout. Raises ProjectError for those of a newer one."""
    schema = values["schema"]
    if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
        raise ValueError(f"its layout is {schema!r}, which is no number of one")
    if schema > SCHEMA:
        raise _newer(folder, schema)
    for step in UPGRADES[schema - 1 :]:
        values = step(dict(values))
    return {**values, "schema": SCHEMA}


def _newer(folder: Path, schema: object) -> ProjectError:
    return ProjectError(
        f"{folder.name} was made by a newer version (layout {schema}).",
        f"This version reads layouts up to {SCHEMA}.",
        "Update napari-unet-loop and open it again.",
    )
