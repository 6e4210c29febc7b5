"""The processor's cores: how many there are for us, and how torch's threads wait for each other. No torch."""

from __future__ import annotations

import os

PATIENT = {"OMP_WAIT_POLICY": "PASSIVE"}
"""Environment for a process that will load torch, to be set before it does.

Torch's threads wait for each other after every operation. By default they do so at full speed, which on a busy machine
takes the core from the very thread they wait for: measured on two shared cores, 4 learning steps in 25 s instead of 50.
"""


def available_cores() -> int:
    """How many cores this process may use, which may be fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
