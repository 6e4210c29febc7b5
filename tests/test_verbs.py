"""The whole job in a script: train, predict, postprocess, evaluate, export."""

from pathlib import Path

import numpy as np
import pytest
import tifffile

import napari_unet as nu
from napari_unet.core.errors import MaskError, ModelError, PictureError, SettingsError, StorageError, TrainingError

QUICK = {"epochs": 1, "steps": 2, "batch": 2, "patch": 32, "depth": 1, "width": 4, "device": "cpu"}


def cells(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A picture of bright squares on noise, and their numbers."""
    rng = np.random.default_rng(seed)
    mask = np.zeros((64, 64), np.uint16)
    for number, (y, x) in enumerate(rng.integers(0, 7, (6, 2)) * 8, 1):
        mask[y + 1 : y + 7, x + 1 : x + 7] = number
    return (100 * (mask > 0) + rng.normal(50, 5, mask.shape)).astype(np.uint16), mask


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three pictures with masks, as a person has them."""
    folder = tmp_path_factory.mktemp("data")
    for part in ("images", "masks"):
        (folder / part).mkdir()
    for seed in range(3):
        image, mask = cells(seed)
        metadata = {"axes": "YX", "unit": "um"}
        tifffile.imwrite(folder / f"images/{seed}.tif", image, imagej=True, resolution=(2.0, 2.0), metadata=metadata)
        tifffile.imwrite(folder / f"masks/{seed}.tif", mask)
    return folder


@pytest.fixture(scope="module")
def model(folder: Path) -> nu.Model:
    return nu.train(folder / "images", str(folder / "masks"), folder / "model", **QUICK)


def test_from_folders_to_a_mask_on_disk(folder: Path, model: nu.Model, tmp_path: Path) -> None:
    assert (model.card.kind, model.card.plan.network.depth, model.card.plan.training.epochs) == ("objects", 1, 1)
    picture = folder / "images/0.tif"
    probability = nu.predict(model, picture)
    assert probability.shape == (3, 64, 64)
    assert (probability.min() >= 0, probability.max() <= 1) == (True, True)
    labels = nu.postprocess(probability, model, smallest=1)
    scores = nu.evaluate(labels, folder / "masks/0.tif")
    assert 0 <= scores.foreground.dice <= 1
    path = nu.export(labels, tmp_path / "out" / "0.tif", picture)
    assert np.array_equal(tifffile.imread(path), labels)
    assert nu.read_picture(path).unit == "µm"
    assert nu.evaluate(path, labels).foreground.dice == 1


def test_a_model_that_is_there_is_replaced_only_where_that_is_said(folder: Path, tmp_path: Path) -> None:
    data, out = (folder / "images", folder / "masks"), tmp_path / "model"
    nu.train(*data, out, **QUICK)
    before = (out / "model.safetensors").read_bytes()
    with pytest.raises(StorageError, match=r"already holds a model\. .*overwrite=True"):
        nu.train(*data, out, seed=7, **QUICK)
    assert (out / "model.safetensors").read_bytes() == before
    nu.train(*data, out, seed=7, overwrite=True, **QUICK)
    assert (out / "model.safetensors").read_bytes() != before
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="is a file"):
        nu.train(*data, tmp_path / "file", overwrite=True, **QUICK)
    out.rename(tmp_path / "fold-1")
    with pytest.raises(StorageError, match="already holds a model"):
        nu.cross_validate(*data, tmp_path, 2, **QUICK)


def test_a_model_may_be_given_as_its_folder(folder: Path, model: nu.Model) -> None:
    image, _ = cells(1)
    from_folder = nu.predict(folder / "model", image)
    assert np.array_equal(from_folder, nu.predict(model, nu.read_picture(folder / "images/1.tif")))
    assert np.array_equal(nu.postprocess(from_folder, folder / "model"), nu.postprocess(from_folder, model))


def test_arrays_will_do(tmp_path: Path) -> None:
    images, masks = zip(*(cells(seed) for seed in range(2)), strict=True)
    reports: list[object] = []
    model = nu.train(images, masks, tmp_path / "model", watch=reports.append, **QUICK)
    assert type(reports[0]).__name__ == "Started"
    assert type(reports[-1]).__name__ == "Finished"
    assert nu.predict(model, images[0]).shape == (3, 64, 64)


def test_going_on_from_a_model(folder: Path, model: nu.Model, tmp_path: Path) -> None:
    quick = {**QUICK, "rate": 1e-4}
    again = nu.train(folder / "images", folder / "masks", tmp_path / "again", start=folder / "model", **quick)
    assert again.card.start != "none"


def test_every_picture_is_measured_once_by_cross_validation(folder: Path, tmp_path: Path) -> None:
    crossed = nu.cross_validate(folder / "images", folder / "masks", tmp_path / "folds", 9, **QUICK)
    assert set(crossed.per_picture) == {"0", "1", "2"}
    assert len(crossed.folders) == 3, "no more folds than pictures"
    assert crossed.scores["dice"] == pytest.approx(np.mean([one["dice"] for one in crossed.per_picture.values()]))
    assert nu.predict(crossed.folders, folder / "images/0.tif").shape == (3, 64, 64)
    with pytest.raises(TrainingError):
        nu.cross_validate(folder / "images", folder / "masks", tmp_path / "one", 1, **QUICK)


def test_a_search_keeps_its_best_and_goes_on(folder: Path, tmp_path: Path) -> None:
    def searched(trials: int, reports: list[object]) -> object:
        how = {"method": "random", "trials": trials, "trial_minutes": 1.0, "pruning": False}
        arrays = folder / "images", folder / "masks", tmp_path / "search", {"rate": "1e-4,1e-3,1e-2"}
        return nu.search(*arrays, watch=reports.append, **how, **QUICK)

    first: list[object] = []
    searched(1, first)
    assert [type(one).__name__ for one in first].count("TrialDone") == 1
    second: list[object] = []
    found = searched(2, second)
    assert [one.number for one in second if type(one).__name__ == "TrialDone"] == [2]
    assert found.best["rate"] in (1e-4, 1e-3, 1e-2)
    assert (tmp_path / "search" / "best.json").is_file()


def test_a_run_is_repeated_from_its_recipe(folder: Path, model: nu.Model, tmp_path: Path) -> None:
    repeated = nu.run_recipe(folder / "model", tmp_path / "again")
    assert repeated.weights, repeated.sentence
    assert all(repeated.masks.values())
    assert f"{model.card.name}" in nu.explain(folder / "model")
    assert "Methods" in nu.explain(tmp_path / "again")
    with pytest.raises(ModelError):
        nu.explain(tmp_path)


def test_several_models_answer_together(folder: Path, model: nu.Model, tmp_path: Path) -> None:
    other = nu.train(folder / "images", folder / "masks", tmp_path / "other", seed=7, **QUICK)
    picture, spread = folder / "images/0.tif", np.zeros((64, 64), np.float32)
    alone = [nu.predict(one, picture) for one in (model, other)]
    together = nu.predict([folder / "model", other], picture, spread)
    assert together == pytest.approx(np.mean(alone, axis=0), abs=1e-3)
    assert 0 < spread.max() <= 0.5


def test_a_broken_off_training_is_resumed(folder: Path, tmp_path: Path) -> None:
    longer = {**QUICK, "epochs": 3}

    class Killed(Exception):
        pass

    def kill(report: object) -> None:
        if type(report).__name__ == "EpochDone" and report.epoch == 2:
            raise Killed

    data = folder / "images", folder / "masks"
    whole = nu.train(*data, tmp_path / "whole", **longer)
    with pytest.raises(Killed):
        nu.train(*data, tmp_path / "mine", watch=kill, **longer)
    with pytest.raises(TrainingError, match="other settings: rate"):
        nu.train(*data, tmp_path / "mine", resume=True, rate=0.5)
    again = nu.train(*data, tmp_path / "mine", resume=True, steps=longer["steps"])
    ours, theirs = again.network.state_dict(), whole.network.state_dict()
    assert all(bool((value == theirs[name]).all()) for name, value in ours.items())


def test_classes_make_regions(folder: Path, tmp_path: Path) -> None:
    images, masks = zip(*(cells(seed) for seed in range(2)), strict=True)
    classes = [np.minimum(mask, 2) for mask in masks]
    model = nu.train(images, classes, tmp_path / "model", classes=("small", "large"), **QUICK)
    probability = nu.predict(model, images[0])
    assert probability.sum(axis=0) == pytest.approx(1, abs=1e-3)
    labels = nu.postprocess(probability, "regions")
    assert labels.max() <= 2
    assert set(nu.evaluate(labels, classes[0], classes=("small", "large")).classes) == {"small", "large"}


def test_a_project_knows_its_own_masks(tmp_path: Path) -> None:
    with nu.Project.create(tmp_path / "mine.unet", "objects", ("nucleus",)) as project:
        for seed in range(2):
            image, mask = cells(seed)
            project.add(nu.Picture(f"p{seed}", image[np.newaxis]), mask, "")
        model = nu.train(project, None, project.new_model_folder("first"), **QUICK)
        assert model.card.class_names == ("nucleus",)
        assert len(project.models()) == 1
        measuring = {name for name in project.names() if project.record(name).validation}
        assert measuring == set(model.card.validation)
        assert len(measuring) == 1


def test_white_cells_on_black_are_many_cells(tmp_path: Path) -> None:
    probability = np.zeros((1, 20, 20), np.float32)
    probability[0, 2:6, 2:6] = probability[0, 12:16, 12:16] = 1
    labels = nu.postprocess(probability, "objects", smallest=1)
    assert labels.max() == 2
    white = np.where(labels > 0, 255, 0)
    nu.export(white, tmp_path / "white.tif")
    assert nu.evaluate(tmp_path / "white.tif", labels).objects == nu.evaluate(labels, labels).objects


def test_a_probability_is_not_exported_as_labels(tmp_path: Path) -> None:
    with pytest.raises(MaskError, match=r"labels holds fractions such as 0\.5"):
        nu.export(np.full((1, 9, 9), 0.5), tmp_path / "a.tif")
    assert not (tmp_path / "a.tif").exists()


def test_pictures_of_one_name_from_many_folders_are_all_learned_from(tmp_path: Path) -> None:
    for seed in range(3):
        (tmp_path / f"{seed}").mkdir()
        for name, array in zip(("image", "mask"), cells(seed), strict=True):
            tifffile.imwrite(tmp_path / f"{seed}" / f"{name}.tif", array)
    pictures, masks = (sorted(tmp_path.glob(f"*/{name}.tif")) for name in ("image", "mask"))
    model = nu.train(pictures, masks, tmp_path / "model", **QUICK)
    assert len(model.card.data) == 3


@pytest.mark.parametrize("verb", ["train", "predict", "postprocess", "export"])
def test_an_unknown_setting_is_a_sentence_before_anything_runs(tmp_path: Path, verb: str) -> None:
    arguments = {
        "train": (tmp_path, tmp_path, tmp_path / "model"),
        "predict": (tmp_path, tmp_path),
        "postprocess": (np.zeros((1, 9, 9), np.float32),),
        "export": (np.zeros((9, 9), np.uint8), tmp_path / "a.tif"),
    }
    with pytest.raises(SettingsError, match="no setting called 'epoch'"):
        getattr(nu, verb)(*arguments[verb], epoch=3)


def test_what_does_not_fit_is_a_sentence(folder: Path, tmp_path: Path) -> None:
    image, mask = cells(0)
    out = tmp_path / "model"
    with pytest.raises(MaskError, match="64 x 64 but its mask is 63 x 64"):
        nu.train([image], [mask[1:]], out)
    with pytest.raises(MaskError, match="2 pictures but 1 masks"):
        nu.train([image, image], [mask], out)
    with pytest.raises(MaskError, match="different ways"):
        nu.train(folder / "images", [mask], out)
    with pytest.raises(PictureError, match="4 axes"):
        nu.train([image[np.newaxis, np.newaxis]], [mask], out)
    (tmp_path / "empty").mkdir()
    with pytest.raises(MaskError, match=r"No mask in .*empty has the name of a picture"):
        nu.train(folder / "images", tmp_path / "empty", out)
    assert not out.exists()


def test_nothing_is_overwritten_without_asking(tmp_path: Path) -> None:
    labels = np.ones((9, 9), np.uint8)
    nu.export(labels, tmp_path / "a.tif")
    with pytest.raises(StorageError, match=r"a\.tif is there already"):
        nu.export(labels * 2, tmp_path / "a.tif")
    nu.export(labels * 2, tmp_path / "a.tif", overwrite=True)
    assert tifffile.imread(tmp_path / "a.tif").max() == 2


def test_the_name_of_a_file_says_its_format(tmp_path: Path) -> None:
    image, mask = cells(0)
    for name in (
        "a.tif",
        "a.ome.tif",
        "a.png",
        "a_rois.zip",
        "a.geojson",
        "a.json",
        "a.csv",
        "a_overlay.png",
        "a.html",
    ):
        assert nu.export(mask, tmp_path / name, image) == tmp_path / name
    assert (tmp_path / "a_rois.zip").read_bytes()[:2] == b"PK"
    assert (tmp_path / "a.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert (tmp_path / "a.json").read_text(encoding="utf-8").startswith('{"images"')
    nu.export(mask, tmp_path / "selections", image, formats="imagej-rois")
    assert (tmp_path / "selections").read_bytes() == (tmp_path / "a_rois.zip").read_bytes()
    with pytest.raises(SettingsError, match=r"a\.xls ends like no format"):
        nu.export(mask, tmp_path / "a.xls", image)


def test_what_shows_the_picture_says_when_there_is_none(tmp_path: Path) -> None:
    _image, mask = cells(0)
    nu.export(mask, tmp_path / "a.csv")
    assert "area_px" in (tmp_path / "a.csv").read_text()
    assert "mean" not in (tmp_path / "a.csv").read_text()
    with pytest.raises(MaskError, match="There is no picture to the labels"):
        nu.export(mask, tmp_path / "a_overlay.png")


def test_objects_are_measured_in_one_line() -> None:
    image, mask = cells(0)
    table = nu.measure(mask, image)
    numbers, areas = np.unique(mask[mask > 0], return_counts=True)
    assert np.array_equal(table["label"], numbers)
    assert np.array_equal(table["area_px"], areas)


def test_white_cells_of_a_film_are_apart_at_every_time_point() -> None:
    film = np.zeros((2, 24, 32), np.uint16)
    film[0, 4:12, 2:10], film[0, 4:12, 20:28], film[1, 4:12, 6:24] = 1, 2, 3  # two, and one where both were
    scores = nu.evaluate(film, (film > 0).astype(np.uint8), axes="TYX")
    assert scores.objects is not None
    assert (scores.objects.true, scores.objects.ap[0]) == (3, 1)
