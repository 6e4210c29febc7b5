"""A form shows what a settings class declares, and loses nothing on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt

from napari_unet.core.settings import (
    AugmentationSettings,
    ExportSettings,
    InferenceSettings,
    NetworkSettings,
    PostprocessingSettings,
    Settings,
    TrainingSettings,
)
from napari_unet.widgets.editors import Choice, Number, Tick
from napari_unet.widgets.form import Form, RowLabel
from napari_unet.widgets.formats import Formats

GROUPS = [
    AugmentationSettings,
    ExportSettings,
    InferenceSettings,
    NetworkSettings,
    PostprocessingSettings,
    TrainingSettings,
]


@pytest.fixture
def cleaning(qtbot: QtBot) -> Form:
    form = Form(PostprocessingSettings)
    qtbot.addWidget(form)
    return form


def other_values(group: type[Settings]) -> Settings:
    """A group in which nothing is at its default."""
    values = {}
    for item in group.options():
        if item.kind is bool:
            values[item.name] = not item.default
        elif item.choices:
            values[item.name] = next(choice for choice in item.choices if choice != item.default)
        elif item.kind is str:
            values[item.name] = "DAPI,2"
        else:
            low, high = item.minimum or 0, item.maximum or 0
            values[item.name] = item.kind(low if item.default != low else low + (high - low) * 0.37)
    return group.from_json(values)


@pytest.mark.parametrize("group", GROUPS)
def test_every_setting_survives_the_form(qtbot: QtBot, group: type[Settings]) -> None:
    form = Form(group)
    qtbot.addWidget(form)
    for settings in (group(), other_values(group)):
        form.set_value(settings)
        assert form.value() == settings


def test_settings_without_a_row_are_kept(qtbot: QtBot) -> None:
    form = Form(TrainingSettings, only="plain")
    qtbot.addWidget(form)
    form.set_value(TrainingSettings(seed=7))
    form.editors["epochs"].box.setValue(33)
    assert form.value() == TrainingSettings(seed=7, epochs=33)


def test_a_small_learning_rate_is_not_rounded_to_nothing(qtbot: QtBot) -> None:
    form = Form(TrainingSettings)
    qtbot.addWidget(form)
    form.editors["rate"].box.setValue(1e-4)
    assert form.value().rate == pytest.approx(1e-4)


def test_editors_fit_the_kind_of_the_option(cleaning: Form) -> None:
    assert isinstance(cleaning.editors["fill_holes"], Tick)
    threshold = cleaning.editors["threshold"]
    assert isinstance(threshold, Number)
    assert threshold.slider is not None
    smallest = cleaning.editors["smallest"]
    assert isinstance(smallest, Number)
    assert smallest.slider is None, "a slider of ten million pixels cannot be aimed"
    assert smallest.box.suffix() == " px"


def test_zero_is_a_word_where_it_is_no_number(qtbot: QtBot) -> None:
    form = Form(TrainingSettings)
    qtbot.addWidget(form)
    minutes = form.editors["minutes"].box
    assert minutes.text() == "no limit"
    assert "Usual: no limit." in minutes.toolTip()
    minutes.setValue(3)
    assert minutes.text().endswith(" min")
    minutes.lineEdit().setText("0")
    minutes.interpretText()
    assert (form.value().minutes, minutes.text()) == (0, "no limit")
    cleaning = Form(PostprocessingSettings)
    qtbot.addWidget(cleaning)
    threshold = cleaning.editors["threshold"].box
    threshold.setValue(0)
    assert threshold.text() == "0.00", "a number like any other"


def test_words_are_chosen_from_a_list(qtbot: QtBot) -> None:
    form = Form(NetworkSettings)
    qtbot.addWidget(form)
    norm = form.editors["norm"]
    assert isinstance(norm, Choice)
    norm.box.setCurrentText("group")
    assert form.value().norm == "group"


def test_dragging_and_typing_are_one_value(qtbot: QtBot, cleaning: Form) -> None:
    threshold = cleaning.editors["threshold"]
    with qtbot.waitSignal(cleaning.changed):
        threshold.slider.setValue(30)
    assert (cleaning.value().threshold, threshold.box.value()) == (0.30, 0.30)
    with qtbot.waitSignal(cleaning.changed):
        threshold.box.setValue(0.72)
    assert (cleaning.value().threshold, threshold.slider.value()) == (0.72, 72)


def test_showing_a_value_is_not_a_change(qtbot: QtBot, cleaning: Form) -> None:
    with qtbot.assertNotEmitted(cleaning.changed):
        cleaning.set_value(PostprocessingSettings(threshold=0.2, smallest=99, fill_holes=False))


def test_double_click_on_the_name_restores_the_default(qtbot: QtBot, cleaning: Form) -> None:
    cleaning.set_value(PostprocessingSettings(threshold=0.2))
    name = next(label for label in cleaning.findChildren(RowLabel) if label.text().startswith("Threshold"))
    assert name.text() == "Threshold •"
    with qtbot.waitSignal(cleaning.changed):
        qtbot.mouseDClick(name, Qt.MouseButton.LeftButton)
    assert cleaning.value() == PostprocessingSettings()
    assert name.text() == "Threshold"


def test_double_click_on_a_tick_restores_the_default(qtbot: QtBot, cleaning: Form) -> None:
    cleaning.set_value(PostprocessingSettings(fill_holes=False))
    box = cleaning.editors["fill_holes"].box
    qtbot.mouseDClick(box, Qt.MouseButton.LeftButton)
    assert cleaning.value().fill_holes


def test_help_says_what_it_is_for_and_what_is_usual(cleaning: Form) -> None:
    for name, editor in cleaning.editors.items():
        help_text = editor.box.toolTip()
        assert editor.item.help in help_text, name
        assert "Usual: " in help_text, name
    assert "Usual: 12 px" in cleaning.editors["smallest"].box.toolTip()


def test_options_of_the_other_kind_are_hidden(qtbot: QtBot, cleaning: Form) -> None:
    cleaning.show()
    cleaning.set_kind("regions")
    assert not cleaning.editors["threshold"].isVisible()
    assert not cleaning.editors["split"].isVisible()
    assert cleaning.editors["smallest"].isVisible()
    cleaning.set_kind("objects")
    assert cleaning.editors["threshold"].isVisible()


def test_advanced_options_are_folded_away(cleaning: Form) -> None:
    cleaning.show()
    assert not cleaning.editors["opening"].isVisible()
    cleaning.more.button.click()
    assert cleaning.editors["opening"].isVisible()


def test_a_typed_number_stays_within_its_bounds(cleaning: Form) -> None:
    cleaning.editors["threshold"].box.setValue(7.0)
    assert cleaning.value() == replace(PostprocessingSettings(), threshold=1.0)


def test_formats_are_ticked_in_a_menu_and_named_on_the_button(qtbot: QtBot) -> None:
    form = Form(ExportSettings)
    qtbot.addWidget(form)
    formats = form.editors["formats"]
    assert isinstance(formats, Formats)
    assert formats.button.text() == "TIFF for Fiji ▾"
    with qtbot.waitSignal(form.changed):
        formats.ticks["csv"].click()
    assert form.value() == ExportSettings(formats="tiff,csv")
    assert formats.button.text() == "2 formats ▾"
    formats.ticks["geojson"].click()
    assert formats.button.text() == "3 formats ▾"


def test_the_last_format_cannot_be_taken_away(qtbot: QtBot) -> None:
    form = Form(ExportSettings)
    qtbot.addWidget(form)
    formats = form.editors["formats"]
    assert isinstance(formats, Formats)
    formats.ticks["tiff"].click()
    assert formats.ticks["tiff"].isChecked()
    assert form.value() == ExportSettings()
