"""The mark of the site: a U whose arms are cells, with a bridge between them."""

from __future__ import annotations

from handbook.figures.drawing import Drawing


class Mark(Drawing):
    """A drawing without a ground."""

    def __str__(self) -> str:
        return (
            super()
            .__str__()
            .replace(f'<rect width="{self.width}" height="{self.height}" rx="8" fill="#ffffff"/>\n', "")
        )


def logo() -> Drawing:
    """The mark."""
    mark = Mark(64, 64, "napari-unet")
    mark.line([(16, 14), (16, 34)], "#6ea8ff", 13)
    mark.add(
        "path", d="M16 34C16 58 48 58 48 34", fill="none", stroke="#6ea8ff", stroke_width=13, stroke_linecap="round"
    )
    mark.line([(48, 34), (48, 14)], "#4fd0b5", 13)
    mark.line([(20, 14), (44, 14)], "#ffffff", 3, stroke_dasharray="1 6")
    mark.cell((16, 14), (9.5, 9.5), "#ffb454")
    mark.cell((48, 14), (9.5, 9.5), "#f0719b")
    return mark
