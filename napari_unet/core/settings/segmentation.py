"""Settings of running a model and of turning its probability into labels."""

from __future__ import annotations

from dataclasses import dataclass

from napari_unet.core.settings.device import device_option
from napari_unet.core.settings.formats import FORMATS
from napari_unet.core.settings.option import Settings, option


@dataclass(frozen=True)
class InferenceSettings(Settings):
    """How a model is run over a picture."""

    tile: int = option(
        1024,
        "Tile size",
        "Side of the square computed at once, overlap included. Larger is faster and needs more memory.",
        minimum=64,
        maximum=8192,
        step=64,
        unit="px",
        advanced=True,
    )
    overlap: int = option(
        0,
        "Overlap",
        "How far neighbouring tiles overlap. 0 is automatic: as far as the network sees, so that no seam shows.",
        minimum=0,
        maximum=2048,
        step=16,
        unit="px",
        advanced=True,
    )
    turns: int = option(
        2,
        "Averaged views",
        "Look at the picture 1, 2, 4 or 8 times, mirrored and turned, and average. More is better and slower.",
        minimum=1,
        maximum=8,
        step=1,
        advanced=True,
    )
    scales: int = option(
        1,
        "Averaged sizes",
        "Look at the picture in so many sizes (3: 0.8 to 1.25, 5: 0.64 to 1.56) and average. Helps with unusual sizes.",
        minimum=1,
        maximum=5,
        step=1,
        advanced=True,
    )
    object_width: float = option(
        0.0,
        "Object width",
        "How wide a typical cell is in these pictures, where it differs from those learned from. 0 is no difference.",
        minimum=0.0,
        maximum=2000.0,
        step=1.0,
        unit="px",
        advanced=True,
    )
    channels: str = option(
        "",
        "Channels",
        "Which channels the model is shown, where these pictures have other names for them. Empty is as it learned.",
        advanced=True,
        before="",
    )
    device: str = device_option()


@dataclass(frozen=True)
class PostprocessingSettings(Settings):
    """How probability becomes labels; each step runs in this order. Sizes are in pixels."""

    smooth: float = option(
        0.0,
        "Smooth",
        "Blur the probability before thresholding; irons out ragged edges. 0 is off.",
        minimum=0.0,
        maximum=10.0,
        step=0.5,
        unit="px",
        advanced=True,
    )
    threshold: float = option(
        0.5,
        "Threshold",
        "Pixels above this probability belong to a cell. Lower finds more and larger cells.",
        minimum=0.0,
        maximum=1.0,
        step=0.01,
        applies_to="objects",
    )
    opening: int = option(
        0,
        "Opening",
        "Removes specks and thin bridges up to about twice this width. 0 is off.",
        minimum=0,
        maximum=50,
        step=1,
        unit="px",
        advanced=True,
    )
    closing: int = option(
        0,
        "Closing",
        "Closes gaps and dents up to about twice this width. 0 is off.",
        minimum=0,
        maximum=50,
        step=1,
        unit="px",
        advanced=True,
    )
    fill_holes: bool = option(True, "Fill holes", "Fill holes inside cells.", applies_to="objects")
    split: float = option(
        0.85,
        "Split touching",
        "How readily touching cells are parted. 0 never parts them, 1 parts at the slightest neck.",
        minimum=0.0,
        maximum=1.0,
        step=0.01,
        applies_to="objects",
    )
    smallest: int = option(
        12,
        "Smallest",
        "Cells with fewer pixels are removed.",
        minimum=0,
        maximum=10_000_000,
        step=1,
        unit="px",
    )
    largest: int = option(
        0,
        "Largest",
        "Cells with more pixels are removed. 0 is off.",
        minimum=0,
        maximum=1_000_000_000,
        step=1,
        unit="px",
        advanced=True,
    )
    keep_cut: bool = option(
        True,
        "Keep cut cells",
        "Keep cells that touch the edge of the picture. Untick it to have whole cells only.",
        applies_to="objects",
        advanced=True,
    )
    longest: float = option(
        0.0,
        "Longest",
        "Cells more than so many times as long as wide are removed. 0 is off.",
        minimum=0.0,
        maximum=50.0,
        step=0.5,
        unit="x",
        applies_to="objects",
        advanced=True,
    )
    solidity: float = option(
        0.0,
        "Least solid",
        "Cells that fill less than this share of their convex outline are removed: ragged ones, clumps. 0 is off.",
        minimum=0.0,
        maximum=1.0,
        step=0.05,
        applies_to="objects",
        advanced=True,
    )
    join: float = option(
        0.25,
        "Join planes",
        "A cell keeps its number in the next focal plane where the two overlap by this share (IoU). 0 joins none.",
        minimum=0.0,
        maximum=1.0,
        step=0.05,
        applies_to="objects",
        stacks=True,
    )
    follow: float = option(
        0.0,
        "Follow in time",
        "A cell keeps its number at the next time point where the two overlap by this share (IoU). 0 follows none.",
        minimum=0.0,
        maximum=1.0,
        step=0.05,
        applies_to="objects",
        stacks=True,
    )
    volume: bool = option(
        False,
        "As a volume",
        "Part and number cells through all focal planes at once, as suits 3-D networks, and not plane by plane.",
        applies_to="objects",
        stacks=True,
    )
    voxel_depth: float = option(
        1.0,
        "Voxel depth",
        "How many times as deep as wide a voxel is; counts where cells are parted as a volume.",
        minimum=0.05,
        maximum=100.0,
        step=0.05,
        unit="x",
        applies_to="objects",
        advanced=True,
        stacks=True,
    )


@dataclass(frozen=True)
class ExportSettings(Settings):
    """What is written of found objects, and how."""

    formats: str = option(
        "tiff",
        "Formats",
        "What is written: masks, outlines, measurements, pictures. Several at once are fine.",
        choices=tuple(FORMATS),
        several=True,
        flag="as",
    )
    zarr: str = option(
        "0.4",
        "OME-Zarr version",
        "Of OME-Zarr: 0.4 is read by most programs, 0.5 is the newest.",
        choices=("0.4", "0.5"),
        advanced=True,
    )
    colours: bool = option(
        False,
        "Colours in Fiji",
        "Give masks as TIFF a colour table: Fiji then shows every object in a colour of its own. Numbers stay.",
        before=False,
    )
    compress: bool = option(
        True, "Compress", "Smaller files; Fiji, QuPath and Python read them all the same.", advanced=True
    )
    overwrite: bool = option(
        False, "Overwrite", "Replace files of the same name that are already there.", advanced=True
    )
