"""Memory is kept for the next array while that is wanted, and given back afterwards."""

from __future__ import annotations

import resource
import sys

import pytest

from napari_unet.core.memory import _glibc, kept_memory

SIZE = 48 * 2**20
FEW = 200
"""Pages: the array has more than ten thousand."""

pytestmark = pytest.mark.skipif(sys.platform != "linux" or _glibc() is None, reason="only glibc can be told")


def fetched() -> int:
    """How many pages the system had to fetch for an array that is written to and dropped."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    array = bytearray(b"x") * SIZE
    del array
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def test_an_array_is_laid_where_the_last_one_was() -> None:
    with kept_memory():
        fetched()
        assert fetched() < FEW
        with kept_memory():
            assert fetched() < FEW
        assert fetched() < FEW, "another keeper has let go, we have not"
