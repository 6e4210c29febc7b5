"""What takes a moment, such as views of a picture: made in a thread, the newest wish of each kind wins."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from napari_unet.core.errors import UnetError
from napari_unet.session.surprise import unforeseen

Made = TypeVar("Made")


@dataclass(frozen=True)
class Seen(Generic[Made]):
    """What was made: of which kind, of which picture, and what it is, or the error that stopped it."""

    kind: str
    name: str
    made: Made | None
    error: UnetError | None = None


class Looker(Generic[Made]):
    """Makes the newest wish of each kind; one that is overtaken before it is begun is dropped."""

    def __init__(self) -> None:
        self._wishes: dict[str, tuple[str, Callable[[], Made]]] = {}
        self._results: list[Seen[Made]] = []
        self._busy = self._closed = self._forgotten = False
        self._condition = threading.Condition()
        self._thread: threading.Thread | None = None

    def ask(self, kind: str, name: str, make: Callable[[], Made]) -> None:
        """Wish for something of the picture `name`. Returns at once."""
        with self._condition:
            self._wishes[kind] = (name, make)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="napari-unet views", daemon=True)
                self._thread.start()
            self._condition.notify()

    def results(self) -> list[Seen[Made]]:
        """What was made since the last call, oldest first. Never waits."""
        with self._condition:
            results, self._results = self._results, []
        return results

    def forget(self) -> None:
        """Drop every wish and result, and what is being made now: another project may have a picture of that name."""
        with self._condition:
            self._wishes.clear()
            self._results.clear()
            self._forgotten = self._busy

    @property
    def idle(self) -> bool:
        """Whether nothing is wished for, under way or left to collect."""
        with self._condition:
            return not self._wishes and not self._busy and not self._results

    def close(self, patience: float = 10.0) -> None:
        """End the thread after what it is doing now, or wait so many seconds for that."""
        with self._condition:
            self._closed = True
            self._wishes.clear()
            self._condition.notify()
        if self._thread is not None:
            self._thread.join(timeout=patience)

    def _work(self) -> None:
        while (wish := self._next()) is not None:
            result = _attempt(*wish)
            with self._condition:
                if not self._forgotten:
                    self._results.append(result)
                self._busy = self._forgotten = False

    def _next(self) -> tuple[str, str, Callable[[], Made]] | None:
        with self._condition:
            self._condition.wait_for(lambda: self._closed or bool(self._wishes))
            if self._closed:
                return None
            kind = next(iter(self._wishes))
            self._busy = True
            return (kind, *self._wishes.pop(kind))


def _attempt(kind: str, name: str, make: Callable[[], Made]) -> Seen[Made]:
    try:
        return Seen(kind, name, make())
    except UnetError as error:
        return Seen(kind, name, None, error)
    except Exception as error:  # noqa: BLE001  (a thread that died would leave the ticks dead until the window closes)
        return Seen(kind, name, None, unforeseen(f"What was asked of {name} ({kind}) could not be made", error))
