"""The same blocks on a Dask cluster: every machine opens the picture and loads the models once, and shares a folder.

A block is a task of its own that depends on nothing but files that are whole: one whose machine dies is done again
elsewhere, and what comes out is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from napari_unet.core.errors import SettingsError, StorageError, WorkerError
from napari_unet.core.inference.once import Pass
from napari_unet.core.large.answering import answer_block, blocks_of, looks, plane_of
from napari_unet.core.large.grid import Block
from napari_unet.core.large.segmenting import Asked
from napari_unet.core.large.source import open_windows
from napari_unet.core.large.work import Step, Task, Work
from napari_unet.core.model import load_model
from napari_unet.core.settings import InferenceSettings, PostprocessingSettings
from napari_unet.core.stopping import Stop, Stopped, never

WAIT_SECONDS = 0.5
"""So often it is asked whether to stop."""

REACHED_SECONDS = 30
"""So long a scheduler is waited for."""

_ONE = Lock()
"""A network answers one question at a time, also where a machine works on several blocks."""


@dataclass(frozen=True)
class Order:
    """What a machine must know to work on a picture: where it and the models lie, by paths that all machines know."""

    picture: Path
    axes: str
    models: tuple[Path, ...]
    inference: InferenceSettings
    clean_up: PostprocessingSettings


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """A client of the cluster at an address such as tcp://10.0.0.1:8786, or of a scheduler's file.

    Raises
    ------
    SettingsError : the package is not installed, or nobody answers there.
    """
    if "://" not in address and not Path(address).is_file():
        raise _nobody(address, "there is no such file")
    try:
        from distributed import Client
    except ImportError:
        raise SettingsError(
            "There is no cluster to be asked: the package distributed is not installed.",
            "It comes with an extra of this program.",
            'Install it with: pip install "napari-unet-loop[cluster]"',
        ) from None
    place = {"scheduler_file": address} if Path(address).is_file() else {"address": address}
    try:
        client = Client(**place, timeout=REACHED_SECONDS)
    except (OSError, ValueError) as error:
        raise _nobody(address, str(error) or type(error).__name__) from None
    with client:
        yield client


class ClusterHands:
    """Machines of a cluster do the work; see `segmenting.Hands`."""

    def __init__(self, client: Any, order: Order, passes: Sequence[Pass]) -> None:
        self._client, self._order, self._passes = client, order, passes

    def answer(self, work: Work, stop: Stop) -> Iterator[tuple[int, int]]:
        """As `Hands.answer`; parts are blocks of looks."""
        asked = [
            (number, block)
            for number, each in enumerate(self._passes)
            for block in blocks_of(each, work.task.cutting.block)
        ]
        yield 0, len(asked)
        futures = [self._client.submit(_answer, self._order, work.task, *one, pure=False) for one in asked]
        for done, _ in enumerate(self._results(futures, stop), 1):
            yield done, len(asked)

    def each(self, step: Step, work: Work, asked: Iterable[Asked], stop: Stop) -> Iterator[tuple[Block, Any]]:
        """As `Hands.each`."""
        futures = [self._client.submit(_do, step, work.task, block, more, pure=False) for block, more in asked]
        yield from self._results(futures, stop)

    def _results(self, futures: list[Any], stop: Stop) -> Iterator[Any]:
        """What came of each, as it is done. Raises Stopped, and what went wrong on another machine."""
        from distributed import wait
        from distributed.scheduler import KilledWorker

        left = set(futures)
        try:
            while left:
                if stop():
                    raise Stopped
                done: set[Any] = set()
                with suppress(TimeoutError):
                    done, left = wait(left, timeout=WAIT_SECONDS, return_when="FIRST_COMPLETED")
                for future in done:
                    yield future.result()
        except KilledWorker as error:
            raise WorkerError(
                "A block was given up: the machines that worked on it died one after the other.",
                "It needs memory for a tile of the network, and for a block with its halo.",
                "Choose a smaller --tile or --block, or workers with more memory.",
            ) from error
        finally:
            self._client.cancel(list(left))


def _nobody(address: str, why: str) -> SettingsError:
    return SettingsError(
        f"No scheduler answers at {address} ({why}).",
        "It is an address such as tcp://10.0.0.1:8786, or the file that the scheduler writes.",
        "Start `dask scheduler` and its workers first; docs/large.md says how.",
    )


def _answer(order: Order, task: Task, number: int, block: Block) -> None:
    """What a machine does: one look at one block."""
    if not task.folder.is_dir():
        raise _not_shared(task.folder)
    work = _work(task)
    with _ONE:
        values = answer_block(plane_of(_passes(order)[number], task.place), block, task.planes, order.inference, never)
    work.looks[number].put(block, values)


def _do(step: Step, task: Task, block: Block, more: tuple[Any, ...]) -> tuple[Block, Any]:
    """What a machine does: one step of one block."""
    if not task.folder.is_dir():
        raise _not_shared(task.folder)
    return block, step(_work(task), block, *more)


@lru_cache(maxsize=1)
def _work(task: Task) -> Work:
    return Work(task)


@lru_cache(maxsize=1)
def _passes(order: Order) -> list[Pass]:
    """The models, loaded once in this process, and how they look at the picture."""
    models, picture = [load_model(path) for path in order.models], open_windows(order.picture, order.axes)
    return looks(models, picture, order.inference, order.clean_up)


def _not_shared(folder: Path) -> StorageError:
    return StorageError(
        f"A machine of the cluster cannot see {folder}.",
        "All of them must see picture, models and results under the same paths.",
        "Write to a folder of a disk that they share.",
    )
