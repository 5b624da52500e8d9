"""Level over time by route: one-compartment curves through published uptake, peak time and half-life."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from handbook.plots.svg import line, picture, text

DASHES = ("", "7 4", "2 3", "9 3 2 3", "12 5", "4 4 1 4")


@dataclass(frozen=True)
class Route:
    """One route: share that reaches the blood (0 to 1), time of the highest level and half-life, in minutes."""

    label: str
    uptake: float
    peak: float
    half_life: float


@cache
def absorption_rate(peak: float, elimination: float) -> float:
    """The first-order rate of uptake (per minute) that puts the highest level at *peak* minutes.

    Solves ln(ka/ke) / (ka − ke) = tmax by bisection. Source: the one-compartment model with first-order input
    (Bateman 1910), as in any textbook of pharmacokinetics. *peak* must be below 1/ke.
    """
    if not 0 < peak < 1 / elimination:
        raise ValueError(f"peak at {peak} minutes does not fit elimination of {elimination:.4f} per minute")
    low, high = elimination * (1 + 1e-9), 1e3
    for _ in range(200):
        middle = math.sqrt(low * high)
        if math.log(middle / elimination) / (middle - elimination) > peak:
            low = middle
        else:
            high = middle
    return math.sqrt(low * high)


def level(route: Route, minutes: float) -> float:
    """Relative level at *minutes* after one dose: uptake × ka/(ka − ke) × (e^(−ke·t) − e^(−ka·t))."""
    ke = math.log(2) / route.half_life
    ka = absorption_rate(route.peak, ke)
    return route.uptake * ka / (ka - ke) * (math.exp(-ke * minutes) - math.exp(-ka * minutes))


def curves(name: str, title: str, routes: Sequence[Route], words: str, until: int = 360) -> str:
    """Draw one line a route over *until* minutes; lines differ by dash, not by color alone."""
    x0, x1, top, bottom = 40.0, 464.0, 14.0, 230.0
    highest = max(level(r, r.peak) for r in routes) * 1.08

    def at(minutes: float, value: float) -> tuple[float, float]:
        return x0 + minutes / until * (x1 - x0), bottom - value / highest * (bottom - top)

    parts = [line(x0, bottom, x1, bottom), line(x0, top, x0, bottom)]
    for hour in range(0, until // 60 + 1):
        x = at(hour * 60, 0)[0]
        parts += [line(x, bottom, x, bottom + 5), text(x, bottom + 19, str(hour), "middle", 11)]
    parts.append(text((x0 + x1) / 2, bottom + 37, "Hours after the dose", "middle", 11.5))
    parts.append(text(x0 + 6, top + 8, "Level in the blood (relative, same dose)", size=11.5))
    for n, route in enumerate(routes):
        points = " ".join("{:.1f},{:.1f}".format(*at(t, level(route, t))) for t in range(0, until + 1, 4))
        dash = f' stroke-dasharray="{DASHES[n % len(DASHES)]}"' if DASHES[n % len(DASHES)] else ""
        parts.append(f'<polyline points="{points}" fill="none" stroke="currentColor" stroke-width="1.8"{dash}/>')
        y = bottom + 58 + 18 * n
        parts.append(line(x0, y - 4, x0 + 44, y - 4, 1.8, dash))
        parts.append(text(x0 + 54, y, route.label, size=12))
    return picture(name, 480, bottom + 58 + 18 * len(routes), title, words, parts)
