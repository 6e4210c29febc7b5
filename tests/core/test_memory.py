"""Memory is kept for the next array while that is wanted, and given back afterwards."""

from __future__ import annotations

import resource
import sys

import pytest

from napari_unet.core.memory import _glibc, kept_memory

SIZE = 48 * 2**20
FEW, MANY = 200, 5000
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


def test_afterwards_memory_goes_back_to_the_system() -> None:
    with kept_memory():
        fetched()
    fetched()
    assert fetched() > MANY


def test_it_is_given_back_also_when_what_was_done_failed() -> None:
    with pytest.raises(ValueError, match="in the middle"), kept_memory():
        raise ValueError("in the middle")
    fetched()
    assert fetched() > MANY
