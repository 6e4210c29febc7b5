"""What holds for every group of settings, however many there come to be."""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_unet.core import settings as door
from napari_unet.core.errors import SettingsError
from napari_unet.core.settings import Option, Settings, Value

GROUPS = [
    group
    for group in vars(door).values()
    if isinstance(group, type) and issubclass(group, Settings) and group != Settings
]
OPTIONS = [(group, item) for group in GROUPS for item in group.options()]
NUMBERS = [(group, item) for group, item in OPTIONS if item.kind in (int, float)]
CHOICES = [(group, item) for group, item in OPTIONS if item.choices]

groups = pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.__name__)


def each(options: list[tuple[type[Settings], Option]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("group", "item"), options, ids=[f"{group.__name__}.{item.name}" for group, item in options]
    )


def values(item: Option) -> st.SearchStrategy[Value]:
    """Every value the option may have, on its steps."""
    if item.kind is bool:
        return st.booleans()
    if item.choices:
        return st.sampled_from(item.choices)
    if item.kind is str:
        return st.sampled_from(["", "DAPI,2", "µ-tubulin"])
    assert item.minimum is not None
    assert item.maximum is not None
    if item.kind is int:
        return st.integers(int(item.minimum), int(item.maximum))
    return st.floats(item.minimum, item.maximum)


@groups
@given(data=st.data())
def test_any_values_survive_json(group: type[Settings], data: st.DataObject) -> None:
    settings = group(**{item.name: data.draw(values(item), item.name) for item in group.options()})
    assert group.from_json(json.loads(json.dumps(settings.to_json()))) == settings


@groups
def test_what_json_does_not_name_keeps_its_default(group: type[Settings]) -> None:
    assert group.from_json({}) == group()
    assert group().to_json() == {item.name: item.default for item in group.options()}


@groups
def test_a_setting_nobody_knows_is_refused_by_name(group: type[Settings]) -> None:
    with pytest.raises(SettingsError, match="'nonsense'"):
        group.from_json({"nonsense": 1})


@groups
def test_labels_tell_the_settings_of_a_group_apart(group: type[Settings]) -> None:
    labels = [item.label for item in group.options()]
    assert len(set(labels)) == len(labels)


@each(OPTIONS)
def test_every_setting_is_explained_in_a_sentence(group: type[Settings], item: Option) -> None:
    assert item.help.endswith(".")
    assert item.help[0].isupper()
    assert len(item.help) < 150
    assert item.applies_to in ("", "objects", "regions")


@each(OPTIONS)
def test_the_wrong_type_is_refused_with_the_usual_value(group: type[Settings], item: Option) -> None:
    for wrong in (None, [1], "" if item.kind is not str else 1):
        with pytest.raises(SettingsError) as caught:
            group.from_json({item.name: wrong})
        assert item.label in caught.value.what
        assert repr(item.default) in caught.value.do


@each(NUMBERS)
def test_numbers_are_bounded_and_stepped(group: type[Settings], item: Option) -> None:
    assert item.minimum is not None
    assert item.maximum is not None
    assert item.minimum < item.maximum
    assert item.step is not None
    assert item.step > 0


@each(NUMBERS)
def test_a_form_that_rounds_to_steps_can_show_the_default(group: type[Settings], item: Option) -> None:
    """A box whose step is coarser than the default shows 0 for a learning rate of 0.0001."""
    assert item.step is not None
    steps = float(item.default) / item.step
    assert steps == pytest.approx(round(steps))


@each(NUMBERS)
def test_beyond_its_bounds_a_number_is_refused_and_on_them_taken(group: type[Settings], item: Option) -> None:
    assert item.minimum is not None
    assert item.maximum is not None
    for taken in (item.minimum, item.maximum):
        assert getattr(group.from_json({item.name: taken}), item.name) == taken
    for refused in (item.minimum - 1, item.maximum + 1, float("nan"), float("inf")):
        with pytest.raises(SettingsError, match="must"):
            group.from_json({item.name: refused})


@each(CHOICES)
def test_a_choice_that_is_not_there_is_refused_with_those_that_are(group: type[Settings], item: Option) -> None:
    with pytest.raises(SettingsError) as caught:
        group.from_json({item.name: "nonsense"})
    assert all(choice in caught.value.needed for choice in item.choices)


@groups
def test_settings_are_frozen_and_a_changed_copy_checks_itself(group: type[Settings]) -> None:
    item = group.options()[0]
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(group(), item.name, item.default)
    with pytest.raises(SettingsError):
        dataclasses.replace(group(), **{item.name: None})


CAME_LATER = [(group, item) for group, item in OPTIONS if item.before is not None]


@each(CAME_LATER)
def test_a_group_written_before_there_was_a_setting_means_what_it_did(group: type[Settings], item: Option) -> None:
    written = {name: value for name, value in group().to_json().items() if name != item.name}
    assert getattr(group.from_json(written), item.name) == item.before
    other = next(iter(written))
    assert group.from_json({other: written[other]}) == group(), "a person who names one setting wants the others usual"
