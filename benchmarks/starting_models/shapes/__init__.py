"""The shape world: made-up pictures with exact masks, whose look is as wide as chance can make it."""

from benchmarks.starting_models.shapes.world import SORTS, Shape, make

__all__ = ["SORTS", "Shape", "make"]
