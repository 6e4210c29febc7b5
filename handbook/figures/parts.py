"""Drawings that are boxes and arrows: following strokes, a training, two processes."""

from __future__ import annotations

from handbook.figures.drawing import BLUE, GREEN, ORANGE, PURPLE, QUIET, ROSE, TEAL, Drawing


def following() -> Drawing:
    """Who has a say after a stroke."""
    drawing = Drawing(900, 400, "After a stroke: start, forests, a steered network, and a U-Net in the background")
    drawing.box((24, 60), (130, 62), ["picture"], QUIET)
    drawing.box((24, 220), (130, 62), ["your strokes"], QUIET)
    drawing.box((238, 24), (200, 66), ["start", "has seen other pictures"], BLUE)
    drawing.box((238, 146), (200, 66), ["anchored forest", "strokes, and the start"], TEAL)
    drawing.box((238, 240), (200, 66), ["two forests", "strokes alone"], GREEN)
    drawing.box((530, 138), (178, 78), ["steered network", "knows whom to believe"], ORANGE)
    drawing.box((776, 142), (100, 70), ["labels", "in 0.5 s"], ROSE)
    drawing.box(
        (238, 330), (470, 50), ["U-Net, learning in the background while you look"], PURPLE, stroke_dasharray="6 5"
    )
    drawing.arrow([(156, 80), (234, 57)])
    drawing.arrow([(156, 100), (196, 168), (234, 172)])
    drawing.arrow([(156, 240), (196, 190), (234, 188)])
    drawing.arrow([(156, 256), (234, 272)])
    drawing.arrow([(338, 92), (338, 142)])
    drawing.arrow([(440, 57), (526, 152)])
    drawing.arrow([(440, 179), (526, 178)])
    drawing.arrow([(440, 273), (526, 204)])
    drawing.arrow([(710, 177), (772, 177)])
    drawing.arrow([(90, 284), (90, 355), (234, 355)], stroke_dasharray="6 5")
    drawing.arrow([(710, 355), (826, 355), (826, 216)], stroke_dasharray="6 5")
    return drawing


def training() -> Drawing:
    """The course of a training."""
    drawing = Drawing(900, 338, "A training: divide, cut and change, learn, measure, compare")
    drawing.box((24, 58), (148, 76), ["your pictures", "painted, accepted"], QUIET)
    drawing.box((228, 42), (150, 60), ["to learn from"], BLUE)
    drawing.box((228, 126), (150, 60), ["to measure on", "never learned from"], ORANGE)
    drawing.box((434, 42), (166, 60), ["patches", "turned, bent, relit"], BLUE)
    drawing.box((656, 42), (220, 60), ["a step", "a mistake becomes smaller"], BLUE)
    drawing.box((656, 126), (220, 60), ["measure", "after each round; keep the best"], ORANGE)
    drawing.box((434, 244), (166, 66), ["the guard", "new beside older"], ROSE)
    drawing.box((656, 244), (220, 66), ["the model in use", "the better of them"], GREEN)
    drawing.arrow([(174, 84), (224, 72)])
    drawing.arrow([(174, 110), (224, 150)])
    drawing.arrow([(380, 72), (430, 72)])
    drawing.arrow([(602, 72), (652, 72)])
    drawing.arrow([(766, 104), (766, 122)])
    drawing.arrow([(380, 156), (652, 156)])
    drawing.arrow([(690, 188), (690, 214), (560, 214), (560, 240)])
    drawing.arrow([(303, 188), (303, 277), (430, 277)])
    drawing.arrow([(602, 277), (652, 277)])
    drawing.arrow([(800, 40), (800, 28), (517, 28), (517, 38)])
    drawing.text((658, 22), "some thousand times", 13, QUIET)
    return drawing


def processes() -> Drawing:
    """The window, the worker, and the folder between them."""
    drawing = Drawing(900, 270, "The window and the worker are two processes that share the project folder")
    drawing.box((24, 36), (250, 90), ["the window", "draws, listens, cleans up", "never loads the network"], BLUE)
    drawing.box((626, 36), (250, 90), ["the worker", "learns, segments, answers strokes", "all cores but one"], ORANGE)
    drawing.box((325, 170), (250, 78), ["the project folder", "pictures, strokes, models", "plain files"], GREEN)
    drawing.arrow([(280, 66), (620, 66)], "do this; stop")
    drawing.arrow([(620, 100), (280, 100)], "how far; how good; here is the answer")
    drawing.arrow([(150, 130), (150, 209), (321, 209)])
    drawing.text((226, 200), "every stroke", 13, QUIET)
    drawing.arrow([(750, 130), (750, 209), (579, 209)])
    drawing.text((668, 200), "every best model", 13, QUIET)
    return drawing
