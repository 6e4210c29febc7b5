"""One declaration per setting: the form row, the flag, the JSON key and the check are all made from it.

A setting is a field of a frozen dataclass made by `option(...)`; a group of settings is a subclass of `Settings`.
Zero means "off" or "automatic" where a setting may be absent (its help says so): form widgets cannot show None.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, get_type_hints

from napari_unet.core.errors import SettingsError

Value = bool | int | float | str


@dataclass(frozen=True)
class Option:
    """What is known about one setting. `kind` is bool, int, float or str; bounds are inclusive, in `unit`."""

    name: str
    kind: type[bool] | type[int] | type[float] | type[str]
    default: Value
    label: str
    help: str
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()
    advanced: bool = False
    applies_to: str = ""
    several: bool = False
    flag: str = ""
    stacks: bool = False
    before: Value | None = None

    @property
    def zero(self) -> str:
        """What zero stands for, in the words of the help ("0 is off."); empty where it is a number like any other."""
        said = ZERO.search(self.help) if self.minimum == 0 else None
        return said[1] if said else ""

    def check(self, value: object) -> Value:
        """Return `value` as this option's type. Raises SettingsError naming the bounds it misses."""
        converted = self._converted(value)
        if self.several:
            return self._several(str(converted))
        if self.choices and converted not in self.choices:
            raise self._refused(value, f"It must be one of {', '.join(self.choices)}.")
        if isinstance(converted, (int, float)) and not isinstance(converted, bool):
            low = self.minimum is not None and converted < self.minimum
            high = self.maximum is not None and converted > self.maximum
            if low or high or converted != converted:
                raise self._refused(value, f"It must lie between {self.minimum:g} and {self.maximum:g}{self._unit()}.")
        return converted

    def _converted(self, value: object) -> Value:
        if self.kind is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if self.kind is int and isinstance(value, float) and value.is_integer():
            return int(value)
        if type(value) is not self.kind:
            raise self._refused(value, f"It must be a {WORDS[self.kind]}.")
        return value

    def _several(self, words: str) -> str:
        """One or more of the choices with commas between them, each once and in our order."""
        named = [word.strip() for word in words.split(",") if word.strip()]
        if not named or any(word not in self.choices for word in named):
            raise self._refused(words, f"It must be one or more of {', '.join(self.choices)}, with commas between.")
        return ",".join(choice for choice in self.choices if choice in named)

    def _unit(self) -> str:
        return f" {self.unit}" if self.unit else ""

    def _refused(self, value: object, needed: str) -> SettingsError:
        return SettingsError(f"{self.label} cannot be {value!r}.", needed, f"The usual value is {self.default!r}.")


ZERO = re.compile(r"\b0 is ([a-z ]+)")
"""How help says that zero is no number, and the word for what it is."""

WORDS: dict[type, str] = {bool: "yes or no", int: "whole number", float: "number", str: "word"}


def option(
    default: Value,
    label: str,
    help: str,  # noqa: A002  (the word the terminal and the form use)
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    step: float | None = None,
    unit: str = "",
    choices: tuple[str, ...] = (),
    advanced: bool = False,
    applies_to: str = "",
    several: bool = False,
    flag: str = "",
    stacks: bool = False,
    before: Value | None = None,
) -> Any:
    """Declare one setting as a dataclass field.

    Numbers need both bounds and a step (form widgets round a number to its step). `advanced` folds it away in the
    form; `applies_to` ("objects" or "regions") hides it in projects of the other kind, and `stacks` where the picture
    on show is none. `several` of the choices may be named at once, with commas; `flag` is the word on the command line
    where that is not the name. `before` is the value that means what was done before there was this setting.
    """
    details = dict(
        default=default,
        label=label,
        help=help,
        minimum=minimum,
        maximum=maximum,
        step=step,
        unit=unit,
        choices=choices,
        advanced=advanced,
        applies_to=applies_to,
        several=several,
        flag=flag,
        stacks=stacks,
        before=before,
    )
    return dataclasses.field(default=default, metadata={"option": details})


@dataclass(frozen=True)
class Settings:
    """A frozen group of settings that checks itself. Make a changed copy with `dataclasses.replace`."""

    def __post_init__(self) -> None:
        for item in self.options():
            object.__setattr__(self, item.name, item.check(getattr(self, item.name)))

    @classmethod
    def options(cls) -> tuple[Option, ...]:
        """Every setting of the group, in the order of declaration."""
        kinds = get_type_hints(cls)
        return tuple(
            Option(name=field.name, kind=kinds[field.name], **field.metadata["option"])
            for field in dataclasses.fields(cls)
        )

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The group from a mapping. Raises SettingsError.

        Settings it does not name keep their defaults; but where it names all others than those that came later, it was
        written by an older version, and means what that one did.
        """
        known = {item.name for item in cls.options()}
        unknown = sorted(set(values) - known)
        if unknown:
            raise SettingsError(f"There is no setting called {unknown[0]!r}.", f"Known are {', '.join(sorted(known))}.")
        later = {item.name: item.before for item in cls.options() if item.name not in values}
        older = None not in later.values()
        return cls(**{**later, **values} if older else values)

    def to_json(self) -> dict[str, Value]:
        """Every setting as plain JSON values."""
        return dataclasses.asdict(self)
