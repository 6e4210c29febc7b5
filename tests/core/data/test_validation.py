"""Which pictures measure, and that it stays so."""

import dataclasses

import pytest

from napari_unet.core.data import Record
from napari_unet.core.data.validation import decided
from tests.core.data.conftest import picture


def records(count: int, complete: bool = True) -> dict[str, Record]:
    record = dataclasses.replace(Record.of(picture()), complete=complete)
    return {f"p{i}": record for i in range(count)}


@pytest.mark.parametrize(
    ("count", "share", "measuring"), [(20, 0.15, 3), (1, 0.5, 0), (2, 0.15, 1), (8, 0.0, 0), (500, 0.2, 40)]
)
def test_the_share_is_kept(count: int, share: float, measuring: int) -> None:
    choice = decided(records(count), share)
    assert len(choice) == count
    assert sum(choice.values()) == measuring


def test_the_choice_does_not_depend_on_the_order() -> None:
    pictures = records(20)
    assert decided(pictures, 0.2) == decided(dict(reversed(pictures.items())), 0.2)


def test_incomplete_pictures_are_not_decided() -> None:
    assert decided(records(5, complete=False), 0.5) == {}


def test_a_decision_is_for_life() -> None:
    pictures: dict[str, Record] = {}
    decisions: dict[str, bool] = {}
    for name, record in records(30).items():  # one picture after the other becomes complete
        pictures[name] = record
        for new, validation in decided(pictures, 0.2).items():
            assert new not in decisions
            decisions[new] = validation
            pictures[new] = dataclasses.replace(record, validation=validation)
    assert sum(decisions.values()) == 6
