"""Every setting is a flag, made from its declaration."""

from __future__ import annotations

import argparse
import dataclasses

import pytest

from napari_unet.cli.flags import Parser, add_flags, flag, given, words
from napari_unet.cli.parser import make_parser
from napari_unet.cli.train import plan_of
from napari_unet.core.settings import (
    AugmentationSettings,
    ExportSettings,
    InferenceSettings,
    NetworkSettings,
    Option,
    PostprocessingSettings,
    Settings,
    TrainingSettings,
)
from napari_unet.core.settings.training import MOST_EPOCHS

GROUPS = (
    AugmentationSettings,
    ExportSettings,
    InferenceSettings,
    NetworkSettings,
    PostprocessingSettings,
    TrainingSettings,
)
every_group = pytest.mark.parametrize("group", GROUPS)


def parser_of(base: Settings) -> Parser:
    parser = Parser(prog="napari-unet")
    add_flags(parser, base, "settings")
    return parser


def another(item: Option) -> object:
    """A value the setting may have that is not its usual one."""
    if item.kind is bool:
        return not item.default
    if item.choices:
        return next(choice for choice in item.choices if choice != item.default)
    if item.kind is str:
        return "DAPI,2"
    assert item.minimum is not None
    assert item.maximum is not None
    return item.kind(item.maximum if item.default != item.maximum else item.minimum)


@every_group
def test_what_is_written_as_flags_is_read_back_as_the_same_settings(group: type[Settings]) -> None:
    changed = group(**{item.name: another(item) for item in group.options()})
    assert given(parser_of(group()).parse_args(words(changed)), group()) == changed


@every_group
def test_flags_not_given_leave_the_base_as_it_is(group: type[Settings]) -> None:
    base = group(**{item.name: another(item) for item in group.options()})
    assert given(parser_of(group()).parse_args([]), base) == base


@every_group
def test_help_holds_every_setting_with_its_sentence(group: type[Settings], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "1000")
    shown = " ".join(parser_of(group()).format_help().split())
    for item in group.options():
        assert flag(item) in shown
        assert item.help in shown


def test_help_shows_the_values_of_the_base() -> None:
    shown = parser_of(TrainingSettings(minutes=1.25)).format_help()
    assert "default 1.25" in shown


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (["--epochs", "0"], "It must lie between 1 and 100000"),
        (["--epochs", "many"], "It must be a whole number"),
        (["--epochs", "2.5"], "It must be a whole number"),
        (["--rate", "nan"], "It must lie between"),
        (["--device", "gpu"], "It must be one of auto, cuda, mps, cpu"),
    ],
)
def test_a_value_a_setting_cannot_have_is_a_sentence(
    typed: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        parser_of(TrainingSettings()).parse_args(typed)
    assert left.value.code == 2
    assert sentence in capsys.readouterr().err


def test_settings_of_one_name_in_two_groups_do_not_mix() -> None:
    arguments = argparse.Namespace(**{"TrainingSettings.device": "cpu"})
    assert given(arguments, InferenceSettings()) == InferenceSettings()
    assert given(arguments, TrainingSettings()) == dataclasses.replace(TrainingSettings(), device="cpu")


@pytest.mark.parametrize(
    ("words", "epochs"),
    [([], TrainingSettings().epochs), (["--minutes", "3"], MOST_EPOCHS), (["--minutes", "3", "--epochs", "7"], 7)],
)
def test_a_time_limit_alone_asks_for_all_of_that_time(words: list[str], epochs: int) -> None:
    arguments = make_parser().parse_args(["train", "pictures", "masks", "--out", "model", *words])
    assert plan_of(arguments).training.epochs == epochs


@pytest.mark.parametrize("word", ["a,a", "a,", ""])
def test_every_class_needs_a_name_of_its_own(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        make_parser().parse_args(["evaluate", "labels", "truth", "--classes", word])
    assert left.value.code == 2
    assert "Every class needs a name of its own." in capsys.readouterr().err
