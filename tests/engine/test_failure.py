"""Whatever ends a job reaches the person as a sentence."""

from __future__ import annotations

import errno

import pytest

from napari_unet.core.errors import KINDS, UnetError
from napari_unet.engine.failure import failed


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_an_error_we_raise_keeps_its_kind_and_sentences(kind: type[UnetError]) -> None:
    event = failed(3, kind("what", "needed", "do"))
    assert (event.job, event.what, event.needed, event.do) == (3, "what", "needed", "do")
    assert type(event.error) is kind


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "memory of the computer is full"),
        (
            RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"),
            "memory of the computer",
        ),
        (RuntimeError("CUDA out of memory. Tried to allocate 20 GiB."), "memory of the graphics card is full"),
        (RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"), "memory of the graphics card is full"),
        (OSError(errno.ENOSPC, "No space left on device"), "disk is full"),
        (ZeroDivisionError("division by zero"), "nobody foresaw: ZeroDivisionError: division by zero"),
        (KeyError(), "nobody foresaw: KeyError."),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_an_error_nobody_raised_on_purpose_becomes_a_sentence(error: Exception, words: str) -> None:
    event = failed(1, error)
    assert words in event.what
    assert event.do
    assert type(error).__name__ in event.details


def test_the_traceback_is_in_the_details_only() -> None:
    def broken() -> None:
        raise ValueError("first line\nsecond line")

    with pytest.raises(ValueError, match="first line") as caught:
        broken()
    event = failed(1, caught.value)
    assert "in broken" in event.details
    assert "second line" not in event.what
