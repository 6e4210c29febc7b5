"""The list of keys says what a person paints in the project's own word."""

from __future__ import annotations

import pytest

from napari_unet.widgets.key_list import own_word


@pytest.mark.parametrize("noun", ["nucleus", r"s\g2 phase", r"a\b", r"h&e\2"])
def test_a_name_of_a_class_is_taken_as_it_is_written(noun: str) -> None:
    assert own_word("A new cell, as cells are", noun) == f"A new {noun}, as cells are"
