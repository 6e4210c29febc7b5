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

    def add(self, picture: Path, error: UnetError) -> None:
        """Note why a picture was not added."""
        self.news = True
        known = picture.name in error.sentence
        self._errors.append(error)
        self._sentences.append(error.sentence if known else f"{picture.name}: {error.sentence}")

    def note(self, sentence: str) -> None:
        """Keep what was said of others: the error stays on show, and this with it."""
        self._notes.append(sentence)
        self.news = bool(self._errors)

    def error(self, total: int) -> UnetError:
        """What to tell, of so many pictures in all; one alone has its own error."""
        self.news = False
        if total == 1 and not self._notes:
            return self._errors[0]
        count = len(self._errors)
        what = f"{count} of {counted(total, self._noun)} {'was' if count == 1 else 'were'} not {self._done}."
        more = f"So it is with {count - NAMED} more, see the details." if count > NAMED else ""
        told = PictureError(what, " ".join(part for part in (*self._sentences[:NAMED], more) if part), self._behind)
        told.add_note("\n".join(self._sentences))
        told.__cause__ = self._errors[0].__cause__
        return told

    @property
    def _behind(self) -> str:
        return " ".join(self._notes[-NAMED:])
