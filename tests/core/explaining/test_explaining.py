"""A model's page and its Methods paragraph say what was done, whatever was set."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from napari_unet.core.explaining import describe, methods, read_curve, sparkline, write_description
from napari_unet.core.explaining.curve import Point
from napari_unet.core.model.card import METRICS, ModelCard
from napari_unet.core.settings import PRESETS, Option, Plan, PostprocessingSettings

OBJECTS = ("cell", "border", "distance")
CURVE = tuple(Point(epoch, 1 / epoch, {"dice": epoch / 20}) for epoch in range(1, 19))


def card_of(plan: Plan | None = None, **changes: object) -> ModelCard:
    card = ModelCard(
        name="first",
        kind="objects",
        class_names=("nucleus",),
        channels=1,
        colour=False,
        plan=plan or Plan(),
        postprocessing=PostprocessingSettings(),
        outputs=OBJECTS,
        scores={"ap50": 0.83, "ap50_spread": 0.05, "dice": 0.9, "pictures": 3.0},
        data={"a": "1111", "b": "2222", "c": "3333", "d": "4444", "e": "5555"},
        validation=("c", "d", "e"),
        versions={"python": "3.11.9", "torch": "2.13.0"},
        device="the processor",
        precision="float32",
        created="2026-01-01",
        epochs_done=12,
        seconds=200.0,
    )
    return dataclasses.replace(card, **changes)


def regions(plan: Plan) -> ModelCard:
    names = ("plasma", "nucleus")
    return card_of(plan, kind="regions", class_names=names, outputs=("background", *names))


def test_the_page_names_the_pictures_with_their_use_and_hash():
    page = describe(card_of(), CURVE)
    assert "| a | learning | `1111` |" in page
    assert "| c | measuring | `3333` |" in page
    assert "2 pictures taught, 3 measured and were never learned from." in page


def test_the_page_lists_only_what_is_not_as_usual():
    page = describe(card_of(Plan().with_values({"rate": 0.02})), ())
    assert "| training | Learning rate | 0.02 | 0.003 |" in page
    assert "| training | Epochs" not in page
    assert "All settings had their usual values." in describe(card_of(), ())


def test_the_curve_is_drawn_and_thinned_to_a_short_table():
    page = describe(card_of(), CURVE)
    assert "loss     █" in page
    rows = [line for line in page.splitlines() if line.startswith("| ") and line[2].isdigit()]
    assert len(rows) == 8
    assert (rows[0], rows[-1]) == ("| 1 | 1.000 | 0.050 |", "| 18 | 0.056 | 0.900 |")


@pytest.mark.parametrize(
    ("scores", "told"),
    [
        ({}, "Not measured: no picture was kept out of learning"),
        ({"dice": 0.5, "pictures": 1.0}, "Measured on a single picture"),
        ({"dice": 0.5, "dice_spread": 0.1, "pictures": 3.0}, "so few say little about others"),
        ({"dice": 0.5, "dice_spread": 0.1, "pictures": 30.0}, "(standard deviation)"),
    ],
)
def test_a_score_comes_with_what_it_can_tell(scores, told):
    assert told in describe(card_of(scores=scores), ())


def test_what_was_noticed_and_the_comparison_are_on_the_page():
    compared = {"sentence": "Worse than old.", "standings": [{"name": "first", "merit": 0.5}]}
    page = describe(card_of(noticed=("Two labels contradict.",), compared=compared), ())
    assert "- Two labels contradict." in page
    assert "Worse than old." in page
    assert "| first | 0.500 |" in page
    assert "## Noticed" not in describe(card_of(), ())


def test_the_paragraph_holds_the_facts_of_the_training():
    text = methods(card_of(), epochs=20)
    for fact in (
        "Each nucleus was segmented individually",
        "U-Net (Ronneberger et al. 2015) with 4 down-sampling steps, 16 to 256 channels",
        "trained on 2 annotated pictures; 3 further pictures were kept out of training for validation",
        "Training ran for 20 epochs (3.3 min)",
        "The model of epoch 12",
        "AP@0.5 0.830 ± 0.050",
        "thresholding at 0.5",
        "Python 3.11.9 and PyTorch 2.13.0 on the processor",
    ):
        assert fact in text


def test_the_paragraph_of_regions_speaks_of_classes():
    text = methods(regions(Plan()), epochs=20)
    assert "to the classes 'plasma' and 'nucleus'" in text
    assert "the weighted sum of cross-entropy (1) and soft Dice (1) terms" in text
    assert "watershed" not in text
    assert "touching" not in text


def test_the_paragraph_says_when_there_was_no_augmentation():
    assert "No data augmentation was used." in methods(card_of(PRESETS["classic"].make()), epochs=1)


SILENT = {"validation", "epochs", "device", "precision", "checkpoints", "steps", "keep_network"}
"""The paragraph tells what came of these (numbers of pictures and epochs, the device), or they change no model."""

ONLY_WITH = {
    "misses": {"tversky": 1.0},
    "focus": {"focal": 1.0},
    "dropout_rises": {"dropout": 0.1},
    "denoise_strength": {"denoise": "median"},
    "flat_levels": {"dimensions": "3-D"},
}


def another(item: Option) -> object:
    if item.kind is bool:
        return not item.default
    if item.choices:
        return next(choice for choice in item.choices if choice != item.default)
    if item.kind is str:
        return "DAPI,2"
    assert item.maximum is not None
    assert item.minimum is not None
    return item.kind(item.maximum if item.default != item.maximum else item.minimum)


EVERY = [item for group in Plan.GROUPS.values() for item in group.options() if item.name not in SILENT]


@pytest.mark.parametrize("item", EVERY, ids=lambda item: item.name)
def test_every_setting_changes_the_paragraph(item):
    base = Plan().with_values(ONLY_WITH.get(item.name, {}))
    changed = base.with_values({item.name: another(item)})
    seen = {"colour": True, "channels": 3}  # only of such pictures are colours changed
    assert methods(card_of(changed, **seen), 20) != methods(card_of(base, **seen), 20)


def test_the_paragraph_speaks_of_colours_where_there_were_any():
    seen = {"colour": True, "channels": 3}
    assert "hue and saturation (0.2)" in methods(card_of(**seen), 20)
    assert "hue" not in methods(card_of(), 20)
    assert "hue" not in methods(card_of(Plan().with_values({"dimensions": "3-D"}), **seen), 20)


def test_the_paragraph_says_why_the_model_was_kept():
    assert "of epoch 12, which scored best on the validation data, was kept" in methods(card_of(), epochs=20)
    assert "of epoch 12, as none scored clearly higher on the validation data, was kept" in methods(
        card_of(), epochs=12
    )


@pytest.mark.parametrize("item", PostprocessingSettings.options(), ids=lambda item: item.name)
def test_every_step_of_the_clean_up_changes_the_paragraph(item):
    changed = PostprocessingSettings(**{item.name: another(item)})
    assert methods(card_of(postprocessing=changed), 20) != methods(card_of(), 20)


@pytest.mark.parametrize("make", [card_of, regions])
@pytest.mark.parametrize("item", EVERY, ids=lambda item: item.name)
def test_the_paragraph_stays_well_formed(item, make):
    text = methods(make(Plan().with_values({**ONLY_WITH.get(item.name, {}), item.name: another(item)})), epochs=1)
    assert text.endswith(".")
    for slip in ("  ", " ,", " .", "..", ", .", "and .", "()", " and and ", "None", "1 epochs", "1 pictures", "was ;"):
        assert slip not in text, text


def test_a_curve_cut_off_by_a_crash_is_read_as_far_as_it_goes(tmp_path: Path):
    line = {"seconds": 1.0, "step": 3, "epoch": 1, "epochs": 2, "loss": 0.5, "scores": {"dice": 0.7}, "best": True}
    (tmp_path / METRICS).write_text(json.dumps(line) + "\n" + '{"seconds": 2.')
    assert read_curve(tmp_path) == (Point(1, 0.5, {"dice": 0.7}, True, 1.0),)
    assert read_curve(tmp_path / "nowhere") == ()


def test_a_line_of_bars_rises_with_its_numbers_and_leaves_gaps():
    assert sparkline([0.0, 0.5, 1.0]) == "▁▅█"
    assert sparkline([float("nan"), 1.0]) == " ▁"
    assert len(sparkline(list(range(1000)))) == 60


def test_the_page_is_written_beside_a_real_model(tmp_path: Path):
    from napari_unet.core.model.checkpoint import Model, new_network, save_model

    plan = Plan().with_values({"depth": 1, "width": 4})
    save_model(Model(card_of(plan), new_network(card_of(plan))), tmp_path)
    written = write_description(tmp_path)
    assert written.name == "card.md"
    assert written.read_text(encoding="utf-8").startswith("# first\n")
