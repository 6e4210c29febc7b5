"""What could not be added of a long list of pictures, in one error: how many, which, and why."""

from __future__ import annotations

from pathlib import Path

from napari_unet.core.errors import PictureError, UnetError
from napari_unet.core.wording import counted

NAMED = 3
"""So many are told of one by one; of the others, how many there are. All of them are in the details."""


class Refused:
    """Grows while a list is worked through; what else was to be said meanwhile stands behind the error.

    `news` says whether there is something in `error` that was not told yet.

    Parameters
    ----------
    noun, done : what the list is of, and what was to be done with each.
    """

    def __init__(self, noun: str = "picture", done: str = "added") -> None:
        self.news, self._noun, self._done = False, noun, done
        self._errors: list[UnetError] = []
        self._sentences: list[str] = []
        self._notes: list[str] = []
        self._end: UnetError | None = None
        self._left = 0

    def add(self, picture: Path, error: UnetError) -> None:
        """Note why a picture was not added."""
        self.news = True
        known = picture.name in error.sentence
        self._errors.append(error)
        self._sentences.append(error.sentence if known else f"{picture.name}: {error.sentence}")

    def note(self, sentence: str) -> None:
        """Keep what was said of others: the error stays on show, and this with it."""
        self._notes.append(sentence)
        self.news = bool(self._errors or self._end)

    def ended(self, error: UnetError, left: int) -> None:
        """Note what ended the list, with so many left that had no turn."""
        self.news, self._end, self._left = True, error, left

    def error(self, total: int) -> UnetError:
        """What to tell, of so many pictures in all; one alone has its own error. What ended the list comes first."""
        self.news = False
        if total == 1 and not self._notes:
            return self._end or self._errors[0]
        end, others = self._end, self._others(total) if self._errors else ("", "")
        if end is None:
            told: UnetError = PictureError(*others, self._behind)
        else:
            left = f"{counted(self._left, self._noun)} had no turn." if self._left else ""
            told = type(end)(end.what, end.needed, _joined(end.do, *others, left, self._behind))
        told.add_note("\n".join(self._sentences))
        told.__cause__ = (end or self._errors[0]).__cause__
        return told

    def _others(self, total: int) -> tuple[str, str]:
        """How many were not added, and why."""
        count = len(self._errors)
        what = f"{count} of {counted(total, self._noun)} {'was' if count == 1 else 'were'} not {self._done}."
        more = f"So it is with {count - NAMED} more, see the details." if count > NAMED else ""
        return what, _joined(*self._sentences[:NAMED], more)

    @property
    def _behind(self) -> str:
        return _joined(*self._notes[-NAMED:])


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
