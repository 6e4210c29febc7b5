"""Outlines along the edges of pixels give the very same pixels when filled."""

from __future__ import annotations

import time

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from napari_unet.core.export.tracing import doubled_area, traced
from napari_unet.core.importing.outline import filled


@settings(max_examples=60, deadline=None)
@given(arrays(np.uint16, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(0, 3)))
def test_any_labels_come_back(labels: np.ndarray) -> None:
    again = np.zeros_like(labels)
    for shape in traced(labels, 0):
        patch = filled([ring.astype(float) for ring in shape.rings], labels.shape, lambda work: None)
        assert patch is not None
        height, width = patch.pixels.shape
        again[patch.row : patch.row + height, patch.column : patch.column + width][patch.pixels] = shape.number
        assert shape.area == np.count_nonzero(labels == shape.number)
    assert np.array_equal(again, labels)


@settings(max_examples=60, deadline=None)
@given(arrays(np.uint8, st.tuples(st.integers(1, 8), st.integers(1, 8)), elements=st.integers(0, 1)))
def test_rings_never_meet_themselves_and_holes_lie_in_their_part(labels: np.ndarray) -> None:
    for shape in traced(labels, 0):
        for polygon in shape.polygons:
            assert all(len(set(map(tuple, ring.tolist()))) == len(ring) for ring in polygon)
            assert doubled_area(polygon[0]) > 0
            assert all(doubled_area(hole) < 0 for hole in polygon[1:])
            assert sum(doubled_area(ring) for ring in polygon) > 0
            around = filled([polygon[0].astype(float)], labels.shape, lambda work: None)
            assert around is not None
            for hole in polygon[1:]:
                low, high = hole.min(axis=0), hole.max(axis=0)
                height, width = around.pixels.shape
                assert (low >= (around.column, around.row)).all()
                assert (high <= (around.column + width, around.row + height)).all()


def test_corners_stand_only_where_the_outline_turns() -> None:
    labels = np.zeros((20, 30), np.uint8)
    labels[4:9, 5:25] = 1
    (shape,) = traced(labels, 3)
    assert (shape.number, shape.plane, shape.box, shape.area) == (1, 3, (5, 4, 25, 9), 100)
    assert len(shape.polygons[0][0]) == 4
    assert list(traced(np.zeros((5, 5), np.uint8), 0)) == []


def test_classes_in_thousands_of_pieces_are_traced_in_a_moment() -> None:
    rows, columns = np.mgrid[:600, :600]
    labels = ((rows // 3 + columns // 3) % 2 + 1).astype(np.uint8)
    labels[1::12, 1::12] = 3
    began = time.process_time()
    shapes = list(traced(labels, 0))
    assert time.process_time() - began < 10
    assert [shape.area for shape in shapes] == [np.count_nonzero(labels == number) for number in (1, 2, 3)]
    assert sum(len(polygon) > 1 for shape in shapes for polygon in shape.polygons) == np.count_nonzero(labels == 3)
