"""Reading a pickle without trusting it: nothing in it is ever called but three stand-ins that only take notes.

A pickle is a little program, and an open reader runs it. Here `find_class` gives out nothing but the stand-ins, which
are made anew for every file, so that one file cannot alter them for the next. Before that the program is looked through
without running it: even allowed steps can be put together so that they exhaust the memory, the time, or the stack.
"""

from __future__ import annotations

import pickle
import pickletools
from collections.abc import Callable
from io import BytesIO
from typing import Any

NUMBERS = ("NONE", "NEWTRUE", "NEWFALSE", "BININT", "BININT1", "BININT2", "LONG1", "LONG4", "BINFLOAT")
WORDS = ("BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8")
LISTS = ("EMPTY_LIST", "APPEND", "APPENDS", "TUPLE", "EMPTY_TUPLE", "TUPLE1", "TUPLE2", "TUPLE3")
DICTS = ("EMPTY_DICT", "SETITEM", "SETITEMS")
NOTING, RECALLING = ("BINPUT", "LONG_BINPUT", "MEMOIZE"), ("BINGET", "LONG_BINGET")
ARRAYS = ("GLOBAL", "STACK_GLOBAL", "REDUCE", "BUILD")
PLAIN = frozenset((*NUMBERS, *WORDS, *LISTS, *DICTS, *NOTING, *RECALLING, *ARRAYS, "PROTO", "FRAME", "MARK", "STOP"))
"""The steps that numbers, words, lists, dicts and arrays need."""

MOST_STEPS, MOST_NOTED = 5_000_000, 1_000_000
"""Steps of the program; the highest place at which it may note something for later."""

NUMPY = ("numpy", "numpy.core.multiarray", "numpy._core.multiarray")

Stack = list[bool | None]
"""For each thing whether it is made of parts; None for a mark."""


class Refused(ValueError):
    """The pickle holds more than numbers, words, lists, dicts and arrays."""


class Noted:
    """What stands for an array, a number or its type: what it would have been made of. Its kind is NumPy's name."""

    def __init__(self, kind: str, made_of: tuple[Any, ...]) -> None:
        self.kind, self.made_of = kind, made_of
        self.state: Any = None

    def __setstate__(self, state: Any) -> None:
        self.state = state


def unpickled(data: bytes, start: int) -> Any:
    """What the pickle that begins at `start` holds, arrays and their types as `Noted`.

    Raises
    ------
    Refused : it holds something else than numbers, words, lists, dicts and arrays, or is made to exhaust the computer.
    Exception : any of those that damaged pickles raise.
    """
    look_through(_from(data, start), PLAIN)
    return _Reader(_from(data, start)).load()


def _from(data: bytes, start: int) -> BytesIO:
    file = BytesIO(data)  # shares the bytes
    file.seek(start)
    return file


class _Reader(pickle.Unpickler):
    """Reads what has been looked through."""

    def find_class(self, module: str, name: str) -> Callable[..., Noted] | str:
        """A stand-in for what arrays need; never the thing itself."""
        if module in NUMPY and name in ("_reconstruct", "scalar", "dtype"):
            return lambda *made_of: Noted(name, made_of)
        if (module, name) == ("numpy", "ndarray"):
            return name
        raise Refused(f"it wants to use {module}.{name}, which arrays do not need")


def look_through(file: BytesIO, allowed: frozenset[str]) -> None:
    """Follow the program without running it. Raises Refused, also at steps that are not `allowed`.

    The key of a dict must not be made of parts: a tuple may hold another one twice, that one a third twice, and so on.
    That is a few letters in a file, but takes for ever to look up.
    """
    stack: Stack = []
    noted: dict[int, bool | None] = {}
    for count, (step, argument, _) in enumerate(pickletools.genops(file)):
        if step.name not in allowed:
            raise Refused(f"it uses the step {step.name}, which plain values do not need")
        if count > MOST_STEPS:
            raise Refused(f"it has more than {MOST_STEPS} steps")
        if step.name in NOTING:
            _note(len(noted) if argument is None else argument, stack[-1], noted)
        elif step.name in RECALLING:
            stack.append(noted[int(argument or 0)])
        else:
            _follow(step, stack)


def _note(place: int, thing: bool | None, noted: dict[int, bool | None]) -> None:
    """Remember a thing. All places up to the highest take memory."""
    if place > MOST_NOTED:
        raise Refused(f"it notes something at the place {place}")
    noted[place] = thing


def _follow(step: Any, stack: Stack) -> None:
    """What a step takes from the stack and leaves there."""
    if step.name == "MARK":
        stack.append(None)
        return
    taken = _taken(step, stack)
    if step.name in DICTS and any(taken[1::2]):  # from the top: value, key, value, key, ..., dict
        raise Refused("it has a dict whose keys are no plain words or numbers")
    stack.extend(bool(taken) or step.name in ARRAYS for _ in step.stack_after)


def _taken(step: Any, stack: Stack) -> list[bool]:
    """What a step takes, from the top: down to the mark where it takes a slice, and so many below."""
    taken: list[bool] = []
    single = [part for part in step.stack_before if part not in (pickletools.markobject, pickletools.stackslice)]
    if len(single) < len(step.stack_before):
        while (top := stack.pop()) is not None:
            taken.append(top)
    for _ in single:
        if (top := stack.pop()) is None:
            raise Refused("its steps do not fit together")
        taken.append(top)
    return taken
