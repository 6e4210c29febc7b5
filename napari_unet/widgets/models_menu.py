"""The menu of a project's models: take one into use, have it explained, share it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from qtpy.QtGui import QAction
from qtpy.QtWidgets import QMenu, QWidget

from napari_unet.session.job import ModelRow

Act = Callable[[ModelRow], object]


class ModelsMenu(QMenu):
    """A line for each model and each thing that can be done with it.

    Parameters
    ----------
    use, explain, share : what a line calls, with its model.
    """

    def __init__(self, parent: QWidget, use: Act, explain: Act, share: Act) -> None:
        super().__init__(parent)
        self._rows: tuple[ModelRow, ...] | None = None
        self._acts: Mapping[str, Act] = {"use": use, "explain": explain, "share": share}
        # One connection for all lines: Qt keeps what each line is connected to for as long as the menu lives.
        self.triggered.connect(self._act)

    def show_models(self, rows: tuple[ModelRow, ...]) -> None:
        """Draw the lines anew, if the models are others than before."""
        if rows == self._rows:
            return
        self._rows = rows
        self.clear()
        self._add("use", [(one, f"{one.title} · {one.line}") for one in rows if not one.active])
        self.addSeparator()
        self._add("explain", [(one, f"Explain {one.title}…") for one in rows])
        self.addSeparator()
        self._add("share", [(one, f"Share {one.title}…") for one in rows])

    def _add(self, act: str, lines: Sequence[tuple[ModelRow, str]]) -> None:
        for one, text in lines:
            self.addAction(text).setData((act, one.name))

    def _act(self, line: QAction) -> None:
        act, name = line.data()
        self._acts[act](next(one for one in self._rows or () if one.name == name))
