"""Flags made from settings: every option of a settings class becomes a flag, with its bounds, unit, default and help.

Only what a person gave is kept, so that what they did not give can come from elsewhere (the defaults, a model's card).
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from napari_unet.core.errors import SettingsError
from napari_unet.core.settings import Option, Settings, Value

Group = TypeVar("Group", bound=Settings)


class Parser(argparse.ArgumentParser):
    """The parser of the terminal: mistakes are sentences, without the whole list of flags in front of them."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command and leave with exit code 2."""
        self.exit(SettingsError.exit_code, f"{self.prog}: {message}\n`{self.prog} --help` shows what there is.\n")


def add_flags(parser: argparse.ArgumentParser, base: Settings, title: str, default: str = "") -> None:
    """Give `parser` a flag for every setting, under `title` in its help.

    `base` holds the values of flags that are not given; where they come from elsewhere, `default` says so in a word.
    """
    flags = parser.add_argument_group(title)
    for item in base.options():
        shape: dict[str, Any] = (
            {"action": argparse.BooleanOptionalAction}
            if item.kind is bool
            else {"type": _reader(item), "metavar": _sketch(item)}
        )
        flags.add_argument(
            flag(item),
            dest=_place(type(base), item),
            default=argparse.SUPPRESS,
            help=described(item, default or spelled(getattr(base, item.name))),
            **shape,
        )


def given(arguments: argparse.Namespace, base: Group) -> Group:
    """`base` with the settings a person gave on the command line put in."""
    values: dict[str, Any] = named(arguments, base)
    return dataclasses.replace(base, **values)


def named(arguments: argparse.Namespace, base: Settings) -> dict[str, Value]:
    """The settings of the group of `base` that a person gave on the command line, by their names."""
    places = {_place(type(base), item): item.name for item in base.options()}
    return {places[place]: value for place, value in vars(arguments).items() if place in places}


def words(settings: Settings) -> list[str]:
    """The flags that say how `settings` differ from the usual ones: the reverse of `given`."""
    spelling: list[str] = []
    for item in settings.options():
        value = getattr(settings, item.name)
        if value == item.default:
            continue
        if isinstance(value, bool):
            spelling.append(flag(item) if value else "--no-" + flag(item).removeprefix("--"))
        else:
            spelling += [flag(item), str(value)]
    return spelling


def flag(item: Option) -> str:
    """The spelling of a setting on the command line."""
    return "--" + (item.flag or item.name.replace("_", "-"))


def spelled(value: Value) -> str:
    """A value as one reads it in a sentence."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return f"{int(value)}" if value == int(value) else f"{value:g}"
    return value or "empty"


def described(item: Option, default: str) -> str:
    """One line of help: the setting's own sentence, the kind of project it is for, its bounds, unit and default."""
    notes = [f"{item.applies_to} only"] if item.applies_to else []
    notes += ["stacks only"] if item.stacks else []
    if item.several:
        notes.append(f"any of {', '.join(item.choices)}, with commas between")
    unit = f" {item.unit}" if item.unit else ""
    if item.minimum is not None and item.maximum is not None:
        notes.append(f"{spelled(item.minimum)} to {spelled(item.maximum)}{unit}")
    notes.append(f"default {default}")
    return f"{item.help} ({'; '.join(notes)})".replace("%", "%%")


def _place(group: type[Settings], item: Option) -> str:
    return f"{group.__name__}.{item.name}"


def _sketch(item: Option) -> str:
    if item.several:
        return "WORD,WORD..."
    return "{" + ",".join(item.choices) + "}" if item.choices else {int: "N", float: "X", str: "WORD"}[item.kind]


def _reader(item: Option) -> Callable[[str], Value]:
    """What turns the word on the command line into the setting's value, or says what it must be."""

    def read(word: str) -> Value:
        try:
            return item.check(_converted(item, word))
        except SettingsError as error:
            raise argparse.ArgumentTypeError(error.sentence) from None

    return read


def _converted(item: Option, word: str) -> object:
    if item.kind is str:
        return word
    try:
        return int(word) if item.kind is int else float(word)
    except ValueError:
        return word
