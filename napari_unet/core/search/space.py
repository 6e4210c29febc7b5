"""Which settings are varied, and between what: read from words such as "rate=1e-4..1e-2" and "width=8,16,32"."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from napari_unet.core.errors import SettingsError
from napari_unet.core.settings import Option, Plan, Value

WIDE = 10.0
"""A range whose ends differ by more than this factor is searched by orders of magnitude."""

DIGITS = 3
"""Drawn numbers are rounded to so many digits: nobody reads the others."""

FIXED = {
    "minutes": "All tries get the same time: set it with trial_minutes.",
    "validation": "The same pictures measure in every try; otherwise their scores could not be compared.",
    "device": "Where it is computed changes no score.",
}
"""Settings that a search cannot vary, and why."""

YES = {"yes": True, "true": True, "no": False, "false": False}


@dataclass(frozen=True)
class Choices:
    """One of these values."""

    values: tuple[Value, ...]

    @property
    def words(self) -> str:
        """The values as `parse_space` reads them."""
        return ",".join(map(_word, self.values))

    def drawn(self, random: Random) -> Value:
        """One of them, each as likely as any other."""
        return self.values[random.randrange(len(self.values))]


@dataclass(frozen=True)
class Range:
    """Any number from low to high; by orders of magnitude when the range is wide."""

    option: Option
    low: float
    high: float

    @property
    def words(self) -> str:
        """The range as `parse_space` reads it."""
        return f"{_word(self.low)}..{_word(self.high)}"

    @property
    def wide(self) -> bool:
        """Whether the ends differ so much that orders of magnitude count."""
        return self.low > 0 and self.high / self.low > WIDE

    def drawn(self, random: Random) -> Value:
        """A number of the range."""
        if self.wide:
            return self.value(math.exp(random.uniform(math.log(self.low), math.log(self.high))))
        return self.value(random.uniform(self.low, self.high))

    def value(self, number: float) -> Value:
        """The number as the setting takes it: rounded, and inside the range."""
        rounded = round(number) if self.option.kind is int else float(f"{number:.{DIGITS}g}")
        return self.option.check(min(max(rounded, self.low), self.high))


Space = dict[str, Choices | Range]
"""What is varied, by the names of settings."""


def parse_space(words: Sequence[str] | Mapping[str, str]) -> Space:
    """The space that words such as "rate=1e-4..1e-2", "width=8,16,32" or "flips=yes,no" describe.

    Raises SettingsError for an unknown setting, a value it cannot have, and a word that cannot be understood.
    """
    pairs = list(words.items()) if isinstance(words, Mapping) else [_pair(word) for word in words]
    if not pairs:
        raise SettingsError("Nothing is varied.", "A search needs settings to try.", "For example: width=8,16,32.")
    known = {item.name: item for group in Plan.GROUPS.values() for item in group.options()}
    space: Space = {}
    for name, text in pairs:
        name = name.replace("-", "_")
        if name in FIXED:
            raise SettingsError(f"{name} cannot be varied.", FIXED[name])
        if name not in known:
            raise SettingsError(f"There is no setting called {name!r}.", f"Known are {', '.join(sorted(known))}.")
        if name in space:
            raise SettingsError(f"{name} is varied twice.", "Every setting may be named once.")
        space[name] = _variation(known[name], text)
    return space


def _word(value: Value) -> str:
    """The reverse of `_read`, exactly."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _pair(word: str) -> tuple[str, str]:
    name, sign, text = word.partition("=")
    if not sign or not name.strip() or not text.strip():
        raise SettingsError(
            f"{word!r} cannot be understood.",
            "A setting is varied as NAME=VALUE,VALUE,... or NAME=LOW..HIGH.",
            "For example: width=8,16,32 or rate=1e-4..1e-2.",
        )
    return name.strip(), text.strip()


def _variation(option: Option, text: str) -> Choices | Range:
    if ".." in text:
        return _range(option, text)
    values = tuple(option.check(_read(option, word.strip())) for word in text.split(","))
    return Choices(tuple(dict.fromkeys(values)))


def _range(option: Option, text: str) -> Range:
    if option.kind not in (int, float):
        raise SettingsError(f"{option.name} is no number, so {text!r} is no range.", "Name its values: A,B,C.")
    low, high = (option.check(_read(option, word.strip())) for word in text.split("..", 1))
    assert not isinstance(low, str)
    assert not isinstance(high, str)
    if low >= high:
        raise SettingsError(f"{option.name} cannot lie in {text!r}.", "The first number must be the smaller one.")
    return Range(option, low, high)


def _read(option: Option, word: str) -> object:
    if option.kind is bool:
        return YES.get(word.lower(), word)
    if option.kind is str:
        return word
    try:
        return float(word)
    except ValueError:
        return word
