"""Muon: steps that are equally long in all directions. Filters learn about twice as much from each patch as with Adam.

Jordan et al. 2024, https://kellerjordan.github.io/posts/muon: the momentum of a matrix of weights is made orthogonal
before it is added, so that rare directions, which small gradients point in, are learned as fast as common ones. Filters
(out, in, ...) are matrices of `out` rows. All else (first and last layer, normalisation) learns by AdamW.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

MOMENTUM = 0.95
LONGER = 20 / 3
"""A filter's step beside one of AdamW: 0.02 at the usual rate of 0.003, as in the source."""

FEWEST = 8
"""Filters of fewer channels, in or out, learn by AdamW: the picture's own, and the answers."""

ROUNDS, FACTORS = 5, (3.4445, -4.7750, 2.0315)
"""Of the iteration after Newton and Schulz, as in the source: all singular values end between 0.7 and 1.2."""

BETAS, SMALL = (0.9, 0.999), 1e-8
"""Of AdamW."""


class Muon(torch.optim.Optimizer):
    """An optimiser of all parameters of a network, in their order."""

    def __init__(self, parameters: Iterable[nn.Parameter], lr: float, weight_decay: float) -> None:
        super().__init__(parameters, {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """One step along the gradients that are there; `closure` is not used."""
        for group in self.param_groups:
            rate, decay = group["lr"], group["weight_decay"]
            for parameter in group["params"]:
                if parameter.grad is not None:
                    step, longer = self._step_of(parameter)
                    parameter.mul_(1 - longer * rate * decay).add_(step, alpha=-longer * rate)

    def _step_of(self, parameter: Tensor) -> tuple[Tensor, float]:
        """A step of length 1, and how many times as long it is to be."""
        state = self.state[parameter]
        if is_filter(parameter):
            return _along_momentum(parameter, state), LONGER
        return _as_adam(parameter, state), 1.0


def is_filter(parameter: Tensor) -> bool:
    """Whether its steps are made orthogonal."""
    return parameter.ndim > 2 and min(parameter.shape[:2]) >= FEWEST


def _along_momentum(parameter: Tensor, state: dict[str, Any]) -> Tensor:
    gradient = parameter.grad
    assert gradient is not None
    momentum = state.setdefault("momentum", torch.zeros_like(parameter))
    momentum.lerp_(gradient, 1 - MOMENTUM)
    return orthogonal(gradient.lerp(momentum, MOMENTUM).flatten(1)).reshape(parameter.shape)


def orthogonal(matrix: Tensor) -> Tensor:
    """The nearest matrix (n, m) with orthogonal rows or columns of length 1, roughly.

    The iteration runs over products of rows (n, n) where n is smaller, instead of over the whole matrix.
    """
    if matrix.shape[0] > matrix.shape[1]:
        return orthogonal(matrix.T).T
    scaled = matrix / (matrix.norm() + SMALL)
    products = scaled @ scaled.T
    same = torch.eye(len(products), dtype=products.dtype, device=products.device)
    whole = same
    first, second, third = FACTORS
    for _ in range(ROUNDS):
        factor = first * same + second * products + third * products @ products
        whole = factor @ whole
        products = factor @ products @ factor
    nearest: Tensor = whole @ scaled
    return nearest


def _as_adam(parameter: Tensor, state: dict[str, Any]) -> Tensor:
    """Loshchilov and Hutter 2019."""
    gradient = parameter.grad
    assert gradient is not None
    mean = state.setdefault("mean", torch.zeros_like(parameter))
    square = state.setdefault("square", torch.zeros_like(parameter))
    count = state.setdefault("step", torch.zeros((), dtype=torch.float32))
    count += 1
    mean.lerp_(gradient, 1 - BETAS[0])
    square.lerp_(gradient.square(), 1 - BETAS[1])
    done = float(count)
    length = (square / (1 - BETAS[1] ** done)).sqrt_().add_(SMALL)
    step: Tensor = mean / (1 - BETAS[0] ** done) / length
    return step
