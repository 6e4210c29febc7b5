"""While one tile is answered, the next is read and the last added up; in order, and errors are told at their turn."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, current_thread, main_thread

import pytest

from napari_unet.core.inference.alongside import alongside

LONG = 10.0


def test_places_are_answered_and_added_up_in_their_order() -> None:
    added: list[tuple[int, int]] = []
    reports = alongside(range(5), lambda n: 10 * n, lambda n: n + 1, lambda n, answer: added.append((n, answer)))
    seen = [len(added) for _ in reports]
    assert seen == [1, 2, 3, 4, 5]
    assert added == [(n, 10 * n + 1) for n in range(5)]


def test_the_next_is_read_and_the_last_added_up_meanwhile() -> None:
    read, added = [Event() for _ in range(4)], [Event() for _ in range(3)]
    answered_by = []

    def answer(n: int) -> int:
        assert read[n + 1].wait(LONG)
        assert not n or added[n - 1].wait(LONG)
        answered_by.append(current_thread())
        return n

    read[3].set()
    for _ in alongside(range(3), lambda n: (read[n].set(), n)[1], answer, lambda n, _: added[n].set()):
        pass
    assert set(answered_by) == {main_thread()}


@pytest.mark.parametrize("step", ["read", "answer", "add"])
def test_what_goes_wrong_is_raised_at_its_turn(step: str) -> None:
    def failing(name: str) -> Callable[..., int]:
        def at(n: int, *_: int) -> int:
            if (name, n) == (step, 2):
                raise ValueError(name)
            return n

        return at

    reports = alongside(range(4), failing("read"), failing("answer"), failing("add"))
    for _ in range(2 if step == "add" else 1):
        next(reports)
    with pytest.raises(ValueError, match=step):
        next(reports)


def test_nothing_is_nothing_and_leaving_early_is_no_error() -> None:
    assert list(alongside((), str, str, lambda *_: None)) == []
    reports = alongside(range(9), str, str, lambda *_: None)
    next(reports)
    reports.close()
