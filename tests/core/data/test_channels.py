"""Channels are chosen by name or by number, and a picture that lacks one says so."""

from __future__ import annotations

import numpy as np
import pytest

from napari_unet.core.data.channels import choice, offered, picked, places
from napari_unet.core.errors import PictureError

DYES = ("DAPI", "GFP", "TxRed")
IMAGE = np.arange(3 * 4 * 5).reshape(3, 4, 5)


@pytest.mark.parametrize(
    ("words", "names", "found"),
    [
        ("", DYES, (0, 1, 2)),
        ("GFP", DYES, (1,)),
        (" txred , dapi ", DYES, (2, 0)),
        ("3,1", DYES, (2, 0)),
        ("2", (), (1,)),
        ("488", ("405", "488", "561"), (1,)),  # a name goes before a number
        ("DAPI,GFP,TxRed", (), (0, 1, 2)),  # without names, and just as many: as they are
    ],
)
def test_channels_are_found_by_name_or_number(words: str, names: tuple[str, ...], found: tuple[int, ...]) -> None:
    assert places(words, 3, names, "a") == found


@pytest.mark.parametrize(
    ("words", "count", "names", "sentence"),
    [
        ("Cy5", 3, DYES, r"a has no channel Cy5\. Its channels are DAPI, GFP and TxRed"),
        ("DAPI", 2, (), r"a has no channel DAPI\. It has 2 channels without names"),
        ("4", 3, DYES, "a has no channel 4"),
        ("0", 3, DYES, "a has no channel 0"),
        ("2", 1, (), r"a has no channel 2\. It has 1 channel without names"),
        ("DAPI", 2, ("DAPI", "dapi"), "a has 2 channels called DAPI"),
        ("DAPI,1", 3, DYES, "the same channel twice"),
    ],
)
def test_a_channel_that_is_not_there_is_a_sentence_with_those_that_are(
    words: str, count: int, names: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(PictureError, match=sentence):
        places(words, count, names, "a")


@pytest.mark.parametrize("words", ["GFP", "1,3", "3,1", "1,2,3", "3,2,1", "DAPI,GFP", ""])
def test_of_a_picture_those_are_picked_and_nothing_is_copied_that_need_not_be(words: str) -> None:
    found = picked(IMAGE, words, DYES, "a")
    np.testing.assert_array_equal(found, IMAGE[list(places(words, 3, DYES, "a"))])
    assert np.may_share_memory(found, IMAGE) == (words not in ("3,1", "3,2,1"))


def test_every_channel_is_offered_by_a_word_that_finds_it() -> None:
    for names in (DYES, (), ("DAPI", "dapi", ""), ("a,b", "c", "c")):
        words = offered(3, names)
        assert [places(word, 3, names, "a") for word in words] == [(0,), (1,), (2,)]
    assert offered(3, DYES) == DYES
    assert offered(3, ("a,b", "c", "d")) == ("1", "c", "d")
    assert choice(" DAPI,, 2 ") == ("DAPI", "2")
