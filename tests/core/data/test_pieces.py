"""What a click on the labels means."""

from __future__ import annotations

import numpy as np

from napari_unet.core.data.pieces import piece_at, truth_of

LABELS = np.array(
    [
        [1, 1, 0, 2, 2],
        [1, 1, 0, 0, 0],
        [0, 0, 0, 1, 1],
    ],
    np.uint16,
)


def test_a_click_on_background_or_outside_hits_nothing() -> None:
    assert piece_at(LABELS, (0, 2), "objects") is None
    assert piece_at(LABELS, (3, 0), "objects") is None
    assert piece_at(LABELS, (0, -1), "objects") is None


def test_an_object_is_all_pixels_of_its_number_and_gets_a_number_nobody_has() -> None:
    piece = piece_at(LABELS, (0, 0), "objects")
    assert piece is not None
    assert len(piece.where[0]) == 6
    annotation = np.zeros_like(LABELS)
    assert truth_of(piece, annotation, "objects") == 2
    annotation[0, 3] = 7
    assert truth_of(piece, annotation, "objects") == 8
    annotation[piece.where] = 8
    assert truth_of(piece, annotation, "objects") is None, "it is painted already"
    annotation[0, 4] = 8
    assert truth_of(piece, annotation, "objects") == 9, "painted as a part of something larger"


def test_of_a_class_the_connected_piece_keeps_its_class() -> None:
    piece = piece_at(LABELS, (0, 0), "regions")
    assert piece is not None
    assert len(piece.where[0]) == 4
    annotation = np.zeros_like(LABELS)
    assert truth_of(piece, annotation, "regions") == 2
    annotation[piece.where] = 2
    assert truth_of(piece, annotation, "regions") is None
