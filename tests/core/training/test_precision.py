"""Number formats are asked for only where there are any."""

from __future__ import annotations

import pytest
import torch

from napari_unet.core.training.precision import computing, exactly

CPU = torch.device("cpu")


def product() -> torch.Tensor:
    ones = torch.ones(2, 2)
    return ones @ ones


def test_passes_are_computed_in_the_format_that_is_asked_for_and_exactly_where_that_is_asked_within() -> None:
    assert product().dtype is torch.float32
    with computing(CPU, torch.bfloat16):
        assert product().dtype is torch.bfloat16
        with exactly("cpu"):
            assert product().dtype is torch.float32
        assert product().dtype is torch.bfloat16
    with computing(CPU, torch.float32):
        assert product().dtype is torch.float32


def test_where_pytorch_knows_of_no_formats_it_is_not_asked_for_any(monkeypatch: pytest.MonkeyPatch) -> None:
    """As PyTorch 2.4 on Apple graphics."""
    monkeypatch.setattr(torch.amp, "is_autocast_available", lambda kind: False)
    monkeypatch.setattr(torch, "autocast", lambda *_, **__: pytest.fail("User specified an unsupported device type."))
    with exactly("mps"), computing(torch.device("mps"), torch.float32):
        assert product().dtype is torch.float32
