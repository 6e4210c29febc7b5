"""What a real network answers: docs/images/how/answers_real.png, made by `python -m handbook.figures.real`."""

from __future__ import annotations

import numpy as np

import napari_unet as nu
from handbook import ROOT
from handbook.figures import FOLDER
from handbook.figures.strips import Tile, grey, save, strip
from napari_unet.core.export.drawing import drawn, shown
from napari_unet.core.model.shipped import shipped_model

PICTURE = ROOT / "sample_data" / "images" / "culture_dense.tif"
CUT = np.s_[60:300, 40:280]
TITLES = ("picture", "cell", "border", "depth", "labels")


def panels() -> list[Tile]:
    """The picture, the three answers and the labels, each (Y, X, 3)."""
    picture = nu.read_picture(PICTURE)
    model = nu.load_model(shipped_model("nuclei"))
    probability = nu.predict(model, picture)
    labels = nu.postprocess(probability, model)
    plain = shown(picture)
    return [plain[CUT], *(grey(one[CUT]) for one in probability[:3]), drawn(plain, labels)[CUT]]


if __name__ == "__main__":
    save(strip(panels(), TITLES), FOLDER / "how" / "answers_real.png")
