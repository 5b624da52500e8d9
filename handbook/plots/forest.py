"""Forest plot: one row a study, square and interval, the line of no effect, and which side favors what."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from handbook.plots.svg import line, picture, text, ticks, wrap
from handbook.words import MEASURE_LABEL, RATIOS


@dataclass(frozen=True)
class Row:
    """A study to plot: its words, its printed effect, and the three numbers."""

    label: str
    printed: str
    effect: float
    low: float
    high: float


def describe(rows: Sequence[Row], measure: str) -> str:
    """The same numbers in words, for those who do not see the picture."""
    return f"{MEASURE_LABEL[measure]}. " + " ".join(f"{r.label}: {r.printed}." for r in rows)


def forest(name: str, title: str, measure: str, rows: Sequence[Row], left: str, right: str) -> str:
    """Draw the plot; ratios on a log axis around 1, differences on a linear axis around 0."""
    ratio = measure in RATIOS
    zero = 1.0 if ratio else 0.0
    scale = math.log if ratio else float
    values = [v for r in rows for v in (r.low, r.high)] + [zero]
    low, high = min(map(scale, values)), max(map(scale, values))
    pad = (high - low) * 0.06 or 0.5
    low, high = low - pad, high + pad
    x0, x1, top, gap = 16.0, 464.0, 34.0, 46.0

    def at(value: float) -> float:
        return x0 + (scale(value) - low) / (high - low) * (x1 - x0)

    bottom = top + gap * len(rows)
    parts = [text(x0, 16, f"◄ {left}", size=11.5), text(x1, 16, f"{right} ►", "end", 11.5)]
    parts.append(line(at(zero), 24, at(zero), bottom + 4, 1.2, ' stroke-dasharray="4 3"'))
    for n, r in enumerate(rows):
        y = top + gap * n
        label = wrap(r.label, 46)[0]
        parts.append(text(x0, y + 12, label if label == r.label else label + "…", size=12))
        parts.append(text(x1, y + 12, r.printed.split(" ", 1)[-1], "end", 11.5))
        parts.append(line(at(r.low), y + 27, at(r.high), y + 27, 2))
        for end in (r.low, r.high):
            parts.append(line(at(end), y + 22, at(end), y + 32, 1.5))
        parts.append(f'<rect x="{at(r.effect) - 4.5:.1f}" y="{y + 22.5:.1f}" width="9" height="9"/>')
    parts.append(line(x0, bottom + 4, x1, bottom + 4))
    marks = _ratio_ticks(low, high) if ratio else ticks(low, high, 6)
    for value in marks:
        parts.append(line(at(value), bottom + 4, at(value), bottom + 9))
        parts.append(text(at(value), bottom + 22, f"{value:g}".replace("-", "−"), "middle", 11))
    parts.append(text((x0 + x1) / 2, bottom + 40, MEASURE_LABEL[measure], "middle", 11.5))
    return picture(name, 480, bottom + 48, title, describe(rows, measure), parts)


def _ratio_ticks(low: float, high: float) -> list[float]:
    wanted = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]
    return [v for v in wanted if low <= math.log(v) <= high]
