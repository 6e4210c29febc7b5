"""Progress on standard error."""

from __future__ import annotations

import io

import pytest

from napari_unet.cli.progress import Progress, spoken


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_a_state_rewrites_its_line_and_leaves_no_trace(monkeypatch):
    now = iter(range(100))
    monkeypatch.setattr("time.monotonic", lambda: float(next(now)))
    screen = Screen()
    with Progress(screen) as progress:
        progress.show("step 1")
        progress.show("step 2")
        progress.say("done")
    assert "\n" not in screen.getvalue().split("done")[0]
    assert screen.getvalue().endswith("\r\x1b[Kdone\n")


def test_elsewhere_states_are_rare_and_lines_are_plain():
    log = io.StringIO()
    with Progress(log) as progress:
        for step in range(1000):
            progress.show(f"step {step}")
        progress.say("done")
    assert log.getvalue() == "done\n"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (59.6, "1 min 0 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")]
)
def test_times_are_spoken(seconds, words):
    assert spoken(seconds) == words
