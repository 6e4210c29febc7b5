"""Segment every picture of a folder with a trained model, and skip what cannot be read.

python examples/segment_folder.py MODEL PICTURES MASKS
"""

import sys
from pathlib import Path

import napari_unet as nu


def main(model_folder: str, pictures: str, masks: str) -> None:
    model = nu.load_model(Path(model_folder))
    for file in sorted(Path(pictures).iterdir()):
        try:
            picture = nu.read_picture(file)
            labels = nu.postprocess(nu.predict(model, picture), model, smallest=30)
            nu.export(labels, Path(masks) / f"{picture.name}.tif", picture)
        except nu.UnetError as error:
            print(f"{file.name}: {error}")
            continue
        print(f"{file.name}: {labels.max()} cells")


if __name__ == "__main__":
    if len(sys.argv) < 4:
        print("Say which model, which pictures, and where to: MODEL PICTURES MASKS.", file=sys.stderr)
        sys.exit(2)
    main(*sys.argv[1:4])
