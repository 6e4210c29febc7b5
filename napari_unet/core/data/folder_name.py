"""Names of pictures and models as names of folders, on every operating system."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime, timedelta

FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
STAMP, STAMPED = "%Y-%m-%d-%H%M%S", re.compile(r"\d{4}-\d\d-\d\d-\d{6}(?=-)")

LONGEST = 150
"""In bytes: file systems allow 255 for a name, and something is put before and behind ours."""


def folder_name(name: str, otherwise: str) -> str:
    """`name` with what no file system forbids; `otherwise` when nothing is left of it."""
    clean = FORBIDDEN.sub("-", unicodedata.normalize("NFC", name)).strip(" .-")
    clean = clean.encode("utf-8", "ignore")[:LONGEST].decode("utf-8", "ignore").rstrip(" .")
    return f"{clean}-" if RESERVED.fullmatch(clean) else clean or otherwise


def unique_name(name: str, taken: Collection[str]) -> str:
    """`name`, or `name-2`, `name-3`, ...: one that differs from those taken by more than capital letters."""
    lower = {other.lower() for other in taken}
    candidate, number = name, 2
    while candidate.lower() in lower:
        candidate, number = f"{name}-{number}", number + 1
    return candidate


def dated(name: str, others: Iterable[str] = ()) -> str:
    """`name` behind date and time, so that folders sort by when they were made: behind all others, too.

    A clock that was set back, or two folders of one second, would else make the newest look old.
    """
    stamp = f"{datetime.now():{STAMP}}"
    latest = max((found[0] for found in map(STAMPED.match, others) if found), default="")
    if stamp <= latest:
        with suppress(ValueError):  # somebody's own name, which only looks like a date
            stamp = f"{datetime.strptime(latest, STAMP) + timedelta(seconds=1):{STAMP}}"
    return f"{stamp}-{name}"
