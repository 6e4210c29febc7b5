"""The work in a few verbs, for scripts and notebooks: train, predict, postprocess, evaluate, export, and some more.

Each one blocks until it is done. Settings are given by their names, `train(..., epochs=5, rate=1e-3)`; those not given
have their usual values. Torch is loaded by the verbs that need it, when they are called.
"""

from napari_unet.verbs.given import MaskSource, Source, plan_of
from napari_unet.verbs.large import segment_large
from napari_unet.verbs.learning import cross_validate, search, train
from napari_unet.verbs.sharing import export_model, import_model
from napari_unet.verbs.telling import explain, run_recipe, write_recipe
from napari_unet.verbs.using import (
    evaluate,
    export,
    export_project,
    export_set,
    measure,
    object_classes,
    postprocess,
    predict,
    write_back,
)

__all__ = [
    "MaskSource",
    "Source",
    "cross_validate",
    "evaluate",
    "explain",
    "measure",
    "export",
    "export_model",
    "export_project",
    "export_set",
    "import_model",
    "object_classes",
    "plan_of",
    "postprocess",
    "predict",
    "run_recipe",
    "search",
    "segment_large",
    "train",
    "write_back",
    "write_recipe",
]
