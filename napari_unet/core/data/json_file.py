"""JSON that nobody vouches for: how large and how deep it is is looked at before anything is made of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

MOST = 64 * 2**20
"""Bytes of a file; Python needs many times as much to hold what is in it."""

DEEPEST = 40
"""Levels within each other; ours have six."""


def read_json(path: Path) -> Any:
    """What a JSON file holds. Raises OSError, and ValueError when it is no JSON, too large or nested too deeply."""
    if (size := path.stat().st_size) > MOST:
        raise ValueError(f"it has {size // 2**20} MiB")
    return parse_json(path.read_text(encoding="utf-8"))


def parse_json(text: str | bytes) -> Any:
    """What JSON says. Raises ValueError when it is none, or nested too deeply."""
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    _check_depth(value, DEEPEST)
    return value


def _check_depth(value: object, left: int) -> None:
    if not left:
        raise ValueError("it is nested too deeply")
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            if isinstance(one, (dict, list)):
                _check_depth(one, left - 1)


def is_words(values: object) -> bool:
    """Whether this is a list of words."""
    return isinstance(values, (list, tuple)) and all(isinstance(value, str) for value in values)


def are_numbers(values: object) -> bool:
    """Whether this is a list of numbers."""
    return isinstance(values, (list, tuple)) and all(
        isinstance(value, (int, float)) and not isinstance(value, bool) for value in values
    )
