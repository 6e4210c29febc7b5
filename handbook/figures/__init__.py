"""The drawings of docs/how_it_works.md: `python -m handbook.figures` writes them anew."""

from __future__ import annotations

from handbook import DOCS
from handbook.figures.answers import answers
from handbook.figures.circle import circle
from handbook.figures.logo import logo
from handbook.figures.network import network
from handbook.figures.parts import following, processes, training
from handbook.figures.states import states

FOLDER = DOCS / "images"

DRAWINGS = {
    "logo.svg": logo,
    "how/loop.svg": circle,
    "how/states.svg": states,
    "how/unet.svg": network,
    "how/answers.svg": answers,
    "how/live.svg": following,
    "how/training.svg": training,
    "how/processes.svg": processes,
}
"""Every drawing by its place in docs/images, and what draws it."""


def drawn() -> dict[str, str]:
    """Every drawing as it should be."""
    return {name: str(draw()) for name, draw in DRAWINGS.items()}
