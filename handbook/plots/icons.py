"""Icon arrays: 100 figures a group, filled from one corner; readable in black and white."""

from __future__ import annotations

from collections.abc import Sequence

from handbook.plots.svg import number, picture, text, wrap


def icons(name: str, title: str, groups: Sequence[tuple[str, float]], words: str) -> str:
    """Draw one array of 100 for each (label, number out of 100); a part of a figure is rounded to a whole one."""
    step, size = 19.0, 7.0
    width = 10 * step
    heads = [wrap(label, 26) for label, _ in groups]
    top = 18 + 16 * max(map(len, heads))
    parts: list[str] = []
    for g, (_, share) in enumerate(groups):
        x0 = 10 + g * (width + 40)
        parts += [text(x0, 16 + 16 * n, row, size=13) for n, row in enumerate(heads[g])]
        filled = round(share)
        for n in range(100):
            if n == filled:
                parts.append('<g fill="none" stroke="currentColor" stroke-opacity=".55" stroke-width="1.2">')
            x, y = x0 + (n % 10) * step + size, top + (n // 10) * step
            parts.append(f'<circle cx="{number(x)}" cy="{number(y)}" r="{size if n < filled else size - 0.6:g}"/>')
        if filled < 100:
            parts.append("</g>")
        parts.append(text(x0, top + 10 * step + 4, f"{round(share)} out of 100", size=14, extra=' font-weight="600"'))
    return picture(name, 20 + len(groups) * (width + 40) - 40, top + 10 * step + 16, title, words, parts)
