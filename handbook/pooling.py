"""Pool study results by inverse variance with random effects, where a plot shows an estimate of our own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z95 = 1.959963984540054


@dataclass(frozen=True)
class Pooled:
    """A pooled effect with its 95 % interval, the variance between studies and the share of variation it makes up."""

    effect: float
    low: float
    high: float
    tau2: float
    i2: float


def standard_error(low: float, high: float) -> float:
    """Standard error from a 95 % interval on the scale on which it is symmetric (take logs of ratios first)."""
    if high <= low:
        raise ValueError(f"interval {low} to {high}")
    return (high - low) / (2 * Z95)


def random_effects(effects: Sequence[float], errors: Sequence[float]) -> Pooled:
    """DerSimonian–Laird random-effects estimate of *effects* with standard *errors*.

    Source: DerSimonian R, Laird N. Meta-analysis in clinical trials. Control Clin Trials 1986;7:177–188
    (doi:10.1016/0197-2456(86)90046-2). I² after Higgins and Thompson 2002 (doi:10.1002/sim.1186).
    """
    if len(effects) != len(errors) or len(effects) < 2:
        raise ValueError("give at least two effects, each with its standard error")
    if any(e <= 0 for e in errors):
        raise ValueError("standard errors are above zero")
    w = [1 / e**2 for e in errors]
    fixed = sum(wi * y for wi, y in zip(w, effects, strict=True)) / sum(w)
    q = sum(wi * (y - fixed) ** 2 for wi, y in zip(w, effects, strict=True))
    df = len(effects) - 1
    tau2 = max(0.0, (q - df) / (sum(w) - sum(wi**2 for wi in w) / sum(w)))
    ws = [1 / (e**2 + tau2) for e in errors]
    effect = sum(wi * y for wi, y in zip(ws, effects, strict=True)) / sum(ws)
    error = math.sqrt(1 / sum(ws))
    i2 = max(0.0, (q - df) / q) if q > 0 else 0.0
    return Pooled(effect, effect - Z95 * error, effect + Z95 * error, tau2, i2)
