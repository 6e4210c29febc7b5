"""Try settings for a short time each, train with the best of them, and print the model's page.

python examples/search_settings.py PICTURES MASKS OUT [MINUTES_PER_TRY] [TRIES]

Started again, the search goes on where it was. OUT/model has card.md and recipe.json: a paragraph for your paper, and
what `napari-unet run` needs to train the same model once more.
"""

import sys
from pathlib import Path

import napari_unet as nu

VARY = {"rate": "1e-3..1e-2", "width": "8,16", "normalisation": "percentile,z-score"}


def main(pictures: str, masks: str, out: str, minutes: float = 1.0, tries: float = 8) -> None:
    home = Path(out)
    found = nu.search(
        pictures, masks, home / "search", VARY, watch=tell, trials=int(tries), trial_minutes=minutes, batch=2, patch=96
    )
    print(f"best: {found.best}, score {found.score:.3f}")
    nu.train(pictures, masks, home / "model", minutes=2 * minutes, batch=2, patch=96, overwrite=True, **found.best)
    print(nu.explain(home / "model"))


def tell(report: object) -> None:
    if type(report).__name__ == "TrialDone":
        print(f"try {report.number} of {report.trials}: score {report.score:.3f} with {report.values}")


if __name__ == "__main__":
    if len(sys.argv) < 4:
        print("Say which pictures and masks, and where to: PICTURES MASKS OUT.", file=sys.stderr)
        sys.exit(2)
    main(*sys.argv[1:4], *map(float, sys.argv[4:6]))
