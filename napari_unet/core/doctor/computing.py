"""What learns and predicts: torch, the graphics card and its driver, the worker process."""

from __future__ import annotations

from collections.abc import Iterator

from napari_unet.core.doctor.finding import Finding
from napari_unet.core.doctor.surroundings import Card, Surroundings

WHEELS = {13: "cu130", 12: "cu126", 11: "cu118"}
"""The build of torch for each generation of CUDA. A driver runs every build of its own generation and of older ones."""

DRIVERS = "https://www.nvidia.com/drivers"
REINSTALL = "python -m pip install --force-reinstall torch"
RUNTIME = "https://aka.ms/vs/17/release/vc_redist.x64.exe"
SLOW = 30.0
"""Seconds until the worker is ready that are worth a word: two to ten are usual."""


def torch_starts(found: Surroundings) -> Iterator[Finding]:
    """Whether torch can be loaded and the worker starts."""
    if "torch" not in found.packages:
        yield Finding(
            "torch-missing", "trouble", "torch is not installed.", "Nothing can be learned or predicted without it.",
            line="python -m pip install torch",
        )  # fmt: skip
    elif found.torch.error:
        yield _broken(found)


def cards_are_used(found: Surroundings) -> Iterator[Finding]:
    """Whether an NVIDIA card that is there is one that torch computes on."""
    if found.torch.error or "torch" not in found.packages:
        return
    for card in found.cards[:1]:  # one tells all: torch takes the first
        yield from _card(found, card)


def apple_graphics_are_used(found: Surroundings) -> Iterator[Finding]:
    """Whether the graphics of an Apple chip are used."""
    if found.system.translated:
        yield Finding(
            "intel-python", "trouble", "This Mac has an Apple chip, but this Python was made for Intel.",
            "Everything is slow, and the graphics cannot be used.",
            "Install Python for Apple silicon (arm64) and napari-unet-loop in it.",
            "arch -arm64 python3 -m venv ~/napari-unet && ~/napari-unet/bin/pip install 'napari-unet-loop[pyqt6]'",
        )  # fmt: skip
    elif (trouble := found.torch.devices.get("mps")) and found.system.machine == "arm64":
        yield Finding(
            "apple-fails", "hint", f"Apple's graphics failed a small convolution: {trouble}.",
            "The processor is used instead, several times slower.",
            "Update macOS and torch.", "python -m pip install --upgrade torch",
        )  # fmt: skip


def the_processor_computes(found: Surroundings) -> Iterator[Finding]:
    """Whether at least the processor computes rightly."""
    if trouble := found.torch.devices.get("cpu"):
        yield Finding(
            "processor-fails", "trouble", f"torch computes wrongly on the processor: {trouble}.",
            "No model could be trusted.", "Install torch anew.", REINSTALL,
        )  # fmt: skip


def the_worker_is_quick(found: Surroundings) -> Iterator[Finding]:
    """Whether the worker is ready in reasonable time."""
    if found.torch.seconds > SLOW:
        yield Finding(
            "worker-slow", "hint", f"The worker needed {found.torch.seconds:.0f} s to be ready.",
            "Training and segmenting begin that much later.",
            "Often a virus scanner reads torch anew each time, or Python lies on a network drive: exclude the folder "
            "of this Python from scanning, or install on a disk of this computer.",
        )  # fmt: skip


def _broken(found: Surroundings) -> Finding:
    error = found.torch.error
    if found.system.name == "Windows" and any(word in error for word in ("126", "1114", "DLL")):
        return Finding(
            "runtime-missing", "trouble", f"torch cannot be loaded: {error}.",
            "Windows lacks the libraries that torch was built with.",
            f"Install Microsoft's Visual C++ runtime from {RUNTIME} and start anew.",
            "winget install Microsoft.VCRedist.2015+.x64",
        )  # fmt: skip
    return Finding(
        "worker-fails", "trouble", f"The worker process cannot start: {error}.",
        "Nothing can be learned or predicted.", "Install torch anew; if that does not help, send this report.",
        REINSTALL,
    )  # fmt: skip


def _card(found: Surroundings, card: Card) -> Iterator[Finding]:
    trouble = found.torch.devices.get("cuda")
    if not card.driver:
        yield Finding(
            "driver-missing", "trouble", f"There is a graphics card ({card.name}), but its driver does not answer.",
            "The processor is used instead, ten to fifty times slower.",
            f"Install NVIDIA's driver from {DRIVERS} and start the computer anew.",
            "sudo ubuntu-drivers install" if found.system.name == "Linux" else "",
        )  # fmt: skip
    elif not found.torch.cuda:
        yield Finding(
            "card-unused", "trouble", f"You have an {card.name}, but torch {found.torch.version} is the CPU build.",
            "The processor is used instead, ten to fifty times slower.", line=_wheel(card),
        )  # fmt: skip
    elif _generation(found.torch.cuda) > _generation(card.cuda):
        yield Finding(
            "driver-old", "trouble",
            f"The driver {card.driver} of the {card.name} runs CUDA {card.cuda}, but torch {found.torch.version} needs "
            f"CUDA {found.torch.cuda}.",
            "The processor is used instead, ten to fifty times slower.",
            f"Update the driver ({DRIVERS}), or take a torch that fits it:", _wheel(card),
        )  # fmt: skip
    elif trouble and "kernel image" in trouble:
        yield Finding(
            "card-unknown", "trouble", f"torch {found.torch.version} was not built for the {card.name}.",
            "The card is too new or too old for it, so the processor is used instead.",
            "Update torch; a card from before 2016 needs an old one, such as torch 2.4.",
            "python -m pip install --upgrade torch",
        )  # fmt: skip
    elif trouble:
        yield Finding(
            "card-fails", "trouble", f"The {card.name} failed a small convolution: {trouble}.",
            "The processor is used instead, ten to fifty times slower.",
            "Start the computer anew, and close other programs that use the card; then install torch anew.",
            _wheel(card),
        )  # fmt: skip
    elif trouble is not None:
        yield Finding("card-computes", "fine", f"The {card.name} computed a small convolution rightly.")


def _wheel(card: Card) -> str:
    """The line that installs a torch for what this driver can run."""
    build = WHEELS.get(min(_generation(card.cuda), max(WHEELS)), WHEELS[12])
    return f"{REINSTALL} --index-url https://download.pytorch.org/whl/{build}"


def _generation(cuda: str) -> int:
    """12 of "12.4"; 0 when it is not known."""
    first = cuda.partition(".")[0]
    return int(first) if first.isdigit() else 0


CHECKS = (torch_starts, cards_are_used, apple_graphics_are_used, the_processor_computes, the_worker_is_quick)
