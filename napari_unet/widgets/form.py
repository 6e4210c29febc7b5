"""A form made from a settings class: one row an option, few-people's options folded under "more"."""

from __future__ import annotations

from collections.abc import Mapping

from qtpy.QtCore import QEvent, QObject, Qt, Signal
from qtpy.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from napari_unet.core.settings import Kind, Option, Settings, Value
from napari_unet.widgets.editors import Editor, Tick, editor_for, help_of
from napari_unet.widgets.fold import Fold
from napari_unet.widgets.formats import Formats
from napari_unet.widgets.look import tag

LABEL_WIDTH = 112


class Form(QWidget):
    """Edits one group of settings: `value()`, `set_value()`, and `changed` when the person changed something.

    Parameters
    ----------
    group : the settings class the rows are made from.
    only : "plain" or "advanced" options alone; "" makes both, the advanced ones folded under "more".
    """

    changed = Signal()

    def __init__(self, group: type[Settings], only: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.group = group
        self.editors: dict[str, Editor] = {}
        self._rows: dict[str, tuple[QWidget, ...]] = {}
        self._kept: Mapping[str, Value] = {}
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.setSpacing(4)
        plain = [item for item in group.options() if not item.advanced]
        advanced = [item for item in group.options() if item.advanced]
        self.more: Fold | None = None
        if only != "advanced":
            outside.addWidget(self._grid(plain))
        if only == "advanced":
            outside.addWidget(self._grid(advanced))
        elif only == "" and advanced:
            self.more = Fold("more", small=True, opened=False)
            self.more.inside.addWidget(self._grid(advanced))
            outside.addWidget(self.more)

    def value(self) -> Settings:
        """The group as the form shows it; options without a row keep what `set_value` brought."""
        return self.group.from_json({**self._kept, **{name: editor.value() for name, editor in self.editors.items()}})

    def set_value(self, settings: Settings) -> None:
        """Show a group. `changed` is not emitted."""
        self._kept = settings.to_json()
        for name, editor in self.editors.items():
            editor.set_value(self._kept[name])
            self._mark(name)

    def set_kind(self, kind: Kind, stack: bool = False) -> None:
        """Hide the options that do not apply to this kind of project, or to a picture that is no stack."""
        for name, widgets in self._rows.items():
            item = self.editors[name].item
            for widget in widgets:
                widget.setVisible(item.applies_to in ("", kind) and (stack or not item.stacks))

    def _grid(self, items: list[Option]) -> QWidget:
        body = QWidget()
        body.setObjectName("body")
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for row, item in enumerate(items):
            self._add(grid, row, item)
        return body

    def _add(self, grid: QGridLayout, row: int, item: Option) -> None:
        editor = Formats(item) if item.several else editor_for(item)
        editor.changed.connect(lambda: self._edited(item.name))
        self.editors[item.name] = editor
        label = RowLabel(item, editor)
        if isinstance(editor, Tick):
            editor.box.installEventFilter(label)
            grid.addWidget(editor, row, 0, 1, 2)
            self._rows[item.name] = (editor,)
            label.setParent(editor)
            label.hide()
        else:
            grid.addWidget(label, row, 0)
            grid.addWidget(editor, row, 1)
            self._rows[item.name] = (label, editor)
        editor.setProperty("label", label)

    def _edited(self, name: str) -> None:
        self._mark(name)
        self.changed.emit()

    def _mark(self, name: str) -> None:
        editor = self.editors[name]
        editor.property("label").mark(editor.value() != editor.item.default)


class RowLabel(QLabel):
    """The name of an option; a dot behind it says that it is not at its usual value. Double-click restores that."""

    def __init__(self, item: Option, editor: Editor) -> None:
        super().__init__(item.label)
        self._item, self._editor = item, editor
        self.setToolTip(help_of(item))
        self.setMinimumWidth(LABEL_WIDTH)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        tag(self, tone="quiet")

    def mark(self, changed: bool) -> None:
        """Show whether the value differs from the usual one."""
        self.setText(f"{self._item.label} •" if changed else self._item.label)

    def mouseDoubleClickEvent(self, event: object) -> None:
        """Restore the usual value."""
        self.restore()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A tick carries its own name: a double click there restores it too."""
        if event.type() == QEvent.Type.MouseButtonDblClick:
            self.restore()
            return True
        return False

    def restore(self) -> None:
        """Bring the usual value back, as if the person had set it."""
        if self._editor.value() != self._item.default:
            self._editor.set_value(self._item.default)
            self._editor.changed.emit()
