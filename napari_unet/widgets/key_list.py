"""The list of keys: ours, napari's that one needs while painting, and those of the correcting desk."""

from __future__ import annotations

import re
from collections.abc import Iterable

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QMenu, QWidget

from napari_unet.widgets.keys import CLASSES, DESK, NAPARIS, OURS
from napari_unet.widgets.layers.clicks import CLICKS


def show_keys(below: QWidget, noun: str, *, classed: bool) -> None:
    """Show every key that helps while painting; those of the desk, which are many, in a menu of their own."""
    menu = QMenu(below.parentWidget())
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    own = (*OURS, *CLASSES) if classed else OURS
    ours = [*((item.key, item.words) for item in own), *CLICKS]
    for title, keys in (("U-Net", ours), ("napari, while painting", list(NAPARIS))):
        menu.addAction(title).setEnabled(False)
        _list(menu, keys, noun)
        menu.addSeparator()
    _list(menu.addMenu("Correcting"), [(item.key, item.words) for item in DESK], noun)
    menu.popup(below.mapToGlobal(below.rect().bottomLeft()))


def _list(menu: QMenu, keys: Iterable[tuple[str, str]], noun: str) -> None:
    for key, meaning in keys:
        menu.addAction(f"{own_word(meaning, noun)}\t{key}")


def own_word(text: str, noun: str) -> str:
    """A text about cells in the project's own word for one of what is painted."""
    return re.sub(r"\bcell\b", lambda _found: noun, text)  # as text, it would be a template: names may hold a backslash
