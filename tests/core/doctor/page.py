"""Writes docs/troubleshooting.md from what the doctor says of made-up computers: `python -m tests.core.doctor.page`."""

from __future__ import annotations

from pathlib import Path

from napari_unet.core.doctor import Finding, examine
from tests.core.doctor.illnesses import ILLNESSES

PAGE = Path(__file__).parents[3] / "docs" / "troubleshooting.md"

LEAD = """\
# When something does not work

Press *Doctor…* at the bottom of the panel, or type

```
napari-unet doctor
```

It looks at this computer for about ten seconds and says what to mend, with the line to type; it changes nothing and
sends nothing anywhere. *Copy report*, or `napari-unet doctor --json`, gives all of it to send along with a question;
your home folder stands in it as `~`. `napari-unet doctor --project my-cells.unet` also looks whether that project can
be written. The exit code is 8 when something must be mended.

This page is everything it can find, as it says it of made-up computers. If it is not the computer but the result that
is wrong: [paint well](howto/paint.md), [correct quickly](howto/correct.md), [the warnings](guard.md#the-warnings) of a
training, and [questions and answers](faq.md).

## By what you see

The word in brackets behind a finding is its name.

| what you see | what it may be |
| --- | --- |
"""

SYMPTOMS = {
    "everything is slow, and there is a graphics card": (
        "card-unused",
        "driver-missing",
        "driver-old",
        "card-unknown",
        "card-fails",
        "apple-fails",
        "intel-python",
    ),
    "the window does not open": ("qt-missing", "qt-asked", "qt-twice", "window-fails", "screen-missing", "opengl-old"),
    "pictures stay black, or coarse": ("opengl-old", "texture-small"),
    "strokes and zooming lag behind": ("drawn-by-processor", "screen-far"),
    "nothing can be trained or segmented": ("worker-fails", "torch-missing", "runtime-missing", "processor-fails"),
    "the first training begins late": ("worker-slow",),
    "it runs out of memory, or crawls": ("memory-little", "memory-taken"),
    "what is painted cannot be kept": ("folder-closed", "disk-full", "disk-little", "folder-synced"),
    "an error after installing or updating": ("package-missing", "package-version", "python-old", "python-new"),
}
"""What a person sees, and the findings that may be behind it."""

LEVELS = {
    "trouble": "## What must be mended",
    "hint": "## What could be better",
    "fine": "## What is only said",
}


def finding(key: str) -> Finding:
    """The finding that an illness leads to."""
    return next(found for found in examine(ILLNESSES[key]).findings if found.key == key)


def page() -> str:
    """The page as it should be."""
    findings = [finding(key) for key in ILLNESSES]
    parts = [LEAD + "".join(map(_symptom, SYMPTOMS))]
    for level, title in LEVELS.items():
        parts.append(f"{title}\n")
        parts.extend(_told(one) for one in findings if one.level == level)
    return "\n".join(parts)


def _symptom(seen: str) -> str:
    """A row of the table; every finding named there must be one."""
    return f"| {seen} | {', '.join(f'`{finding(key).key}`' for key in SYMPTOMS[seen])} |\n"


def _told(one: Finding) -> str:
    words = " ".join(part for part in (one.means, one.do) if part)
    line = f"```\n{one.line}\n```" if one.line else ""
    return "\n\n".join(part for part in (f"**{one.what}** (`{one.key}`)", words, line) if part) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
