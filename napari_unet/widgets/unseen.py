"""How good the active model is on what it has not learned from, as one plain line, and the small print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_unet.core.training.judging.chance import FEWEST_FOR_INTERVAL, RESAMPLED
from napari_unet.core.wording import counted, plural

if TYPE_CHECKING:
    from napari_unet.core.settings import Kind
    from napari_unet.core.training.report import Unseen


def unseen_line(unseen: Unseen, title: str, kind: Kind, noun: str) -> str:
    """In words: "Model 3 finds 0.81 of cells right (0.76 to 0.86) on 5 pictures it has not seen."; or why not.

    Parameters
    ----------
    title : what the window calls the model.
    noun : one of what it finds.
    """
    count = len(unseen.per_picture)
    if not count:
        return f"How good {title} is on new pictures cannot be told: {_why_none(unseen)}"
    found = f"finds {unseen.score:.2f} of {plural(noun)} right"
    line = f"{title} {found if unseen.measure == 'ap50' else _covers(unseen, kind)}"
    on = f"on {counted(count, 'picture')} it has not seen"
    if count >= FEWEST_FOR_INTERVAL:
        return f"{line} ({unseen.low:.2f} to {unseen.high:.2f}) {on}."
    each = unseen.per_picture.values()
    between = f" (from {min(each):.2f} to {max(each):.2f} on each)" if count > 1 else ""
    return (
        f"{line}{between} {on}; how it does on others cannot be told from so few, from {FEWEST_FOR_INTERVAL} it could."
    )


def unseen_help(unseen: Unseen) -> str:
    """What the number means, and what is to be known of the pictures it was found on."""
    meaning = {
        "ap50": "Objects found right, of all that are there or were found (AP at IoU 0.5): the mean over pictures.",
        "dice": "How well what was found covers what is painted (Dice): the mean over pictures.",
    }
    parts = [meaning.get(unseen.measure, "")]
    if len(unseen.per_picture) >= FEWEST_FOR_INTERVAL:
        parts.append(f"In brackets, its 95 % interval: pictures were drawn anew {RESAMPLED} times.")
    parts.append("A picture that is there twice counts as seen if either was learned from.")
    if unseen.parts:
        parts.append(f"Of {counted(unseen.parts, 'picture')} only a part was kept out of learning, or is painted.")
    if unseen.tuned:
        parts.append(f"By {counted(unseen.tuned, 'picture')} its clean-up was chosen, which flatters a little.")
    if unseen.own:
        parts.append(_own(unseen.own))
    return "\n".join(part for part in parts if part)


def _covers(unseen: Unseen, kind: Kind) -> str:
    whole = f"covers what is painted with a Dice of {unseen.score:.2f}"
    return f"{whole} (strokes do not tell whether it finds each)" if kind == "objects" and unseen.strokes else whole


def _why_none(unseen: Unseen) -> str:
    if unseen.own:
        return f"{_own(unseen.own)} Correct one more picture, or paint it by hand."
    return "there is no painted picture that it has not learned from. Paint one more completely."


def _own(count: int) -> str:
    have = "has its own labels" if count == 1 else "have its own labels"
    return f"{counted(count, 'picture')} {have}, accepted as they were: there it could only agree with itself."
