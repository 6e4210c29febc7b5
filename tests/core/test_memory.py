"""Memory is kept for the next array while that is wanted, and given back afterwards."""

from __future__ import annotations

import subprocess
import sys

import pytest

from napari_unet.core.memory import _glibc

FEW = 200
"""Pages: the array has more than ten thousand."""

pytestmark = pytest.mark.skipif(sys.platform != "linux" or _glibc() is None, reason="only glibc can be told")


LAID = f"""
import resource
from napari_unet.core.memory import kept_memory

def fetched():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    array = bytearray(b"x") * {48 * 2**20}
    del array
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

with kept_memory():
    fetched()
    print(fetched())
    with kept_memory():
        print(fetched())
    print(fetched())
print(fetched())
"""
"""How many pages the system has to fetch for an array that is written to and dropped. In a process of its own: where
memory was refused once, the C library goes elsewhere for it from then on, and gives that place back whatever is asked.
"""


def test_an_array_is_laid_where_the_last_one_was() -> None:
    done = subprocess.run([sys.executable, "-c", LAID], capture_output=True, text=True, check=True)
    first, within, after_another, at_last = map(int, done.stdout.split())
    assert max(first, within) < FEW
    assert after_another < FEW, "another keeper has let go, we have not"
    assert at_last > 10_000, "nobody keeps any more"


GIVEN_BACK = """
import psutil
from napari_unet.core.memory import kept_memory

def rss():
    return psutil.Process().memory_info().rss // 2**20

def use():
    arrays = [bytearray(b"x") * (16 * 2**20) for _ in range(12)]
    del arrays

before = rss()
try:
    with kept_memory():
        use()
        kept = rss() - before
        raise ValueError("in the middle")
except ValueError:
    print(kept, rss() - before)
"""


def test_what_is_unused_goes_back_to_the_system_also_when_what_was_done_failed() -> None:
    done = subprocess.run([sys.executable, "-c", GIVEN_BACK], capture_output=True, text=True, check=True)
    kept, left = map(int, done.stdout.split())
    assert kept > 150, "of 192 MiB"
    assert left < 30
