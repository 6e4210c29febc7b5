"""A table of measurements: one row an object, one column a quantity, in pixels and in the picture's unit."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.generic]

NUMBER = "label"
"""The column of the objects' numbers in the mask; the first one."""


@dataclass(frozen=True)
class Measurements:
    """What is measured of the objects of a picture.

    Parameters
    ----------
    columns : by their names, each (N,); a quantity that has none for an object is NaN there. `label` is the first.
    titles : each column's name as a person reads it, with its unit.
    """

    columns: Mapping[str, Column]
    titles: Mapping[str, str]

    def __len__(self) -> int:
        return len(self.columns[NUMBER])

    @property
    def numbers(self) -> NDArray[np.int64]:
        """The objects' numbers in the labels, rising."""
        return self.columns[NUMBER].astype(np.int64)

    def places(self) -> NDArray[np.float64]:
        """The centres of the objects along ([T,] [Z,] Y, X) in pixels, (N, axes)."""
        axes = [f"centroid_{axis}_px" for axis in "tzyx" if f"centroid_{axis}_px" in self.columns]
        return np.stack([self.columns[name].astype(np.float64) for name in axes], axis=1)

    def rows(self) -> Iterator[list[str]]:
        """The rows as words: whole numbers whole, others with six digits, nothing where there is no number."""
        columns = [[_word(value) for value in column.tolist()] for column in self.columns.values()]
        yield from (list(row) for row in zip(*columns, strict=True))

    def to_csv(self, picture: str) -> str:
        """The table as CSV, with the picture's name in the first column."""
        file = io.StringIO()
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["picture", *self.columns])
        table.writerows([picture, *row] for row in self.rows())
        return file.getvalue()


def _word(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    return "" if value != value else f"{value:.6g}"
