"""The bars of `performance.md` against what was measured: ratios, exponent, verdicts, and the table."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from handbook.site import MOST_BYTES

STOCK = {50: 0.55, 200: 0.2, 1000: 0.06}
ELSEWHERE = (("site with one new release among ten", "builds one", "tests/test_versions.py"),)


class Row(NamedTuple):
    """One bar: what, the bar in words, the figure in words, and whether it is met (nothing where it was not measured)."""

    what: str
    bar: str
    figure: str
    met: bool | None


def median(values: Sequence[float]) -> float:
    """The middle value; `ValueError` for none."""
    if not values:
        raise ValueError("no value to take the median of")
    return statistics.median(values)


def exponent(small: float, large: float, pages: tuple[int, int] = (200, 1000)) -> float:
    """The k for which cost grows as pages to the power of k, from two costs: log(large/small) / log(pages' ratio)."""
    return math.log(large / small) / math.log(pages[1] / pages[0])


def most(what: str, figure: float | None, limit: float, form: Callable[[float], str], why: str = "not measured in this run") -> Row:
    """A bar that a figure must not pass."""
    if figure is None or math.isnan(figure):
        return Row(what, f"≤ {form(limit)}", why, None)
    return Row(what, f"≤ {form(limit)}", form(figure), figure <= limit)


def times(value: float) -> str:
    """`0.48 ×`."""
    return f"{value:.2f} ×"


def kib(value: float) -> str:
    """Bytes as KiB."""
    return f"{value / 1024:.1f} KiB"


def seconds(value: float) -> str:
    """`1.20 s`."""
    return f"{value:.2f} s"


def cpu(data: Mapping[str, Any], size: str, who: str, step: str) -> float | None:
    """Median CPU seconds of a step; nothing where it was not measured."""
    values = data["builds"].get(size, {}).get(who, {}).get(step)
    return median([v["cpu"] for v in values]) if values else None


def ratio(above: float | None, below: float | None) -> float | None:
    """A quotient; nothing where a part is missing."""
    return above / below if above is not None and below else None


def build_rows(data: Mapping[str, Any]) -> list[Row]:
    """The bars on building."""
    same = data.get("same", {})
    rows = [
        Row("incremental = clean, after words and a record changed", "byte for byte", *_same(same.get("incremental"))),
        Row("serial = parallel = other hash seed = other folder", "byte for byte", *_same(same.get("parallel"))),
    ]
    for size in (s for s in data["builds"] if s != "real"):
        limit = STOCK.get(int(size))
        figure = ratio(cpu(data, size, "ours", "cold"), cpu(data, size, "stock", "cold"))
        if limit:
            rows.append(most(f"cold build against the stock book theme, {size} pages", figure, limit, times))
    small, large = cpu(data, "200", "ours", "cold"), cpu(data, "1000", "ours", "cold")
    rows.append(most("growth of cold CPU, 200 → 1000 pages, exponent", exponent(small, large) if small and large else None, 1.1, lambda v: f"{v:.2f}"))
    for size in ("200", "1000"):
        mine = cpu(data, size, "ours", "page")
        for peer in ("MkDocs Material", "Zensical"):
            theirs = cpu(data, size, peer, "page")
            known = mine is not None and theirs is not None
            figure_ = f"{mine:.2f} s against {theirs:.2f} s" if known else data.get("peers", {}).get(peer, "not measured in this run")
            rows.append(
                Row(f"one page changed, {size} pages, against {peer}", "faster", figure_, mine < theirs if mine is not None and theirs is not None else None)
            )
    empty = data.get("empty")
    for size in data["builds"]:
        name = "real handbook" if size == "real" else f"{size} pages"
        rows.append(most(f"nothing changed, {name}, against an empty project", ratio(cpu(data, size, "ours", "nothing"), empty), 1.3, times))
    rows.append(most("records, directives, plots and checks, share of the build's CPU", data.get("share"), 0.15, lambda v: f"{v * 100:.1f} %"))
    if "share_around" in data:
        rows.append(Row("what of ours draws the page around them: writer, search, menu, terms", "none", f"{data['share_around'] * 100:.1f} %", None))
    rows.append(most("check over everything", data.get("check"), 2, seconds))
    peaks = [v["peak"] for v in data["builds"].get("1000", {}).get("ours", {}).get("cold", [])]
    rows.append(most("peak memory, 1000 pages", max(peaks) if peaks else None, 1000, lambda v: f"{v:.0f} MB"))
    book = data.get("pdf", {})
    rows.append(most("PDF: typesetting, by the clock", book.get("typesetting"), 5, seconds))
    return [*rows, most("PDF: whole session against the HTML session, by the clock", ratio(book.get("pdf"), book.get("html")), 1.5, times)]


def _same(value: bool | None) -> tuple[str, bool | None]:
    return ("not measured in this run" if value is None else "the same" if value else "differs", value)


def reading_rows(data: Mapping[str, Any]) -> list[Row]:
    """The bars on what a reader's browser loads, for each site that was measured."""
    rows = []
    for size, found in data.get("sites", {}).items():
        name = "real handbook" if size == "real" else f"{size} pages"
        view = found["view"]
        rows.append(most(f"first view of {view['page']}, gzip, {name}", view["gzip"], 45 * 1024, kib))
        rows.append(most(f"the same, requests, {name}", view["requests"], 6, lambda v: f"{v:.0f}"))
        rows.append(most(f"search files before search is opened, {name}", view["search"], 0, lambda v: f"{v:.0f} bytes"))
        rows.append(most(f"third-party requests, {name}", view["outside"], 0, lambda v: f"{v:.0f}"))
        rows.append(most(f"next page, HTML only, {name}", found["next"], MOST_BYTES, kib))
    real = data.get("sites", {}).get("real", {})
    sizes, seen = real.get("sizes", {}), real.get("browser", {})
    why = seen.get("why", "not measured in this run")
    rows.append(most("search index on the wire", sizes.get("index"), 60 * 1024, kib))
    rows.append(most("whole site, unzipped", sizes.get("site"), 15e6, lambda v: f"{v / 1e6:.1f} MB"))
    rows.append(most("source maps", sizes.get("maps"), 0, lambda v: f"{v:.0f}"))
    rows.append(most("keystroke to results, warm", seen.get("keystroke"), 50, lambda v: f"{v:.0f} ms", why))
    rows.append(most("keystroke to results, CPU 4 × slower", seen.get("keystroke_slow"), 200, lambda v: f"{v:.0f} ms", why))
    rows.append(most("largest contentful paint, slow phone and network", seen.get("lcp"), 1200, lambda v: f"{v:.0f} ms", why))
    rows.append(most("blocking time, the same", seen.get("blocking"), 50, lambda v: f"{v:.0f} ms", why))
    rows.append(most("layout shift, the same", seen.get("shift"), 0, lambda v: f"{v:.3f}", why))
    rows.append(most("unused CSS on a content page, over one visit", seen.get("unused_css"), 0.4, lambda v: f"{v * 100:.0f} %", why))
    rows += lighthouse_rows(real.get("lighthouse", {}))
    return rows + [Row(what, bar, f"not measured here: {where}", None) for what, bar, where in ELSEWHERE]


def lighthouse_rows(found: Mapping[str, Any]) -> list[Row]:
    """The bars on Lighthouse: the worst page's median for each; *found* is page → figures, or why there are none."""
    why = found.get("why", "not measured in this run")
    pages = {} if "why" in found else found

    def row(name: str, what: str, limit: float, form: Callable[[float], str], sign: str = "≤") -> Row:
        if not pages:
            return Row(f"Lighthouse mobile, {what}", f"{sign} {form(limit)}", why, None)
        worst, value = (max if sign == "≤" else min)(((page, figures[name]) for page, figures in pages.items()), key=lambda item: item[1])
        met = value <= limit if sign == "≤" else value >= limit
        return Row(f"Lighthouse mobile, {what}", f"{sign} {form(limit)}", f"{form(value)} ({len(pages)} pages{'' if met else f', worst {worst}'})", met)

    scores = [row(name, name, 100, lambda v: f"{v:.0f}", "≥") for name in ("performance", "accessibility", "best-practices", "seo")]
    return [
        *scores,
        row("lcp", "largest contentful paint", 1200, lambda v: f"{v:.0f} ms"),
        row("blocking", "blocking time", 50, lambda v: f"{v:.0f} ms"),
        row("shift", "layout shift", 0, lambda v: f"{v:.3f}"),
    ]


def as_table(rows: Sequence[Row]) -> str:
    """All bars as aligned lines, and a line that counts."""
    words = {True: "met", False: "NOT MET", None: "–"}
    cells = [("what", "bar", "figure", ""), *((r.what, r.bar, r.figure, words[r.met]) for r in rows)]
    wide = [max(len(c[n]) for c in cells) for n in range(3)]
    lines = ["  ".join([*(c[n].ljust(wide[n]) for n in range(3)), c[3]]).rstrip() for c in cells]
    counts = f"{sum(r.met is True for r in rows)} met, {sum(r.met is False for r in rows)} not met, {sum(r.met is None for r in rows)} not measured"
    return "\n".join([*lines, counts])


def cost_table(data: Mapping[str, Any]) -> str:
    """Median CPU seconds of every build: cold / nothing / one page / one record changed; and the cold ratio to the stock theme."""
    lines = [f"{'pages':>6}  {'':24}{'cold':>8}{'nothing':>9}{'page':>8}{'record':>8}{'peak MB':>9}  cold against stock"]
    for size, who in data["builds"].items():
        base = cpu(data, size, "stock", "cold")
        for name, steps in who.items():
            cells = [f"{value:.2f}" if (value := cpu(data, size, name, step)) is not None else "" for step in ("cold", "nothing", "page", "record")]
            peak = max((v["peak"] for v in steps.get("cold", [])), default=0)
            against = ratio(cpu(data, size, name, "cold"), base)
            lines.append(f"{size:>6}  {name:24}{cells[0]:>8}{cells[1]:>9}{cells[2]:>8}{cells[3]:>8}{peak:>9.0f}  {times(against) if against else ''}".rstrip())
    return "\n".join(lines)
