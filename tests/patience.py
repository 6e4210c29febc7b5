"""How long a test waits for what is promised sooner."""

SOON = 15.0
"""Seconds. The promises (stop within a second, strokes within two) are for a machine that is not starved; tests run on
any, so they only tell "soon" from "never", and how soon is measured by benchmarks."""
