"""One thread: the networks here are so small that a second one would only wait for the first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from napari_unet.core.training import estimating


@pytest.fixture(autouse=True, scope="package")
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(autouse=True)
def brief_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every training takes a quarter of a second to find out how fast the machine is; these are shorter than that."""
    monkeypatch.setattr(estimating, "PROBE", 0.0)
