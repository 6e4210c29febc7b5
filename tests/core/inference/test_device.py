"""The device: picked, tried and told."""

from __future__ import annotations

import pytest
import torch

from napari_unet.core.errors import DeviceError, TrainingError
from napari_unet.core.inference import describe_device, pick_device
from napari_unet.core.inference.device import is_out_of_memory, memory_told


def test_automatic_finds_one_that_computes() -> None:
    device = pick_device("auto")
    assert float(torch.ones(3, device=device).sum()) == 3
    assert describe_device(device)


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has the card")
def test_a_card_that_is_not_there_is_refused_and_what_is_there_is_named() -> None:
    with pytest.raises(DeviceError, match=r"NVIDIA graphics card .* can compute on: .*cpu"):
        pick_device("cuda")


def test_the_description_counts_the_threads() -> None:
    assert describe_device(torch.device("cpu")).startswith(f"CPU, {torch.get_num_threads()} thread")


def test_running_out_of_memory_is_a_sentence() -> None:
    with (
        pytest.raises(TrainingError, match=r"not enough memory on the CPU.*smaller"),
        memory_told(torch.device("cpu"), TrainingError, "Choose something smaller."),
    ):
        torch.empty(2**50)


def test_other_errors_stay_what_they_are() -> None:
    with (
        pytest.raises(RuntimeError, match="shapes cannot be multiplied"),
        memory_told(torch.device("cpu"), TrainingError, ""),
    ):
        torch.ones(2, 3) @ torch.ones(2, 3)


@pytest.mark.parametrize(
    ("sentence", "memory"),
    [
        ("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", True),
        ("Invalid buffer size: 12.34 GiB", True),
        ("CUDA out of memory. Tried to allocate 20.00 MiB.", True),
        ("CUDA error: CUBLAS_STATUS_EXECUTION_FAILED", False),
        ("shape '[2, 3]' is invalid for input of size 5", False),
    ],
)
def test_every_device_says_in_its_own_words_that_memory_ran_out(sentence: str, memory: bool) -> None:
    assert is_out_of_memory(RuntimeError(sentence)) == memory
