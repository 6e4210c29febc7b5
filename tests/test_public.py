"""What `import napari_unet` gives, and what it costs."""

import json
import subprocess
import sys

import napari_unet as nu

HEAVY = ("torch", "qtpy", "PyQt5", "PyQt6", "napari", "skimage", "scipy", "numpy", "tifffile", "magicgui")

MEASURE = """
import json, sys, time
started = time.perf_counter()
import napari_unet
ours = time.perf_counter() - started
loaded = [name for name in sys.argv[1:] if name in sys.modules]
started = time.perf_counter()
import numpy
print(json.dumps({"ours": ours, "numpy": time.perf_counter() - started, "loaded": loaded}))
"""


def in_a_fresh_process(code: str, *arguments: str) -> dict[str, object]:
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    said: dict[str, object] = json.loads(done.stdout)
    return said


def test_importing_loads_nothing_heavy_and_is_quicker_than_numpy() -> None:
    runs = [in_a_fresh_process(MEASURE, *HEAVY) for _ in range(3)]
    assert [run["loaded"] for run in runs] == [[], [], []]
    assert min(float(str(run["ours"])) for run in runs) < min(float(str(run["numpy"])) for run in runs)


TOUCH_ALL = """
import json, sys
import napari_unet as nu
for name in nu.__all__:
    if name not in ("Model", "load_model", "Learner"):
        getattr(nu, name)
loaded = [name for name in sys.argv[1:] if name in sys.modules]
print(json.dumps({"loaded": loaded}))
"""


def test_only_networks_need_torch() -> None:
    assert in_a_fresh_process(TOUCH_ALL, "torch", "qtpy", "napari")["loaded"] == []


def test_every_public_name_is_there_and_says_what_it_is_for() -> None:
    for name in nu.__all__:
        assert getattr(nu, name).__doc__, name
    assert set(nu.__all__) <= set(dir(nu))


def test_an_unknown_name_is_an_ordinary_mistake() -> None:
    assert not hasattr(nu, "fit")
