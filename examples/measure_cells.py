"""Measure every cell: its area and brightness, as a table on standard output.

python examples/measure_cells.py PICTURES MASKS > cells.csv
"""

import csv
import sys
from pathlib import Path

from skimage.measure import regionprops

import napari_unet as nu


def main(pictures: str, masks: str) -> None:
    table = csv.writer(sys.stdout)
    table.writerow(["picture", "cell", "area", "unit", "mean_brightness"])
    for mask_file in sorted(Path(masks).iterdir()):
        picture = nu.read_picture(Path(pictures) / mask_file.name)
        height, width = picture.pixel_size
        for cell in regionprops(nu.read_mask(mask_file), picture.image[0]):
            area = cell.area * height * width
            table.writerow([picture.name, cell.label, f"{area:.2f}", f"{picture.unit}²", f"{cell.intensity_mean:.1f}"])


if __name__ == "__main__":
    if len(sys.argv) < 3:
        print("Say which pictures and masks: PICTURES MASKS.", file=sys.stderr)
        sys.exit(2)
    main(*sys.argv[1:3])
