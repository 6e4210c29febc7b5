"""A page about what was found, for any browser: everything is in the one file, and nothing is fetched from the net."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.atomic import atomic_path
from napari_unet.core.export.drawing import Colours, drawn, shown
from napari_unet.core.export.found import Found
from napari_unet.core.measuring import Measurements
from napari_unet.core.settings import ExportSettings, PostprocessingSettings, Value
from napari_unet.core.wording import counted

BEGIN, END = "<!-- picture -->", "<!-- /picture -->"
"""Around what is said of one picture: the page of many is made of these."""

WIDE = 640
"""Longest side of the pictures in the page, in pixels."""

MOST = 200
"""Pictures in one page: with more, browsers become slow."""

BARS, BAR_WIDTH, BAR_HEIGHT = 24, 20, 120

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #222; background: #fff; max-width: 1340px; margin: 2em auto; }
h1, h2 { font-weight: 600; } h2 { margin: 0 0 .4em; } section { border-top: 1px solid #ccc; padding: 1.4em 0; }
.two { display: flex; gap: 12px; flex-wrap: wrap; } figure { margin: 0; } figcaption, small { color: #666; }
img { max-width: 100%; display: block; } table { border-collapse: collapse; margin: .8em 0; }
td, th { padding: 2px 14px 2px 0; text-align: left; vertical-align: top; }
svg text { font: 12px system-ui, sans-serif; fill: #666; } svg rect { fill: #4477aa; }
summary { cursor: pointer; color: #666; }
"""


def write(found: Found, path: Path, settings: ExportSettings) -> None:
    """Write the page of a picture. Raises MaskError for a stack, StorageError."""
    found.flat("A report")
    _write(path, found.picture.name, f"{BEGIN}{_section(found)}{END}")


def gather(files: Sequence[Path], target: Path) -> None:
    """Put the pages of many pictures into one; above a number of them, the first ones. Raises StorageError."""
    sections = [_inside(file.read_text(encoding="utf-8")) for file in files[:MOST]]
    left = f"<p>{counted(len(files) - MOST, 'more picture')} have pages of their own.</p>" if files[MOST:] else ""
    _write(target, counted(len(files), "picture"), "\n".join(sections) + left)


def _inside(page: str) -> str:
    return page[page.index(BEGIN) : page.index(END) + len(END)]


def _write(path: Path, title: str, body: str) -> None:
    date = f"{datetime.now().astimezone():%Y-%m-%d %H:%M}"
    page = (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"<style>{STYLE}</style></head>\n<body><h1>{html.escape(title)}</h1>"
        f"<small>Written by napari-unet, {date}.</small>\n{body}\n</body></html>\n"
    )
    with atomic_path(path) as temporary:
        temporary.write_text(page, encoding="utf-8", errors="replace")


def _section(found: Found) -> str:
    picture = found.seen("A report")
    step = -(-max(found.labels.shape) // (2 * WIDE))  # no larger than what is seen: outlines stay visible
    plain = shown(replace(picture, image=picture.image[..., ::step, ::step]))
    both = _figure(plain, "the picture") + _figure(drawn(plain, found.labels[::step, ::step]), "what was found")
    return (
        f'<section><h2>{html.escape(found.picture.name)}</h2><div class="two">{both}</div>'
        f"{_summary(found)}{_histogram(found.measurements)}{_made_by(found)}</section>"
    )


def _figure(pixels: Colours, caption: str) -> str:
    from PIL import Image  # 0.1 s that a window which only opens need not wait for

    picture = Image.fromarray(pixels)
    picture.thumbnail((WIDE, WIDE))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=88)
    data = base64.b64encode(file.getvalue()).decode("ascii")
    return (
        f'<figure><img alt="{caption}" src="data:image/jpeg;base64,{data}"><figcaption>{caption}</figcaption></figure>'
    )


def _summary(found: Found) -> str:
    share = np.count_nonzero(found.labels) / max(found.labels.size, 1)
    rows = [("covered", f"{share:.1%} of the picture")]
    name, title = _size(found.measurements)
    sizes = found.measurements.columns[name].astype(np.float64)
    if found.kind == "objects":
        rows.insert(0, ("found", counted(len(sizes), found.class_of(1))))
        if len(sizes):
            low, middle, high = np.percentile(sizes, (25, 50, 75))
            rows.append((title, f"median {middle:.4g} (half of them {low:.4g} to {high:.4g})"))
    else:
        numbers = found.measurements.numbers.tolist()
        rows += [(found.class_of(number), f"{size:.5g}, {title}") for number, size in zip(numbers, sizes, strict=True)]
    return _table(rows)


def _size(measurements: Measurements) -> tuple[str, str]:
    """The column of areas, in the picture's unit where there is one, and its title."""
    names = [name for name in measurements.columns if name.startswith(("area", "volume"))]
    return names[-1], measurements.titles[names[-1]]


def _histogram(measurements: Measurements) -> str:
    """How many objects are how large, as bars."""
    name, title = _size(measurements)
    sizes = measurements.columns[name].astype(np.float64)
    if len(sizes) < 2:
        return ""
    counts, edges = np.histogram(sizes, bins=BARS)
    bars = "".join(
        f'<rect x="{place * BAR_WIDTH}" y="{BAR_HEIGHT - height}" width="{BAR_WIDTH - 2}" height="{height}">'
        f"<title>{count} from {low:.4g} to {high:.4g}</title></rect>"
        for place, (count, low, high, height) in enumerate(
            zip(counts, edges, edges[1:], _heights(counts), strict=False)
        )
    )
    wide, foot = BARS * BAR_WIDTH, BAR_HEIGHT + 16
    return (
        f'<svg width="{wide}" height="{foot + 18}" role="img" aria-label="Histogram of {html.escape(title)}">{bars}'
        f'<text x="0" y="{foot}">{edges[0]:.4g}</text>'
        f'<text x="{wide}" y="{foot}" text-anchor="end">{edges[-1]:.4g}</text>'
        f'<text x="{wide // 2}" y="{foot}" text-anchor="middle">{html.escape(title)}</text></svg>'
    )


def _heights(counts: NDArray[np.integer]) -> list[int]:
    return [round(BAR_HEIGHT * float(count) / max(int(counts.max()), 1)) for count in counts]


def _made_by(found: Found) -> str:
    rows = [("model", found.model)] if found.model else []
    picture = found.picture
    size = " x ".join(f"{side:g}" for side in picture.pixel_size)
    rows.append(("pixel size", f"{size} {picture.unit}" if picture.unit != "pixel" else "not known"))
    rows += _spoken(found.settings)
    return f"<details><summary>How it was made</summary>{_table(rows)}</details>"


def _spoken(settings: Mapping[str, Value]) -> list[tuple[str, str]]:
    """The clean-up's settings in the words of the form."""
    known = {item.name: item for item in PostprocessingSettings.options()}
    return [(known[name].label, _word(value, known[name].unit)) for name, value in settings.items() if name in known]


def _word(value: Value, unit: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g} {unit}".strip() if isinstance(value, (int, float)) else value


def _table(rows: Sequence[tuple[str, str]]) -> str:
    lines = "".join(f"<tr><th>{html.escape(name)}</th><td>{html.escape(value)}</td></tr>" for name, value in rows)
    return f"<table>{lines}</table>"
