"""Our shortcuts: letters that napari leaves free in every kind of layer. napari's own keys keep their meaning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from napari.components import ViewerModel

from napari_unet.widgets.desk_tools import CLASS, ONCE, THROUGH, TOOLS
from napari_unet.widgets.painting import Painting

if TYPE_CHECKING:
    from napari_unet.widgets.sessions import Bench


@dataclass(frozen=True)
class Key:
    """A key, what it does in words, and how."""

    key: str
    words: str
    action: Callable[[Bench], None]


def _paint(what: Callable[[Painting], None]) -> Callable[[Bench], None]:
    return lambda bench: what(Painting(bench.session, bench.canvas))


def _on_desk(name: str) -> Callable[[Bench], None]:
    return lambda bench: bench.hand.key_pressed.emit(name)


OURS = (
    Key("Q", "Paint background", _paint(Painting.background)),
    Key("W", "Paint cell, or the next class", _paint(Painting.foreground)),
    Key("N", "Paint a new cell", _paint(Painting.new_object)),
    Key("H", "Hide or show what is painted and labelled", _paint(Painting.toggle_numbers)),
    Key("G", "Segment this picture", lambda bench: bench.segment_current()),
    Key("J", "Previous picture", lambda bench: bench.step(-1)),
    Key("K", "Next picture", lambda bench: bench.step(1)),
)
"""Q, W and napari's own E (erase) lie side by side under the left hand."""

CLASSES = (
    Key("Shift+W", "Next class of objects into the hand", lambda bench: bench.take_next_class()),
    Key(CLASS.key, "Give objects the class in the hand", _on_desk(CLASS.name)),
)
"""Keys that do nothing while objects have no classes."""

DESK = tuple(Key(tool.key, tool.words, _on_desk(tool.name)) for tool in (*TOOLS, *ONCE, THROUGH))
"""Keys of the correcting desk; they do nothing while it is put away."""

NAPARIS = (
    ("E", "Erase"),
    ("P", "Brush"),
    ("F", "Fill"),
    ("Z or hold Space", "Move the picture"),
    ("[ and ]", "Smaller, larger brush"),
    ("Ctrl+Z, Ctrl+Shift+Z", "Undo, redo"),
)
"""napari's own keys that a person who paints needs, shown beside ours."""


def bind_keys(viewer: ViewerModel, bench: Bench) -> None:
    """Bind our keys in this viewer."""
    for item in (*OURS, *CLASSES, *DESK):
        viewer.bind_key(item.key, _handler(item, bench), overwrite=True)


def unbind_keys(viewer: ViewerModel) -> None:
    """Give our keys back."""
    for item in (*OURS, *CLASSES, *DESK):
        viewer.bind_key(item.key, None)


def _handler(item: Key, bench: Bench) -> Callable[[ViewerModel], None]:
    def pressed(viewer: ViewerModel) -> None:
        item.action(bench)

    pressed.__doc__ = item.words
    return pressed
