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

This page is everything it can find, as it says it of made-up computers.
"""

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
    parts = [LEAD]
    for level, title in LEVELS.items():
        parts.append(f"{title}\n")
        parts.extend(_told(one) for one in findings if one.level == level)
    return "\n".join(parts)


def _told(one: Finding) -> str:
    words = " ".join(part for part in (one.means, one.do) if part)
    line = f"```\n{one.line}\n```" if one.line else ""
    return "\n\n".join(part for part in (f"**{one.what}** (`{one.key}`)", words, line) if part) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
