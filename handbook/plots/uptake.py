"""How much reaches the blood and when the level is highest, by route: bars and ranges from the records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handbook.plots.svg import line, picture, text


@dataclass(frozen=True)
class Bar:
    """One route: the range of its uptake in percent, and the words of its peak time."""

    label: str
    low: float
    high: float
    peak: str


def uptake(name: str, title: str, bars: Sequence[Bar], words: str) -> str:
    """Draw a bar from the lowest to the highest published uptake of each route, on an axis from 0 to 100."""
    x0, x1, top, gap = 16.0, 464.0, 10.0, 44.0
    parts: list[str] = []

    def at(value: float) -> float:
        return x0 + value / 100 * (x1 - x0)

    bottom = top + gap * len(bars)
    for value in range(0, 101, 25):
        parts.append(line(at(value), top, at(value), bottom + 4, 0.6, ' stroke-opacity=".35"'))
        parts.append(text(at(value), bottom + 20, str(value), "middle", 11))
    for n, bar in enumerate(bars):
        y = top + gap * n
        parts.append(text(x0, y + 14, bar.label, size=12.5))
        parts.append(text(x1, y + 14, bar.peak, "end", 11.5))
        width = max(at(bar.high) - at(bar.low), 4)
        parts.append(f'<rect x="{min(at(bar.low), x1 - width):.1f}" y="{y + 20:.1f}" width="{width:.1f}" height="13" rx="2"/>')
    parts.append(line(x0, bottom + 4, x1, bottom + 4))
    parts.append(text((x0 + x1) / 2, bottom + 38, "Parts out of 100 that reach the blood", "middle", 11.5))
    return picture(name, 480, bottom + 46, title, words, parts)
