"""Paint, train, predict, correct, train again: a U-Net for microscopy pictures.

    import napari_unet as nu

    model = nu.train("images", "masks", "my-model", minutes=10)
    probability = nu.predict(model, "new.tif")
    labels = nu.postprocess(probability, model, smallest=30)
    nu.export(labels, "new-mask.tif", "new.tif")
    print(nu.evaluate(labels, "truth.tif"))

Names are loaded when they are first used: importing this costs nothing, and only what learns or predicts loads torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from napari_unet.core.data import FixedSet, Picture, Project, Sample, TrainingSet, read_mask, read_picture
    from napari_unet.core.errors import UnetError
    from napari_unet.core.metrics import Scores, summarise
    from napari_unet.core.model import Model, ModelCard, load_model
    from napari_unet.core.settings import (
        AugmentationSettings,
        BlockSettings,
        ExportSettings,
        InferenceSettings,
        LossSettings,
        NetworkSettings,
        Plan,
        PostprocessingSettings,
        PreprocessingSettings,
        SearchSettings,
        SharingSettings,
        TrainingSettings,
    )
    from napari_unet.core.strokes import Answer, Learner
    from napari_unet.verbs import (
        cross_validate,
        evaluate,
        explain,
        export,
        export_model,
        export_project,
        export_set,
        import_model,
        measure,
        object_classes,
        postprocess,
        predict,
        run_recipe,
        search,
        segment_large,
        train,
        write_back,
        write_recipe,
    )

__all__ = [
    # verbs, in the order of the work
    "read_picture",
    "read_mask",
    "train",
    "load_model",
    "predict",
    "postprocess",
    "segment_large",
    "object_classes",
    "evaluate",
    "summarise",
    "measure",
    "export",
    "export_project",
    "export_set",
    "write_back",
    # more about models
    "explain",
    "export_model",
    "import_model",
    "cross_validate",
    "search",
    "write_recipe",
    "run_recipe",
    # a few strokes
    "Learner",
    "Answer",
    # nouns
    "Picture",
    "Sample",
    "TrainingSet",
    "FixedSet",
    "Project",
    "Model",
    "ModelCard",
    "Scores",
    "UnetError",
    # settings
    "Plan",
    "NetworkSettings",
    "TrainingSettings",
    "PreprocessingSettings",
    "AugmentationSettings",
    "LossSettings",
    "SearchSettings",
    "InferenceSettings",
    "BlockSettings",
    "PostprocessingSettings",
    "ExportSettings",
    "SharingSettings",
]

_HOMES = {
    "napari_unet.verbs": (
        *("train", "predict", "postprocess", "object_classes", "evaluate", "export", "export_project", "export_set"),
        *("measure", "segment_large", "write_back"),
        *("explain", "export_model", "import_model", "cross_validate", "search", "write_recipe", "run_recipe"),
    ),
    "napari_unet.core.data": ("FixedSet", "Picture", "Project", "Sample", "TrainingSet", "read_mask", "read_picture"),
    "napari_unet.core.errors": ("UnetError",),
    "napari_unet.core.metrics": ("Scores", "summarise"),
    "napari_unet.core.strokes": ("Answer", "Learner"),
    "napari_unet.core.model": ("Model", "ModelCard", "load_model"),
    "napari_unet.core.settings": (
        "AugmentationSettings",
        "BlockSettings",
        "ExportSettings",
        "InferenceSettings",
        "LossSettings",
        "NetworkSettings",
        "Plan",
        "PostprocessingSettings",
        "PreprocessingSettings",
        "SearchSettings",
        "SharingSettings",
        "TrainingSettings",
    ),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
