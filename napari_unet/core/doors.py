"""Lazy doors of packages: a name is looked up in its module, which is loaded when somebody asks for it, not before."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any


def behind_door(package: str, homes: Mapping[str, str], name: str) -> Any:
    """What a package gives out under a name, for its `__getattr__` (PEP 562).

    Parameters
    ----------
    package : its full name, `__name__`.
    homes : the module of the package that each name stands in.

    Raises
    ------
    AttributeError : it has no such name.
    """
    if name not in homes:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    return getattr(import_module(f"{package}.{homes[name]}"), name)
