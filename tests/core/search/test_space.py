"""Which settings are varied between what, and which plan is tried next."""

from __future__ import annotations

from random import Random

import pytest

from napari_unet.core.errors import SettingsError
from napari_unet.core.search import Trial, parse_space
from napari_unet.core.search.proposing import how_many, next_values, proposed
from napari_unet.core.settings import SearchSettings


def done(space, settings, count, score=lambda values: 0.0):
    """The first tries of a search."""
    trials: list[Trial] = []
    for number in range(1, count + 1):
        values = next_values(space, settings, trials)
        trials.append(Trial(number, values, score(values), 1.0))
    return trials


def test_numbers_words_and_switches_are_read():
    space = parse_space(["width=8,16", "rate=1e-4..1e-2", "architecture=unet,attention", "flips=yes,no"])
    drawn = [{name: part.drawn(random) for name, part in space.items()} for random in [Random(1)] for _ in range(60)]
    assert {values["width"] for values in drawn} == {8, 16}
    assert {values["architecture"] for values in drawn} == {"unet", "attention"}
    assert {values["flips"] for values in drawn} == {True, False}
    assert all(1e-4 <= values["rate"] <= 1e-2 for values in drawn)


def test_a_wide_range_is_searched_by_orders_of_magnitude_and_a_narrow_one_evenly():
    random = Random(0)
    wide, narrow = parse_space(["rate=1e-5..1e-1"])["rate"], parse_space(["rate=0.01..0.09"])["rate"]
    assert 0.4 < sum(wide.drawn(random) < 1e-3 for _ in range(500)) / 500 < 0.6
    assert 0.4 < sum(narrow.drawn(random) < 0.05 for _ in range(500)) / 500 < 0.6


def test_whole_numbers_stay_whole():
    drawn = parse_space(["batch=2..64"])["batch"]
    values = [drawn.drawn(Random(seed)) for seed in range(50)]
    assert all(type(value) is int and 2 <= value <= 64 for value in values)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "Nothing is varied"),
        (["width"], "NAME=VALUE,VALUE"),
        (["widht=8,16"], "no setting called 'widht'"),
        (["width=8,300"], "must lie between 4 and 128"),
        (["width=wide"], "must be a whole number"),
        (["architecture=unet,vgg"], "must be one of"),
        (["architecture=a..b"], "is no number"),
        (["rate=1e-2..1e-4"], "first number must be the smaller"),
        (["minutes=1,2"], "All tries get the same time"),
        (["validation=0.1,0.2"], "same pictures measure"),
        (["width=8", "width=16"], "varied twice"),
        (["flips=perhaps"], "must be a yes or no"),
    ],
)
def test_a_space_that_makes_no_sense_is_a_sentence(words, sentence):
    with pytest.raises(SettingsError, match=sentence):
        parse_space(words)


def test_a_grid_tries_every_combination_once():
    space = parse_space(["width=8,16,32", "depth=2,3"])
    plans = proposed(space, SearchSettings(method="grid"))
    assert len(plans) == 6
    assert {(plan["width"], plan["depth"]) for plan in plans} == {(w, d) for w in (8, 16, 32) for d in (2, 3)}


def test_a_grid_of_ranges_or_of_too_many_is_a_sentence():
    with pytest.raises(SettingsError, match="A grid cannot be laid over the range of rate"):
        proposed(parse_space(["rate=1e-4..1e-2"]), SearchSettings(method="grid"))
    with pytest.raises(SettingsError, match="The grid has 6 combinations, but only 5 may be tried"):
        proposed(parse_space(["width=8,16,32", "depth=2,3"]), SearchSettings(method="grid", trials=5))


def test_random_search_repeats_no_plan_and_ends_with_the_space():
    space = parse_space(["width=8,16,32", "depth=2,3"])
    settings = SearchSettings(trials=50)
    plans = proposed(space, settings)
    assert how_many(space, settings) == len(plans) == 6
    assert len({tuple(plan.items()) for plan in plans}) == 6


def test_the_same_seed_tries_the_same_plans_and_another_does_not():
    space = parse_space(["rate=1e-4..1e-2"])
    assert proposed(space, SearchSettings()) == proposed(space, SearchSettings())
    assert proposed(space, SearchSettings()) != proposed(space, SearchSettings(search_seed=1))


def test_optuna_learns_from_the_tries_before():
    space, settings = parse_space(["dropout=0..0.8", "norm=batch,none"]), SearchSettings(method="optuna", trials=25)
    trials = done(space, settings, 25, lambda values: 1 - abs(float(values["dropout"]) - 0.2))
    late = [abs(float(trial.values["dropout"]) - 0.2) for trial in trials[15:]]
    early = [abs(float(trial.values["dropout"]) - 0.2) for trial in trials[:10]]
    assert sum(late) / len(late) < sum(early) / len(early)
    assert next_values(space, settings, trials[:7]) == trials[7].values


def test_a_missing_optuna_is_a_sentence_with_the_line_to_type(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "optuna", None)
    with pytest.raises(SettingsError, match=r"pip install napari-unet-loop\[search\]"):
        next_values(parse_space(["width=8,16"]), SearchSettings(method="optuna"), [])


def test_what_is_varied_is_written_down_as_it_is_read():
    space = parse_space(["width=8,16", "rate=1e-4..0.01", "flips=yes,no", "architecture=unet,residual", "batch=2..64"])
    assert parse_space({name: part.words for name, part in space.items()}) == space
