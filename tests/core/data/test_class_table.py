"""Classes of objects as a table beside a mask."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.data.class_table import named, names_in, numbered, table_beside, table_file, write_table
from napari_unet.core.errors import MaskError

LABELS = np.array([[0, 1, 7], [7, 300, 0]], np.uint16)


def test_a_line_for_each_object_that_is_there(tmp_path: Path) -> None:
    file = table_file(tmp_path / "img.ome.tif")
    write_table(file, LABELS, {1: "alive", 7: 'half, "dead"', 9: "gone"})
    assert file.name == "img_classes.csv"
    assert file.read_text(encoding="utf-8") == 'label,class\n1,alive\n7,"half, ""dead"""\n300,\n'
    assert table_beside(tmp_path / "img.ome.tif") == {1: "alive", 7: 'half, "dead"'}


def test_a_table_that_a_spreadsheet_wrote_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "a_classes.csv").write_text("\ufefflabel,class\r\n3, alive \r\n", encoding="utf-8")
    assert table_beside(tmp_path / "a.tif") == {3: "alive"}
    assert table_beside(tmp_path / "b.tif") == {}


@pytest.mark.parametrize("text", ["", "number,kind\n1,alive\n", "label,class\nx,alive\n", "label,class\n1\n"])
def test_what_is_no_such_table_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "a_classes.csv").write_text(text, encoding="utf-8")
    if text:
        with pytest.raises(MaskError, match='whose first line is "label,class"'):
            table_beside(tmp_path / "a.tif")
    else:
        assert table_beside(tmp_path / "a.tif") == {}


def test_names_and_numbers() -> None:
    assert named({1: 2, 2: 1, 3: 9}, ("a", "b")) == {1: "b", 2: "a"}
    assert numbered({1: "b", 2: "c"}, ("a", "b")) == {1: 2}
    assert names_in([{1: "b"}, {4: "a", 5: "b"}]) == ("a", "b")
