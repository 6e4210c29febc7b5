"""Which pictures measure, and that it stays so."""

import dataclasses
import json
from pathlib import Path

import pytest

from napari_unet.core.data import Record
from napari_unet.core.data.atomic import write_json, write_many_json
from napari_unet.core.data.validation import decided
from napari_unet.core.errors import StorageError
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


def test_what_is_set_aside_is_not_decided_and_does_not_count() -> None:
    pictures = records(4)
    pictures |= {f"test{i}": dataclasses.replace(pictures["p0"], aside="test") for i in range(10)}
    assert set(decided(pictures, 0.25)) == {"p0", "p1", "p2", "p3"}
    assert sum(decided(pictures, 0.25).values()) == 1


@pytest.mark.parametrize("aside", ["", "test", "left out"])
def test_what_is_set_aside_is_kept_in_the_record(aside: str) -> None:
    record = dataclasses.replace(Record.of(picture()), aside=aside)
    assert Record.from_json(json.loads(json.dumps(record.to_json()))) == record
    with pytest.raises(ValueError, match="set aside"):
        Record.from_json({**record.to_json(), "aside": "for later"})


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


def test_many_decisions_are_written_whole_and_together(tmp_path: Path) -> None:
    files = {tmp_path / f"p{i}" / "record.json": {"number": i} for i in range(50)}
    for file in files:
        write_json(file, {"number": "old"})
    write_many_json(files)
    assert [json.loads(file.read_text()) for file in files] == list(files.values())
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == ["record.json"] * 50


def test_where_one_cannot_be_written_none_is_half_written(tmp_path: Path) -> None:
    there, gone = tmp_path / "there" / "record.json", tmp_path / "gone" / "record.json"
    write_json(there, {"number": "old"})
    with pytest.raises(StorageError, match=r"record\.json"):
        write_many_json({there: {"number": "new"}, gone: {}})
    assert json.loads(there.read_text()) == {"number": "old"}
    assert [path.name for path in there.parent.iterdir()] == ["record.json"]
