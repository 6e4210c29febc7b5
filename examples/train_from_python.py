"""Train a model from Python and judge it on pictures it has never seen.

    python examples/train_from_python.py MODEL [MINUTES]

Uses the sample pictures. For your own, give folders instead of lists: `nu.train("images", "masks", "my-model")`.
"""

import sys

import napari_unet as nu
from napari_unet.core.data.synthesis import sample_data_folder


def main(out: str, minutes: float = 5) -> None:
    samples = sample_data_folder()
    pictures = sorted((samples / "images").iterdir())
    masks = sorted((samples / "masks").iterdir())

    model = nu.train(pictures[2:], masks[2:], out, watch=tell, minutes=minutes)

    for picture, mask in zip(pictures[:2], masks[:2], strict=True):
        labels = nu.postprocess(nu.predict(model, picture), model)
        scores = nu.evaluate(labels, mask)
        print(f"{picture.name}: {labels.max()} cells, AP@0.5 {scores.ap50:.2f}, Dice {scores.dice:.2f}")


def tell(report: object) -> None:
    """Training reports every step; an epoch is enough to hear of."""
    epoch, scores = getattr(report, "epoch", None), getattr(report, "scores", None)
    if epoch and scores:
        print(f"epoch {epoch}: Dice {scores['dice']:.3f} on the pictures kept out of learning")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        print("Say which folder the model goes to: MODEL.", file=sys.stderr)
        sys.exit(2)
    main(*sys.argv[1:2], *map(float, sys.argv[2:3]))
