"""The tools of the correcting desk: what their buttons say, their keys, and a sentence of help."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DeskTool:
    """A tool: its name, what its button says, its key, and a sentence of help."""

    name: str
    words: str
    key: str
    help: str


TOOLS = (
    DeskTool("delete", "Delete", "Shift+D", "Click on an object that is none. Or draw a rectangle around several."),
    DeskTool("merge", "Merge", "Shift+M", "Draw a line across objects that are one."),
    DeskTool("split", "Split", "Shift+X", "Draw a line through an object, or click on both of its parts."),
    DeskTool("redraw", "Redraw", "Shift+R", "Click on an object, then paint it; the others are left alone."),
    DeskTool("fill", "Fill holes", "Shift+F", "Click on an object with holes."),
    DeskTool("smooth", "Smooth", "Shift+S", "Click on an object with a ragged outline."),
    DeskTool("grow", "Grow", "Shift+G", "Click on an object: its outline moves out by a pixel."),
    DeskTool("shrink", "Shrink", "Shift+N", "Click on an object: its outline moves in by a pixel."),
    DeskTool("accept", "Take one", "Shift+A", "Click on an object that is right: this one alone is taken as truth."),
    DeskTool(
        "lock",
        "Lock",
        "Shift+K",
        "Click on an object that is right: nothing changes it any more. Click again to unlock it. "
        "Or draw a rectangle around several.",
    ),
)
"""What one can hold in the hand."""

CLASS = DeskTool(
    "class",
    "Class",
    "Shift+T",
    "Click on an object to give it the class in the hand. Or draw a rectangle around several.",
)
"""Held, too, where objects have classes."""

ONCE = (
    DeskTool("lock all", "Lock all", "Shift+H", "Lock every object: what you paint now changes none of them."),
    DeskTool("unlock all", "Unlock all", "Shift+J", "Let every object be changed again."),
    DeskTool("unsure", "Next unsure", "U", "Go to the most doubtful object that you have not looked at yet."),
    DeskTool("previous", "Previous", "Shift+P", "Go to the object before by number."),
    DeskTool("next", "Next", "Shift+U", "Go to the next object by number."),
    DeskTool("fill all", "Fill all holes", "Shift+C", "Fill the holes of every object."),
    DeskTool("relabel", "Renumber", "Shift+O", "Number the objects 1, 2, 3 without gaps."),
    DeskTool(
        "between", "Fill planes", "Shift+I", "Fill the planes between those that show the object last clicked on."
    ),
)
"""What is done at once."""

THROUGH = DeskTool(
    "through",
    "Through the stack",
    "Shift+Z",
    "Ticked, a tool works on an object in all planes of a stack; else on the plane on show alone.",
)
"""Ticked or not, in stacks."""


def helped(tool: DeskTool) -> str:
    """A tool's help, with its key."""
    return f"{tool.help} ({tool.key})"
