"""One plain line about the active model, and what it cannot tell."""

from __future__ import annotations

from napari_unet.core.training.report import Unseen
from napari_unet.widgets.unseen import unseen_help, unseen_line


def unseen(*scores: float, **more: object) -> Unseen:
    mean = sum(scores) / max(len(scores), 1)
    values = {f"picture {number}": value for number, value in enumerate(scores)}
    given = {"measure": "ap50" if scores else "", "score": mean, "low": mean - 0.05, "high": mean + 0.05, **more}
    return Unseen("models/first", per_picture=values, **given)  # type: ignore[arg-type]


def test_enough_pictures_have_an_interval() -> None:
    line = unseen_line(unseen(0.8, 0.8, 0.81, 0.82, 0.82), "Model 3", "objects", "nucleus")
    assert line == "Model 3 is in use: 81 of 100 nuclei right (76 to 86) on 5 pictures it has not seen."


def test_of_a_few_the_small_print_says_what_cannot_be_told() -> None:
    line = unseen_line(unseen(0.7, 0.9), "Model 3", "objects", "cell")
    assert line == "Model 3 is in use: 80 of 100 cells right (70 to 90 on each) on 2 pictures it has not seen."
    assert "cannot be told from so few pictures; from 5 it could" in unseen_help(unseen(0.7, 0.9))


def test_of_none_it_says_so_and_the_small_print_what_is_missing() -> None:
    line = unseen_line(unseen(), "Model 3", "objects", "cell")
    assert line == "Model 3 is in use. How good it is on new pictures cannot be told yet."
    assert "Paint one more completely." in unseen_help(unseen())
    assert "2 pictures have its own labels, accepted as they were" in unseen_help(unseen(own=2))


def test_regions_and_strokes_are_covered_not_found() -> None:
    line = unseen_line(unseen(*[0.9] * 6, measure="dice"), "Model 1", "regions", "leaf")
    assert line == "Model 1 is in use: covers what is painted to 90 % (85 to 95) on 6 pictures it has not seen."
    strokes = unseen_line(unseen(0.9, measure="dice", strokes=True), "Model 1", "objects", "cell")
    assert "strokes do not tell whether it finds each" in strokes


def test_the_small_print_tells_what_is_right_and_what_flatters() -> None:
    text = unseen_help(unseen(*[0.9] * 6, tuned=2, parts=1, own=1))
    assert "Missed and made-up ones count as wrong (AP at IoU 0.5" in text
    assert "By 2 pictures its clean-up was chosen, which flatters a little." in text
    assert "1 picture has its own labels" in text


def test_where_only_parts_were_kept_out_the_line_says_parts() -> None:
    assert unseen_line(unseen(1.0, parts=1), "Model 1", "objects", "cell").endswith(
        "on a part of 1 picture it has not seen."
    )
    two = unseen_line(unseen(1.0, 0.5, parts=2), "Model 1", "objects", "cell")
    assert two.endswith("on parts of 2 pictures it has not seen.")
    mixed = unseen_line(unseen(1.0, 0.5, parts=1), "Model 1", "objects", "cell")
    assert mixed.endswith("on 2 pictures it has not seen.")


def test_test_pictures_are_called_so() -> None:
    found = unseen(*[0.9] * 6, test=True)
    assert unseen_line(found, "Model 1", "objects", "cell").endswith("on 6 test pictures it has not seen.")
    assert "pictures that you keep for testing" in unseen_help(found)
