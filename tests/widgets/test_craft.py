"""What a biologist sees of the training craft: presets, the estimate, the banner, the offer, examples, the search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import pytest
from napari.layers import Image, Labels
from pytestqt.qtbot import QtBot
from qtpy.QtWidgets import QApplication, QWidget

from napari_unet.core.metrics import FALSE, HIT, MISS
from napari_unet.core.search.report import TrialDone
from napari_unet.core.training.report import CrossValidated, Estimated
from napari_unet.session.job import BrokenOff, Job, Verdict
from napari_unet.widgets.crossing import PicturesTable, crossed_line
from napari_unet.widgets.examples import GAP, OUTLINE, TILE, Examples, sheet
from napari_unet.widgets.explanation import Explanation
from napari_unet.widgets.layers.colours import VERDICTS
from napari_unet.widgets.look import WIDTH
from napari_unet.widgets.search import SearchDialog
from napari_unet.widgets.sections import Section, SegmentSection, TrainSection
from napari_unet.widgets.sessions import Bench
from napari_unet.widgets.tries import TriesTable
from napari_unet.widgets.wording import duration, estimate_line, memory
from tests.widgets.fake_session import FakeSession

S = TypeVar("S", bound=Section)
Make = Callable[[type[S]], S]


@pytest.fixture
def make(bench: Bench, qtbot: QtBot) -> Make[Section]:
    """A section, shown."""

    def making(kind: type[Section]) -> Section:
        section = kind(bench)
        qtbot.addWidget(section)
        section.show()
        return section

    return making


@pytest.fixture
def train(make: Make[TrainSection], opened: FakeSession) -> TrainSection:
    """The section of training, over a project with one complete picture and two models."""
    opened.set_complete("a", True)
    opened.give_model("first", "AP 0.72 on 3 pictures")
    opened.give_model("second", "AP 0.61 on 3 pictures")
    return make(TrainSection)


def worse(*, taken: bool = False) -> Verdict:
    return Verdict("second", "first", "The new model is worse: AP 0.61 instead of 0.72.", worse=True, taken=taken)


# the guard


def test_a_worse_model_is_a_banner_with_one_click_to_take_it(train: TrainSection, opened: FakeSession) -> None:
    opened.verdict = worse()
    opened.craft_changed.emit()
    banner = train.outcome.verdict
    assert banner.isVisible()
    assert banner.sentence.text() == "The new model is worse: AP 0.61 instead of 0.72. first stays active."
    assert list(banner.buttons) == ["Take it anyway"]
    banner.buttons["Take it anyway"].click()
    assert opened.calls[-1] == ("take_anyway",)


def test_a_model_taken_anyway_can_be_given_back(train: TrainSection, opened: FakeSession) -> None:
    opened.verdict = worse(taken=True)
    opened.craft_changed.emit()
    assert list(train.outcome.verdict.buttons) == ["Go back"]
    train.outcome.verdict.buttons["Go back"].click()
    assert opened.calls[-1] == ("go_back",)


def test_a_better_model_is_a_quiet_line(train: TrainSection, opened: FakeSession) -> None:
    opened.verdict = Verdict("second", "second", "Better than Model 1: AP 0.80 instead of 0.72.", worse=False)
    opened.craft_changed.emit()
    assert train.outcome.verdict.sentence.text() == "Better than Model 1: AP 0.80 instead of 0.72."
    assert train.outcome.verdict.buttons == {}
    train.outcome.verdict.close_button.click()
    assert opened.calls[-1] == ("put_verdict_away",)


def test_a_button_that_is_on_show_keeps_the_keyboard(train: TrainSection, opened: FakeSession) -> None:
    opened.verdict = worse()
    opened.craft_changed.emit()
    before = train.outcome.verdict.buttons["Take it anyway"]
    opened.craft_changed.emit()
    assert train.outcome.verdict.buttons["Take it anyway"] is before


# going on


def test_a_broken_off_training_is_offered(train: TrainSection, opened: FakeSession) -> None:
    opened.broken_off = BrokenOff("second", "", 7, 20)
    opened.craft_changed.emit()
    assert "second was broken off after epoch 7 of 20" in train.outcome.offer.sentence.text()
    train.outcome.offer.buttons["Go on with it"].click()
    assert opened.calls[-1] == ("resume",)
    opened.give_job(Job("train", "Training", 0.1))
    assert not train.outcome.offer.isVisible(), "two trainings at once there are none"


# before and while


def test_the_estimate_stands_beside_the_button(train: TrainSection, opened: FakeSession) -> None:
    assert train.estimate.text() == ""
    opened.estimate = Estimated(240.0, 1.2e9)
    opened.craft_changed.emit()
    assert train.estimate.text() == "about 4 min · 1.2 GB"


@pytest.mark.parametrize(
    ("seconds", "words"), [(3, "5 s"), (42, "40 s"), (58, "1 min"), (240, "4 min"), (4800, "1 h 20 min")]
)
def test_a_duration_is_as_exact_as_it_is_known(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_memory_is_in_units_a_person_knows() -> None:
    assert (memory(1.24e9), memory(3.42e8)) == ("1.2 GB", "340 MB")
    assert estimate_line(0.0, 0.0) == ""


def test_every_notice_can_be_read(train: TrainSection, opened: FakeSession) -> None:
    opened.notices = ("Two masks overlap.", "Few objects measure.")
    opened.craft_changed.emit()
    banner = train.outcome.noticed
    assert banner.sentence.text() == "Few objects measure."
    assert "Two masks overlap." in banner.toolTip()
    banner.buttons["2 things noticed"].click()
    assert "Two masks overlap." in banner.sentence.text()
    assert "Few objects measure." in banner.sentence.text()
    opened.said.emit("train", "Trained after 3 epochs.")
    assert banner.isVisible(), "the next message must not wash a notice away"


def test_a_preset_and_a_strength_are_one_choice_each(train: TrainSection, opened: FakeSession) -> None:
    preset, strength = train.more.preset, train.more.strength
    assert [preset.itemText(index) for index in range(preset.count())] == ["Usual", "Classic", "Plain"]
    preset.activated.emit(1)
    assert opened.calls[-1] == ("take_preset", "classic")
    strength.activated.emit(3)
    assert opened.calls[-1] == ("take_strength", "strong")
    opened.preset = ""
    opened.craft_changed.emit()
    assert preset.currentText() == "your own"
    opened.preset = "plain"
    opened.craft_changed.emit()
    assert preset.currentText() == "Plain"
    assert preset.findText("your own") < 0
    assert preset.toolTip() == "A U-Net with nothing added; for comparison."


@pytest.mark.parametrize(
    ("group", "name", "value"), [("preprocessing", "object_size", 30.0), ("loss", "soft_dice", 0.5)]
)
def test_every_group_of_the_plan_has_a_fold(
    train: TrainSection, opened: FakeSession, group: str, name: str, value: float
) -> None:
    train.forms[group].editors[name].box.setValue(value)
    assert getattr(opened.settings(group), name) == value


@pytest.mark.parametrize("kind", ["train", "compare", "cross", "search"])
def test_every_job_of_training_shows_how_far_it_is(train: TrainSection, opened: FakeSession, kind: Any) -> None:
    opened.give_job(Job(kind, "working", 0.5))
    assert train.progress.isVisible()
    assert not train.forms["training"].isEnabled()
    train.progress.stop.click()
    assert opened.calls[-1] == ("stop",)


def test_a_fold_that_is_open_fits_the_panel(train: TrainSection, opened: FakeSession, qtbot: QtBot) -> None:
    train.more.set_open(True)
    for part in train.more.parts.values():
        part.set_open(True)
    opened.verdict, opened.notices = worse(), ("A notice.", "Another notice that is a little longer than that.")
    opened.broken_off = BrokenOff("second", "", 7, 20)
    opened.estimate = Estimated(4800.0, 1.2e9)
    opened.craft_changed.emit()
    too_wide = [one for one in train.findChildren(QWidget) if one.minimumSizeHint().width() > WIDTH - 40]
    assert [type(one).__name__ for one in too_wide if one.isVisible()] == []
    assert train.minimumSizeHint().width() <= WIDTH - 30
    del qtbot


# studies


def test_cross_validation_is_a_line_and_a_table(train: TrainSection, opened: FakeSession, qtbot: QtBot) -> None:
    train.more.set_open(True)
    train.studies.folds.setCurrentIndex(1)
    train.studies.cross.click()
    assert opened.calls[-1] == ("cross_validate", 5)
    per = {"good": {"dice": 0.9, "ap50": 0.8}, "bad": {"dice": 0.7, "ap50": 0.4}}
    opened.crossed = CrossValidated({"dice": 0.8, "dice_spread": 0.1, "pictures": 2.0}, per)
    opened.craft_changed.emit()
    line = train.outcome.crossed.sentence.text()
    assert "Dice 0.80 ± 0.10 over 2 pictures, each measured by a model that never saw it" in line
    assert line == crossed_line(opened.crossed)
    table = PicturesTable(opened.crossed)
    qtbot.addWidget(table)
    assert [table.table.item(row, 0).text() for row in range(2)] == ["bad", "good"], "the worst is looked at first"
    assert table.table.item(0, 2).text() == "0.40"


def test_examples_are_tiles_with_outlines() -> None:
    made = np.zeros((16, 2, 64, 64), np.float32)
    made[:, 0] = 0.5
    made[3, 1, 20, 30] = 1.0
    page = sheet(made)
    assert page.shape == (4 * TILE + 3 * GAP, 4 * TILE + 3 * GAP, 3)
    orange = (page == np.array(OUTLINE)).all(axis=-1)
    ys, xs = np.nonzero(orange)
    assert len(ys) == 1
    assert ys[0] < TILE
    assert xs[0] > 3 * TILE


def test_examples_are_shown_when_they_come(train: TrainSection, opened: FakeSession) -> None:
    train.more.set_open(True)
    train.studies.examples.click()
    assert opened.calls[-1] == ("make_examples",)
    opened.examples_made.emit(np.zeros((16, 2, 64, 64), np.float32))
    assert train.studies.shown is not None
    assert train.studies.shown.isVisible()
    opened.leave_project()
    assert not any(one.isVisible() for one in train.findChildren(Examples)), "they are of the project that was left"


def test_a_model_explains_itself_and_can_be_copied(train: TrainSection, qtbot: QtBot) -> None:
    words = [action.text() for action in train.models.menu().actions()]
    assert "first · AP 0.72 on 3 pictures" in words
    assert "Explain second…" in words
    dialog = Explanation("# A model\n\nWe trained it.")
    qtbot.addWidget(dialog)
    assert "We trained it." in dialog.page.toPlainText()
    dialog.copy.click()
    assert QApplication.clipboard().text() == "# A model\n\nWe trained it."


# the search


@pytest.fixture
def page(bench: Bench, opened: FakeSession, qtbot: QtBot) -> SearchDialog:
    dialog = SearchDialog(bench)
    qtbot.addWidget(dialog)
    dialog.show()
    del opened
    return dialog


def test_the_search_varies_what_is_ticked(page: SearchDialog, opened: FakeSession) -> None:
    for name, line in page.variations.items():
        line.tick.setChecked(name == "width")
    page.variations["width"].line.setText("4,8")
    page.form.editors["trials"].box.setValue(7)
    page.go.click()
    assert opened.calls[-1] == ("search", ("width=4,8",))
    assert opened.settings("search").trials == 7


def test_a_space_that_cannot_be_searched_says_why(page: SearchDialog, opened: FakeSession) -> None:
    opened.no_space = "Nothing is varied."
    page.variations["width"].tick.toggle()
    assert page.problem.text() == "Nothing is varied."
    assert not page.go.isEnabled()


def test_the_table_fills_with_the_best_on_top(page: SearchDialog, opened: FakeSession) -> None:
    opened.tries = (
        TrialDone(1, 3, {"width": 8}, 0.6, 60.0),
        TrialDone(2, 3, {"width": 16}, 0.9, 30.0, pruned=True),
        TrialDone(3, 3, {"width": 32}, 0.8, 60.0),
    )
    opened.try_curves = {1: [(1, 0.2), (2, 0.6)], 3: [(1, 0.4), (2, 0.8)]}
    opened.search_changed.emit()
    assert [page.table.item(row, 0).text() for row in range(3)] == ["3", "1", "2"]
    assert page.table.best() == 3
    assert set(page.plot.lines) == {1, 3}
    assert not page.use.isEnabled()
    opened.best_found = True
    opened.search_changed.emit()
    page.use.click()
    assert opened.calls[-1] == ("use_best",)


def test_a_running_search_can_be_stopped_and_gone_on_with(page: SearchDialog, opened: FakeSession) -> None:
    opened.give_job(Job("search", "Search · try 1 of 20", 0.0, 300.0))
    assert page.doing.text() == "Search · try 1 of 20 · 5:00 left"
    assert not page.go.isEnabled()
    page.stop.click()
    assert opened.calls[-1] == ("stop",)
    opened.to_go_on = True
    opened.give_job(None)
    page.on.click()
    assert opened.calls[-1] == ("search_on",)


def test_every_setting_that_may_be_varied_can_be(page: SearchDialog) -> None:
    from napari_unet.core.search.space import parse_space

    for line in page.variations.values():
        line.tick.setChecked(True)
    assert set(parse_space(page.space())) == set(page.variations)


def test_a_table_without_tries_has_no_best(qtbot: QtBot) -> None:
    table = TriesTable()
    qtbot.addWidget(table)
    assert table.best() == 0


# more to look at


def test_what_the_network_sees_is_a_layer_over_the_picture(train: TrainSection, opened: FakeSession) -> None:
    opened.views["seen", "a"] = np.ones((1, 20, 30), np.float32)
    train.more.seen.click()
    layer = train.bench.canvas.layer("seen")
    assert isinstance(layer, Image)
    assert layer.name == "what the network sees"
    picture = train.bench.canvas.layer("picture")
    assert picture is not None
    np.testing.assert_allclose(layer.extent.world, picture.extent.world, atol=0.6)
    assert train.bench.viewer.layers.index(layer) == train.bench.viewer.layers.index(picture) + 1
    train.more.seen.click()
    assert train.bench.canvas.layer("seen") is None


def test_labels_are_compared_in_colours_with_a_legend(make: Make[SegmentSection], opened: FakeSession) -> None:
    section = make(SegmentSection)
    opened.give_model("first", "Dice 0.91")
    tick = section.comparison.tick
    assert not tick.isEnabled()
    opened.set_complete("a", True)
    opened.give_labels("a", np.ones((40, 60), np.uint16))
    assert tick.isEnabled()
    verdicts = np.zeros((40, 60), np.uint8)
    verdicts[:9, :9], verdicts[9:12], verdicts[20:] = HIT, MISS, FALSE
    opened.views["comparison", "a"] = verdicts
    tick.click()
    layer = section.bench.canvas.numbers("comparison")
    assert isinstance(layer, Labels)
    assert not layer.editable
    assert section.comparison.legend.isVisible()
    assert all(words in section.comparison.legend.text() for _colour, words in VERDICTS.values())
    assert len({colour for colour, _words in VERDICTS.values()}) == 3
    opened.select("b")
    assert section.bench.canvas.layer("comparison") is None


def test_uncertainty_is_a_layer_that_waits_to_be_shown(make: Make[SegmentSection], opened: FakeSession) -> None:
    section = make(SegmentSection)
    opened.give_model("first", "Dice 0.91")
    section.asking.uncertainty.click()
    assert opened.uncertainty
    opened.spreads["a"] = np.full((40, 60), 0.2, np.float32)
    opened.give_probability("a", np.zeros((3, 40, 60), np.float32))
    layer = section.bench.canvas.layer("uncertainty")
    assert isinstance(layer, Image)
    assert not layer.visible
    assert layer.colormap.name == "inferno"


def test_other_models_can_be_asked_too(make: Make[SegmentSection], opened: FakeSession) -> None:
    section = make(SegmentSection)
    opened.give_model("first", "Dice 0.80")
    opened.give_model("second", "Dice 0.91")
    assert section.asking.also.text() == "Also ask: nobody ▾"
    (action,) = section.asking.also.menu().actions()
    action.trigger()
    assert opened.also == ("first",)
    assert section.asking.also.text() == "Also ask: first ▾"


def test_the_clean_up_is_fitted_by_one_click(make: Make[SegmentSection], opened: FakeSession) -> None:
    opened.give_probability("a", np.zeros((1, 40, 60), np.float32))
    section = make(SegmentSection)
    section.refresh()
    section.fit.click()
    assert opened.calls[-1] == ("fit_clean_up",)
