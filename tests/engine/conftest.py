"""An engine with a fake worker, and ways to wait for what it tells."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from napari_unet.engine.client import Engine
from napari_unet.engine.messages import Died, Done, Event, Failed, Predict, Ready, Train
from tests.patience import LONGEST

FAKE = (sys.executable, "-P", str(Path(__file__).with_name("fake_worker.py")))


def train(name: str) -> Train:
    return Train(project="p", name=name, kind="objects", class_names=("cell",), out="o", plan={})


def predict(model: str) -> Predict:
    return Predict(model=model, image="image.npy", out="out.npy", settings={})


class Listener:
    """Collects an engine's events until a wanted one has come; the next look begins behind it, so none is missed."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.heard: list[Event] = []
        self._looked_at = 0

    def until(self, wanted: Callable[[Event], bool], seconds: float = LONGEST) -> Event:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.heard += self.engine.events()
            for event in self.heard[self._looked_at :]:
                self._looked_at += 1
                if wanted(event):
                    return event
                assert not isinstance(event, Died), event
            time.sleep(0.01)
        raise AssertionError(f"not heard within {seconds} s; heard {self.heard}")

    def ready(self, seconds: float = LONGEST) -> Event:
        return self.until(lambda event: isinstance(event, Ready), seconds)

    def end(self, job: int, seconds: float = LONGEST) -> Event:
        return self.until(
            lambda event: (
                (isinstance(event, (Done, Failed)) and event.job == job)
                or (isinstance(event, Died) and job in event.jobs)
            ),
            seconds,
        )

    def quiet(self, seconds: float) -> list[Event]:
        """Everything heard in the coming `seconds`."""
        time.sleep(seconds)
        return self.engine.events()


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine(FAKE)
    yield engine
    engine.close()


@pytest.fixture
def listener(engine: Engine) -> Listener:
    return Listener(engine)
