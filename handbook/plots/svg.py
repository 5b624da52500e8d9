"""Small helpers for SVG: a picture is a list of strings with a title and a description."""

from __future__ import annotations

from html import escape


def number(value: float) -> str:
    """A length with at most one decimal: 10, 10.5."""
    return f"{value:.1f}".removesuffix(".0")


def text(x: float, y: float, words: str, anchor: str = "start", size: float = 12, extra: str = "") -> str:
    """One line of text at a point; *anchor* is start, middle or end."""
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{number(x)}" y="{number(y)}"{place} font-size="{size:g}"{extra}>{escape(words)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, width: float = 1, extra: str = "") -> str:
    """A straight line in the text color."""
    ends = f'x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}"'
    return f'<line {ends} stroke="currentColor" stroke-width="{width:g}"{extra}/>'


def picture(name: str, width: float, height: float, title: str, description: str, parts: list[str]) -> str:
    """A whole picture that scales with the page; *name* makes its ids unique on the page."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img" class="hb-svg" '
        f'aria-labelledby="{name}-t {name}-d" fill="currentColor" font-family="inherit">'
        f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(description)}</desc>' + "".join(parts) + "</svg>"
    )


def wrap(words: str, limit: int) -> list[str]:
    """Break words into lines of at most *limit* characters."""
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > limit:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """About *count* round numbers between *low* and *high*."""
    span = high - low
    raw = span / max(count, 1)
    power = 10.0 ** _floor_log10(raw)
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw - 1e-12)
    first = -(-low // step) * step
    out, value = [], first
    while value <= high + 1e-9:
        out.append(round(value, 10) + 0.0)
        value += step
    return out


def _floor_log10(value: float) -> int:
    import math

    return math.floor(math.log10(value)) if value > 0 else 0
