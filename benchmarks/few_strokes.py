"""How good a picture is segmented after a few strokes: our learner beside a forest and a starting model.

A simulated annotator (see `annotator`) paints one corrective stroke per kind of error and round; every learner begins
anew on each picture, and sees the strokes that its own answers provoke. Scores are foreground IoU, mean over rounds 1
to the last. Also: the same strokes spread over ten pictures, scored on others of the set, where it has others; and
seconds from stroke to answer.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import mean, median

import numpy as np

from benchmarks.annotator import Learner, Round, overlap, session
from benchmarks.datasets import dataset
from benchmarks.outcome import Row
from benchmarks.stroked import MADE, SETS, Shot, inverse, orientations, shots, spread_strokes
from benchmarks.strokers import Forest, Ours

FOREST, OURS, WAITED, START = "forest", "ours", "waited", "start"
NOISE = 0.02
"""So much less is no worse."""

BETTER, ELSEWHERE = 0.08, 0.05
"""How much better than the forest: on average, and on pictures without strokes."""

GAINED, UNUSUAL = 0.03, ("em_", "phc_")
"""How much waiting is to gain, and on which sets: electron microscopy and phase contrast."""

SECONDS = 1.0


@dataclass
class Tally:
    """What was measured of one set: rounds of each picture by learner, and scores on pictures without strokes."""

    rounds: dict[str, list[list[Round]]] = field(default_factory=dict)
    elsewhere: dict[str, float] = field(default_factory=dict)

    def score(self, learner: str) -> float:
        """Mean over rounds from 1 on."""
        return mean(self.by_round(learner)[1:])

    def by_round(self, learner: str) -> list[float]:
        """Mean over pictures, round by round."""
        return [mean(each.score for each in same) for same in zip(*self.rounds[learner], strict=True)]

    def seconds(self, learner: str) -> list[float]:
        """From stroke to answer, every one."""
        return [each.seconds for picture in self.rounds[learner] for each in picture[1:]]


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sets", default=",".join(SETS), help=f"names, with commas; made up are {', '.join(MADE)}")
    parser.add_argument("--pictures", type=int, default=4, help="how many pictures of each set (default 4)")
    parser.add_argument("--rounds", type=int, default=6, help="how many rounds of strokes (default 6)")
    parser.add_argument("--side", type=int, default=512, help="larger pictures are cut to this side (default 512)")
    parser.add_argument("--turned", action="store_true", help="paint on every picture in all eight orientations")
    parser.add_argument("--inverse", action="store_true", help="want all that is background in the masks; no spread")
    parser.add_argument("--start", default="auto", help="what ours starts from (default auto; none for nothing)")
    parser.add_argument("--kind", choices=("objects", "regions"), default="objects", help="what ours looks for")
    parser.add_argument("--wait", type=float, default=0.0, help="also wait so many seconds a round (default 0: do not)")
    parser.add_argument("--spread", type=int, default=10, help="pictures that strokes are spread over; 0 is off")


def measure(options: argparse.Namespace) -> Iterator[Row]:
    names = options.sets.split(",")
    tallies = {name: _of_set(name, options) for name in names}
    for name, tally in tallies.items():
        yield from _rows(name, tally)
    yield from _together(tallies)


def _of_set(name: str, options: argparse.Namespace) -> Tally:
    tally, start = Tally(), None if options.start == "none" else options.start
    makers: dict[str, Callable[[], Learner]] = {FOREST: Forest, OURS: lambda: Ours(start, 0, options.kind)}
    if options.wait:
        makers[WAITED] = lambda: Ours(start, options.wait, options.kind)
    for shot in _painted_on(name, options):
        for title, make in makers.items():
            done = session(make(), shot.image, shot.truth, options.rounds)
            tally.rounds.setdefault(title, []).append(done)
            print(f"{shot.name}, {title}: {' '.join(f'{each.score:.3f}' for each in done)}", flush=True)
    if options.spread and name not in MADE and not options.inverse and dataset(options.data, name).entries("val"):
        _elsewhere(tally, name, options, start)
    return tally


def _painted_on(name: str, options: argparse.Namespace) -> Iterator[Shot]:
    for shot in shots(options.data, name, "val", options.pictures, options.side):
        wanted = inverse(shot) if options.inverse else shot
        yield from orientations(wanted) if options.turned else (wanted,)


def _elsewhere(tally: Tally, name: str, options: argparse.Namespace, start: str | None) -> None:
    """Score on pictures of the set without strokes, when strokes were spread over some others."""
    taught = shots(options.data, name, "train", options.spread, options.side)
    judged = shots(options.data, name, "val", options.pictures, options.side)
    axes = taught[0].image.ndim  # a forest cannot learn from grey and colour together
    taught, judged = ([shot for shot in part if shot.image.ndim == axes] for part in (taught, judged))
    learners: dict[str, Learner] = {FOREST: Forest(), OURS: Ours(start, 0, options.kind)}
    if options.wait:
        learners[WAITED] = Ours(start, options.wait, options.kind)
    for title, learner in learners.items():
        tally.elsewhere[title] = mean(_taught_elsewhere(learner, taught, judged))
    if start is not None:
        tally.elsewhere[START] = mean(_taught_elsewhere(Ours(start, 0, options.kind), (), judged))
    print(f"{name}, spread over {len(taught)}: {tally.elsewhere}", flush=True)


def _taught_elsewhere(learner: Learner, taught: Sequence[Shot], judged: Sequence[Shot]) -> list[float]:
    for shot in taught:
        learner.update(shot.image, spread_strokes(shot.truth))
    return [overlap(learner.find(shot.image), shot.truth) for shot in judged]


def _rows(name: str, tally: Tally) -> Iterator[Row]:
    forest = tally.score(FOREST)
    yield Row(f"{name}, IoU", tally.score(OURS), "", forest, FOREST, forest - NOISE, less=False)
    yield Row(
        f"{name}, least lead over the better of both, any round", _least_lead(tally), "", limit=-NOISE, less=False
    )
    if WAITED in tally.rounds:
        yield Row(f"{name}, IoU after waiting", tally.score(WAITED), "", tally.score(OURS), OURS, less=False)
    if tally.elsewhere:
        other = tally.elsewhere[FOREST]
        yield Row(f"{name}, IoU on pictures without strokes", tally.elsewhere[OURS], "", other, FOREST, less=False)
        if tally.elsewhere.get(START):  # not where none fits
            yield Row(f"{name}, the start alone there", tally.elsewhere[START], "", other, FOREST, less=False)


def _least_lead(tally: Tally) -> float:
    """By how much ours leads the better of forest and start (as it is at round 0), where it leads least."""
    ours, forest = tally.by_round(OURS), tally.by_round(FOREST)
    return min(mine - max(other, ours[0]) for mine, other in zip(ours[1:], forest[1:], strict=True))


def _together(tallies: dict[str, Tally]) -> Iterator[Row]:
    leads = [tally.score(OURS) - tally.score(FOREST) for tally in tallies.values()]
    yield Row("lead over the forest, mean of the sets", mean(leads), "", limit=BETTER, less=False)
    apart = [tally.elsewhere[OURS] - tally.elsewhere[FOREST] for tally in tallies.values() if tally.elsewhere]
    if apart:
        yield Row("lead on pictures without strokes", mean(apart), "", limit=ELSEWHERE, less=False)
    waited = [tally.score(WAITED) - tally.score(OURS) for name, tally in tallies.items() if _gains(name, tally)]
    if waited:
        yield Row("gained by waiting, EM and phase contrast", mean(waited), "", limit=GAINED, less=False)
    ours, forest = (
        [second for tally in tallies.values() for second in tally.seconds(title)] for title in (OURS, FOREST)
    )
    yield Row("stroke to answer, median", median(ours), "s", median(forest), FOREST, SECONDS)
    yield Row(
        "stroke to answer, 95 of 100", float(np.percentile(ours, 95)), "s", float(np.percentile(forest, 95)), FOREST
    )


def _gains(name: str, tally: Tally) -> bool:
    return WAITED in tally.rounds and name.startswith(UNUSUAL)
