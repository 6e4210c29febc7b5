"""One picture in several files: an OME-TIFF of which each holds a channel, as microscopes write them."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import numpy as np
import tifffile

XML = """<?xml version="1.0" encoding="UTF-8"?>
<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" UUID="{own}"><Image ID="Image:0" Name="cells">
<Pixels ID="Pixels:0" DimensionOrder="XYCZT" Type="uint16" SizeX="{x}" SizeY="{y}" SizeC="{c}" SizeZ="1" SizeT="1">
{channels}{files}</Pixels></Image></OME>"""
CHANNEL = '<Channel ID="Channel:0:{at}" Name="dye {at}" SamplesPerPixel="1"/>'
FILE = """<TiffData FirstC="{at}" FirstZ="0" FirstT="0" IFD="0" PlaneCount="1">
<UUID FileName="{name}">{id}</UUID></TiffData>"""


def write_channel_files(folder: Path, image: np.ndarray) -> list[Path]:
    """Write a picture (C, Y, X) uint16, a file for each channel; all of them know each other."""
    paths = [folder / f"cells_c{at}.ome.tif" for at in range(len(image))]
    ids = [f"urn:uuid:{UUID(int=at + 1)}" for at in range(len(image))]
    told = dict(zip("cyx", image.shape, strict=True))
    told |= {
        "channels": "".join(CHANNEL.format(at=at) for at in range(len(image))),
        "files": "".join(FILE.format(at=at, name=paths[at].name, id=ids[at]) for at in range(len(image))),
    }
    for at, path in enumerate(paths):
        tifffile.imwrite(path, image[at], description=XML.format(own=ids[at], **told), metadata=None)
    return paths
