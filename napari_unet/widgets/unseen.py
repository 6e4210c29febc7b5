"""How good the active model is on what it has not learned from, as one plain line, and the small print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_unet.core.training.judging.chance import FEWEST_FOR_INTERVAL, RESAMPLED
from napari_unet.core.wording import counted, plural

if TYPE_CHECKING:
    from napari_unet.core.settings import Kind
    from napari_unet.core.training.report import Unseen


def unseen_line(unseen: Unseen, title: str, kind: Kind, noun: str) -> str:
    """In words: "Model 3 is in use: 81 of 100 nuclei right (76 to 86) on 5 pictures it has not seen."; or why not.

    AP at IoU 0.5 is TP / (TP + FP + FN): of all that are there or were found, so many were found and are there. What
    else must be known of the number stands in `unseen_help`.

    Parameters
    ----------
    title : what the window calls the model.
    noun : one of what it finds.
    """
    count = len(unseen.per_picture)
    if not count:
        return f"{title} is in use. How good it is on new pictures cannot be told yet."
    part = "" if unseen.parts < count else "a part of " if count == 1 else "parts of "
    on = f"on {part}{counted(count, 'test picture' if unseen.test else 'picture')} it has not seen"
    found = (
        f"{_percent(unseen.score)} of 100 {plural(noun)} right" if unseen.measure == "ap50" else _covers(unseen, kind)
    )
    return f"{title} is in use: {found}{_range(unseen)} {on}."


def _range(unseen: Unseen) -> str:
    """Between which numbers it lies: of enough pictures for those that are still to come, of fewer on each of them."""
    each = unseen.per_picture.values()
    if len(each) >= FEWEST_FOR_INTERVAL:
        return f" ({_percent(unseen.low)} to {_percent(unseen.high)})"
    return f" ({_percent(min(each))} to {_percent(max(each))} on each)" if len(each) > 1 else ""


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


def unseen_help(unseen: Unseen) -> str:
    """What the number means, and what is to be known of the pictures it was found on."""
    if not unseen.per_picture:
        return _why_none(unseen)
    meaning = {
        "ap50": (
            "Of 100 objects that are there, or that it claims to be there, so many are found right: sharing more than "
            "half of what it and the true one cover together.\nMissed and made-up ones count as wrong (AP at IoU 0.5, "
            "the mean over pictures)."
        ),
        "dice": "How well what was found covers what is painted (Dice, in percent): the mean over pictures.",
    }
    parts = [meaning.get(unseen.measure, "")]
    if len(unseen.per_picture) >= FEWEST_FOR_INTERVAL:
        parts.append(f"In brackets, its 95 % interval: pictures were drawn anew {RESAMPLED} times.")
    else:
        parts.append(f"How it does on others cannot be told from so few pictures; from {FEWEST_FOR_INTERVAL} it could.")
    parts.append("A picture that is there twice counts as seen if either was learned from.")
    if unseen.test:
        parts.append("These are the pictures that you keep for testing; others that it has not seen are not counted.")
    if unseen.parts:
        parts.append(f"Of {counted(unseen.parts, 'picture')} only a part was kept out of learning, or is painted.")
    if unseen.tuned:
        parts.append(f"By {counted(unseen.tuned, 'picture')} its clean-up was chosen, which flatters a little.")
    if unseen.own:
        parts.append(_own(unseen.own))
    return "\n".join(part for part in parts if part)


def _covers(unseen: Unseen, kind: Kind) -> str:
    whole = f"covers what is painted to {_percent(unseen.score)} %"
    return f"{whole} (strokes do not tell whether it finds each)" if kind == "objects" and unseen.strokes else whole


def _why_none(unseen: Unseen) -> str:
    if unseen.own:
        return f"{_own(unseen.own)}\nCorrect one more picture, or paint it by hand."
    return "There is no painted picture that it has not learned from. Paint one more completely."


def _own(count: int) -> str:
    have = "has its own labels" if count == 1 else "have its own labels"
    return f"{counted(count, 'picture')} {have}, accepted as they were: there it could only agree with itself."
