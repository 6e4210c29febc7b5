"""Patches to learn from: pictures made ready, cut, bent and lit at random, and drawn in turn."""
