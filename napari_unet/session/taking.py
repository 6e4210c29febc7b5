"""Taking labels as truth: the whole picture, a part of it or one object, each with its origin; and taking it back."""

from __future__ import annotations

from datetime import datetime

from napari_unet.core.data import Region
from napari_unet.core.data.annotation import BACKGROUND
from napari_unet.core.data.pieces import Piece, piece_at, truth_of
from napari_unet.core.data.record import How, Part
from napari_unet.core.errors import ProjectError
from napari_unet.core.wording import counted, plural
from napari_unet.session.accepting import MOST, Taken
from napari_unet.session.desk import Box
from napari_unet.session.opened import told
from napari_unet.session.segmenting import Segmenting

PARTS: dict[Part, str] = {
    "picture": "the whole picture",
    "view": "the part you see",
    "plane": "this plane",
    "rectangle": "the rectangle",
    "object": "one object",
}
"""What a region is called in a sentence."""


class Taking(Segmenting):
    """The sixth step of the work."""

    @told("segment")
    def accept(self, name: str, box: Box | None, part: Part = "rectangle") -> None:
        """Take the labels, in `box` or everywhere, into the training set as truth, with their origin.

        Parameters
        ----------
        box : along ([Z,] Y, X), in pixels; one around all of the picture is as none. What is unpainted in it becomes
            background. Of objects that its border cuts see `accepting.objects_in`.
        part : how the box came about.
        """
        self.need_writable()
        desk = self.need_desk()
        self.needed.emit()
        self._settle()
        shape = desk.annotation(name).shape
        everything = tuple(slice(0, side) for side in shape)
        box = None if box == everything else box
        region = self._region(name, box or everything, desk.how(name), "picture" if box is None else part)
        taken = desk.accept(name, box, region)
        self._tuning.forget()  # what is on show may have been corrected since the setting was moved
        self.said.emit("segment", self._accepted_words(region.part, taken))
        self.annotation_changed.emit(name)
        self.classes_changed.emit(name)
        self.locks_changed.emit(name)
        self.pictures_changed.emit()

    def _accepted_words(self, part: Part, taken: Taken) -> str:
        """What was accepted, and what was left out at its border."""
        if part == "picture" or self.need_project().kind == "regions":
            return f"Accepted {PARTS[part]} into the training set. It can be taken back."
        noun = self.need_project().noun
        cut = f"{counted(taken.left, noun)} cut off by its edge {'is' if taken.left == 1 else 'are'} left unlabelled"
        left = f"; {cut}" if taken.left else ""
        found = counted(taken.objects, noun) if taken.objects else f"no {plural(noun)}, all of it background"
        return f"Accepted {PARTS[part]} into the training set: {found}{left}. It can be taken back."

    @told("segment")
    def expect_piece(self, place: tuple[int, ...], right: bool) -> tuple[Piece, int, Region] | None:
        """A person says that what lies at a place of the labels on show is right, or that it is none.

        Its origin is on disk when this returns, and the annotation still as it was: whoever paints the piece with the
        number makes it one step that can be undone. None where nothing lies there, or all is said of it already.

        Parameters
        ----------
        place : along ([Z,] Y, X), in pixels.
        """
        self.need_writable()
        name, desk, kind = self._need_current(), self.need_desk(), self.need_project().kind
        self.needed.emit()
        self._settle()
        labels, annotation = desk.labels(name), desk.annotation(name)
        piece = None if labels is None else piece_at(labels, place, kind)
        if piece is None:
            return None
        number = truth_of(piece, annotation, kind) if right else BACKGROUND
        if number is None or bool((annotation[piece.where] == number).all()):
            return None
        box = tuple(slice(int(along.min()), int(along.max()) + 1) for along in piece.where)
        how: How = desk.how(name) if right else "rejected"
        return piece, number, desk.expect(name, piece, number, self._region(name, box, how, "object"))

    @told("segment")
    def set_origin(self, name: str, region: Region, there: bool) -> None:
        """The painting of a piece was undone, or redone: its origin goes after it, or comes before it."""
        self.need_desk().set_origin(name, region, there, self.needed.emit)

    def _region(self, name: str, box: Box, how: How, part: Part) -> Region:
        when = datetime.now().astimezone().isoformat(timespec="seconds")
        corners = tuple((side.start, side.stop) for side in box)
        settings = self.settings("postprocessing").to_json()
        return Region(corners, how, self._origin(name), settings, when=when, part=part)

    @told("segment")
    def take_back(self) -> None:
        """Undo the last accept of this sitting."""
        self.need_writable()
        self.needed.emit()
        desk = self.need_desk()
        if (undo := desk.last_accept) is None:
            do = f"The last {MOST} Accepts can be taken back here; all of them, by where they came from, under Origins."
            raise ProjectError("There is nothing to take back.", "", do)
        try:
            desk.take_back(undo)
            self.said.emit("segment", f"Took back what was last accepted in {undo.name}.")
        finally:  # where it breaks off, what was corrected may be back
            self.annotation_changed.emit(undo.name)
            if undo.corrections is not None:
                self.labels_changed.emit(undo.name)
            self.classes_changed.emit(undo.name)
            self.locks_changed.emit(undo.name)
            self.pictures_changed.emit()
