"""Made-up computers: one that is well, and one for everything that the doctor finds."""

from __future__ import annotations

from dataclasses import replace

from napari_unet.core.doctor.surroundings import Card, Folder, Screen, Surroundings, System, Torch

CARD = Card("NVIDIA GeForce RTX 4070", "560.35", "12.6")
WELL = Surroundings(
    version="0.1.0",
    python="3.12.4",
    pythons=("3.11", "3.12", "3.13", "3.14"),
    system=System("Linux", "x86_64", cores=8, memory=32.0, memory_free=20.0),
    packages={"torch": "2.9.0", "napari": "0.9.2", "numpy": "2.3.1", "PyQt6": "6.9.0", "optuna": "5.0.0"},
    needs=("torch>=2.4", "napari>=0.9,<0.11", "numpy"),
    extras={"pyqt5": ("napari>=0.9,<0.10",), "search": ("optuna",)},
    torch=Torch("2.9.0", "", {"cpu": ""}, 3.1),
    screen=Screen(chosen="PyQt6", renderer="NVIDIA GeForce RTX 4070/PCIe/SSE2", opengl="4.6.0 NVIDIA", texture=32768),
    folders=(Folder("project", "~/cells.unet", 200.0),),
)
GPU = replace(WELL, cards=(CARD,), torch=Torch("2.9.0", "12.6", {"cpu": "", "cuda": ""}, 3.1))
MAC = replace(WELL, system=System("Darwin", "arm64", cores=8, memory=16.0, memory_free=8.0))
WINDOWS = replace(WELL, system=System("Windows", "AMD64", cores=8, memory=16.0, memory_free=8.0))


def with_torch(base: Surroundings, **changes: object) -> Surroundings:
    return replace(base, torch=replace(base.torch, **changes))  # type: ignore[arg-type]


def with_screen(**changes: object) -> Surroundings:
    return replace(WELL, screen=replace(WELL.screen, **changes))  # type: ignore[arg-type]


def with_system(**changes: object) -> Surroundings:
    return replace(WELL, system=replace(WELL.system, **changes))  # type: ignore[arg-type]


def with_packages(**versions: str) -> Surroundings:
    """Without those whose version is empty."""
    packages = {name: version for name, version in {**WELL.packages, **versions}.items() if version}
    return replace(WELL, packages=packages)


ILLNESSES: dict[str, Surroundings] = {
    "card-unused": with_torch(replace(GPU), version="2.9.0+cpu", cuda="", devices={"cpu": ""}),
    "driver-missing": replace(WELL, cards=(Card("NVIDIA card"),)),
    "driver-old": replace(
        with_torch(GPU, version="2.9.0+cu130", cuda="13.0", devices={"cpu": ""}),
    ),
    "card-unknown": with_torch(
        GPU, devices={"cuda": "it failed a small test (CUDA error: no kernel image is available for execution)"}
    ),
    "card-fails": with_torch(GPU, devices={"cuda": "it computed a small test wrongly"}),
    "card-computes": GPU,
    "intel-python": replace(MAC, system=replace(MAC.system, machine="x86_64", translated=True)),
    "apple-fails": with_torch(MAC, devices={"cpu": "", "mps": "it failed a small test (not implemented)"}),
    "processor-fails": with_torch(WELL, devices={"cpu": "it computed a small test wrongly"}),
    "torch-missing": with_torch(with_packages(torch=""), version="", error="No module named 'torch'"),
    "runtime-missing": with_torch(WINDOWS, error='[WinError 126] Error loading "c10.dll" or one of its dependencies'),
    "worker-fails": with_torch(WELL, error="libcudnn.so.9: cannot open shared object file"),
    "worker-slow": with_torch(WELL, seconds=71.0),
    "qt-missing": with_packages(PyQt6=""),
    "qt-asked": with_screen(asked="pyside6"),
    "qt-twice": with_packages(PyQt5="5.15.11"),
    "qt-old": replace(with_packages(PyQt6="", PyQt5="5.15.11"), screen=replace(WELL.screen, chosen="PyQt5")),
    "screen-missing": with_screen(display=False, opengl="", chosen=""),
    "window-fails": with_screen(
        error="it ended with signal 6: Could not load the Qt platform plugin xcb", opengl="", chosen=""
    ),
    "opengl-old": with_screen(opengl="1.4 (2.1 Mesa 8.0)", renderer="Indirect"),
    "drawn-by-processor": with_screen(renderer="llvmpipe (LLVM 15.0.6, 256 bits)"),
    "texture-small": with_screen(texture=4096),
    "screen-far": with_screen(remote="through ssh"),
    "python-old": replace(WELL, python="3.9.18"),
    "python-new": replace(WELL, python="3.15.0"),
    "package-missing": with_packages(numpy=""),
    "package-version": with_packages(napari="0.5.6"),
    "extra-missing": with_packages(optuna=""),
    "memory-little": with_system(memory=3.8, memory_free=2.0),
    "memory-taken": with_system(memory_free=0.4),
    "folder-closed": replace(WELL, folders=(Folder("project", "~/cells.unet", error="Permission denied"),)),
    "disk-little": replace(WELL, folders=(Folder("project", "~/cells.unet", 3.0),)),
    "disk-full": replace(WELL, folders=(Folder("project", "~/cells.unet", 0.1),)),
    "folder-synced": replace(WELL, folders=(Folder("project", "~/OneDrive/cells.unet", 90.0),)),
}
"""Each by the key of the finding that it must lead to, and which must be the only one of its level."""
