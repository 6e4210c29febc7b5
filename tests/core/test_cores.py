"""The processor's cores."""

from __future__ import annotations

import subprocess
import sys

import pytest

from napari_unet.core.cores import PATIENT, available_cores


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process give up cores for itself")
def test_only_the_cores_of_this_process_count():
    code = (
        "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); "
        "from napari_unet.core.cores import available_cores; print(available_cores())"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "1\n"
    assert available_cores() >= 1


def test_the_terminal_waits_patiently_unless_told_otherwise():
    code = (
        "import os, sys; from napari_unet.cli import main; main(['nothing-here']); print(os.environ['OMP_WAIT_POLICY'])"
    )
    for told, policy in ((None, PATIENT["OMP_WAIT_POLICY"]), ("ACTIVE", "ACTIVE")):
        own = {} if told is None else {"OMP_WAIT_POLICY": told}
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=own, check=True)
        assert done.stdout == f"{policy}\n"
