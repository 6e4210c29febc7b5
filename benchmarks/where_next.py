"""Whether strokes where the learner asks for them help more than as many strokes at random places.

Both begin with the same two strokes. Then, round by round, two places are chosen: by `Learner.next_places`, or at
random; the simulated annotator paints a stroke at each, in whatever truly lies there. Scores are foreground IoU, mean
over the rounds after the first strokes, pictures of `val`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from statistics import mean

import numpy as np

from benchmarks.annotator import BACKGROUND, FOREGROUND, LENGTH, Mask, Strokes, first, overlap, stroke_in
from benchmarks.outcome import Row
from benchmarks.stroked import SETS, Shot, shots
from benchmarks.strokers import HALF
from napari_unet.core.strokes import Learner

AT_ONCE = 2
"""Strokes in a round."""

Place = tuple[int, int]
Choose = Callable[[Learner, Shot], Sequence[Place]]


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sets", default=",".join(SETS), help="names of the sets, with commas")
    parser.add_argument("--pictures", type=int, default=3, help="how many pictures of each set (default 3)")
    parser.add_argument("--rounds", type=int, default=5, help="how many rounds after the first strokes (default 5)")
    parser.add_argument("--side", type=int, default=512, help="larger pictures are cut to this side (default 512)")
    parser.add_argument("--repeats", type=int, default=3, help="how often places are drawn at random (default 3)")


def measure(options: argparse.Namespace) -> Iterator[Row]:
    for name in options.sets.split(","):
        pictures = shots(options.data, name, "val", options.pictures, options.side)
        asked = mean(score(shot, where_asked, options.rounds) for shot in pictures)
        chance = mean(
            score(shot, at_random(np.random.default_rng(seed)), options.rounds)
            for shot in pictures
            for seed in range(options.repeats)
        )
        print(f"{name}: asked for {asked:.3f}, at random {chance:.3f}", flush=True)
        yield Row(f"{name}, IoU", asked, "", chance, "random places", less=False)


def score(shot: Shot, choose: Choose, rounds: int) -> float:
    """One picture: mean IoU over the rounds after the first strokes."""
    learner, strokes, scores = Learner(), first(shot.truth), list[float]()
    learner.update(shot.image, strokes)
    for _ in range(rounds):
        for place in choose(learner, shot):
            strokes = painted_at(strokes, shot.truth, place)
        learner.update(shot.image, strokes)
        scores.append(overlap(learner.predict(shot.image).probability > HALF, shot.truth))
    return mean(scores)


def where_asked(learner: Learner, shot: Shot) -> Sequence[Place]:
    """Where the learner wants strokes."""
    image = shot.image[np.newaxis] if shot.image.ndim == shot.truth.ndim else np.moveaxis(shot.image, -1, 0)
    return [place.position for place in learner.next_places({shot.name: image}, AT_ONCE)]


def at_random(rng: np.random.Generator) -> Choose:
    """Anywhere."""

    def choose(_: Learner, shot: Shot) -> Sequence[Place]:
        rows, columns = shot.truth.shape
        return [(int(rng.integers(rows)), int(rng.integers(columns))) for _ in range(AT_ONCE)]

    return choose


def painted_at(strokes: Strokes, truth: Mask, place: Place) -> Strokes:
    """The strokes with one more around a place, in what lies there."""
    window = tuple(slice(max(0, centre - LENGTH // 2), centre + LENGTH // 2) for centre in place)
    alike, more = np.zeros_like(truth), strokes.copy()
    alike[window] = (truth[window] == truth[place]) & (strokes[window] == 0)
    more[stroke_in(alike)] = FOREGROUND if truth[place] else BACKGROUND
    return more
