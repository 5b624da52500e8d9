"""Read a tagged PDF the way a reader's program does: text with places, tags, links, bookmarks. Only what tests need."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

import pikepdf

NEAR = 5.5  # points: words whose base lines are nearer to one another stand in one line
OPERATORS = "q Q cm BDC BMC EMC Tf Tm Tj TJ"  # of a page's content, those that say what is written where
Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True)
class Run:
    """Words drawn in one go: page (from 1), left and right edge and base line in points, whether it is furniture, number of its mark (or −1)."""

    page: int
    text: str
    left: float
    right: float
    base: float
    artifact: bool
    mark: int


@dataclass(frozen=True)
class Font:
    """How the codes of a font read, and how wide each is (in thousandths of its size)."""

    letters: dict[int, str]
    widths: dict[int, float]
    default: float


def times(a: Matrix, b: Matrix) -> Matrix:
    """The matrix that applies *a*, then *b*."""
    return (
        a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3], a[2] * b[0] + a[3] * b[2], a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4], a[4] * b[1] + a[5] * b[3] + b[5],
    )  # fmt: skip


def font(found: Any) -> Font:
    """Letters from the ToUnicode table, widths from the descendant font."""
    text = bytes(found.ToUnicode.read_bytes()).decode("latin-1")
    letters: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", text, re.S):
        for code, to in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            letters[int(code, 16)] = bytes.fromhex(to).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", text, re.S):
        for low, high, to in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            for n in range(int(low, 16), int(high, 16) + 1):
                letters[n] = chr(int(to, 16) + n - int(low, 16))
    below = found.DescendantFonts[0]
    widths: dict[int, float] = {}
    row = list(below.get("/W", []))
    while row:
        first = int(row.pop(0))
        if isinstance(row[0], pikepdf.Array):
            widths |= {first + n: float(w) for n, w in enumerate(row.pop(0))}
        else:
            last, width = int(row.pop(0)), float(row.pop(0))
            widths |= dict.fromkeys(range(first, last + 1), width)
    return Font(letters, widths, float(below.get("/DW", 1000)))


def runs(document: pikepdf.Pdf) -> Iterator[Run]:
    """All words of all pages in the order of the content streams."""
    fonts: dict[tuple[int, int], Font] = {}
    for number, page in enumerate(document.pages, 1):
        known: Any = page.obj.Resources.get("/Font", {})
        matrix: Matrix = (1, 0, 0, 1, 0, 0)
        text: Matrix = matrix
        stack: list[Matrix] = []
        marked: list[tuple[bool, int]] = []
        now: Font | None = None
        size = 0.0
        for operands, operator in cast("list[tuple[Any, Any]]", pikepdf.parse_content_stream(page, OPERATORS)):
            match str(operator):
                case "q":
                    stack.append(matrix)
                case "Q":
                    matrix = stack.pop()
                case "cm":
                    matrix = times(tuple(map(float, operands)), matrix)  # type: ignore[arg-type]
                case "BDC" | "BMC":
                    known_by = operands[1] if len(operands) > 1 and isinstance(operands[1], pikepdf.Dictionary) else {}
                    marked.append((str(operands[0]) == "/Artifact", int(known_by.get("/MCID", -1))))
                case "EMC":
                    marked.pop()
                case "Tf":
                    found = known[str(operands[0])]
                    now = fonts.setdefault(found.objgen, font(found)) if found.objgen not in fonts else fonts[found.objgen]
                    size = float(operands[1])
                case "Tm":
                    text = tuple(map(float, operands))  # type: ignore[assignment]
                case "Tj" | "TJ":
                    assert now
                    parts = list(operands[0]) if str(operator) == "TJ" else [operands[0]]
                    words, width = "", 0.0
                    for part in parts:
                        if isinstance(part, pikepdf.String):
                            data = bytes(part)
                            for n in range(0, len(data) - 1, 2):
                                code = data[n] * 256 + data[n + 1]
                                words += now.letters.get(code, "")
                                width += now.widths.get(code, now.default)
                        else:
                            width -= float(part)
                    whole = times(text, matrix)
                    reach = width / 1000 * size * whole[0]
                    yield Run(number, words, whole[4], whole[4] + reach, whole[5], any(a for a, _ in marked), max((n for _, n in marked), default=-1))


def plain(text: str) -> str:
    """Letters and signs alone: no spaces, hyphens (a line may have broken there), joined letters or curved quotes."""
    text = unicodedata.normalize("NFKC", text).translate(str.maketrans("‘’“”", "''\"\""))
    return re.sub(r"[\s\u200b\u00ad\-\u2010\u2011]+", "", text)


@dataclass(frozen=True)
class Tag:
    """An element of the structure tree."""

    kind: str
    node: Any


def tags(document: pikepdf.Pdf) -> list[Tag]:
    """All elements of the structure tree, in reading order."""
    root = document.Root.StructTreeRoot
    roles = {str(k): str(v) for k, v in root.get("/RoleMap", {}).items()}
    out: list[Tag] = []
    waiting: list[Any] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, pikepdf.Array):
            waiting += reversed(list(node))
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                out.append(Tag(roles.get(str(node.S), str(node.S)).lstrip("/"), node))
            if "/K" in node:
                waiting.append(node.K)
    return out


def in_reading_order(document: pikepdf.Pdf, found: Iterable[Run]) -> list[Run]:
    """The words as a screen reader speaks them: in the order of the structure tree, pictures (which have words of their own) left out."""
    numbers = pages_of(document)
    by_mark: dict[tuple[int, int], list[Run]] = {}
    for run in found:
        by_mark.setdefault((run.page, run.mark), []).append(run)
    out: list[Run] = []
    waiting: list[tuple[Any, int]] = [(document.Root.StructTreeRoot.K, 0)]
    while waiting:
        node, page = waiting.pop()
        if isinstance(node, int):
            out += by_mark.get((page, node), [])
        elif isinstance(node, pikepdf.Array):
            waiting += [(below, page) for below in reversed(list(node))]
        elif node.get("/S") != "/Figure" and "/Obj" not in node:
            page = numbers[node.Pg.objgen] if "/Pg" in node else page
            below = node.get("/MCID", node.get("/K"))
            waiting += [] if below is None else [(below, page)]
    return out


def scope(node: Any) -> str:
    """The scope of a header cell: `Column`, `Row`, `Both`, or nothing."""
    found = node.get("/A", [])
    for attribute in list(found) if isinstance(found, pikepdf.Array) else [found]:
        if isinstance(attribute, pikepdf.Dictionary) and "/Scope" in attribute:
            return str(attribute.Scope).lstrip("/")
    return ""


def nameless_rows(document: pikepdf.Pdf) -> list[Tag]:
    """Rows of tables, below their heads, whose first cell is no head of the row, or whose cells list heads and so leave it out."""
    rows = [t for t in tags(document) if t.kind == "TR" and t.node.P.S == "/TBody"]
    return [t for t in rows if scope(t.node.K[0]) != "Row" or t.node.K[0].S != "/TH" or any("/Headers" in a for cell in t.node.K for a in cell.A)]


def embedded(document: pikepdf.Pdf) -> set[str]:
    """The families of the fonts that the document carries; each must be whole: its outlines, and the letters that they show."""
    names: set[str] = set()
    for page in document.pages:
        fonts: Any = page.obj.Resources.get("/Font", {})
        for found in fonts.values():
            below = found.DescendantFonts[0]
            assert "/FontFile3" in below.FontDescriptor or "/FontFile2" in below.FontDescriptor
            assert "/ToUnicode" in found
            names.add(str(found.BaseFont).split("+")[1].split("-")[0])
    return names


def pages_of(document: pikepdf.Pdf) -> dict[tuple[int, int], int]:
    """The number of each page object."""
    return {page.obj.objgen: n for n, page in enumerate(document.pages, 1)}


def named(document: pikepdf.Pdf) -> dict[str, Any]:
    """The named places of the document: `/Names` → `/Dests`, whose branches are `/Kids`."""
    out: dict[str, Any] = {}
    top: Any = document.Root.get("/Names", {})
    waiting: list[Any] = [top.get("/Dests", {})]
    while waiting:
        node = waiting.pop()
        waiting += list(node.get("/Kids", []))
        row = list(node.get("/Names", []))
        for name, place in zip(row[::2], row[1::2], strict=True):
            out[str(name)] = place.D if isinstance(place, pikepdf.Dictionary) else place
    return out


def links(document: pikepdf.Pdf) -> tuple[list[int], list[str], int]:
    """Target pages of internal links, addresses of external ones, and how many links lead nowhere."""
    numbers, places = pages_of(document), named(document)
    inner: list[int] = []
    outer: list[str] = []
    dead = 0
    for page in document.pages:
        for note in page.obj.get("/Annots", []):
            if note.get("/Subtype") != "/Link":
                continue
            action = note.get("/A")
            if action is not None and action.get("/S") == "/URI":
                outer.append(str(action.URI))
                continue
            place = note.get("/Dest") if action is None else action.get("/D")
            if isinstance(place, (pikepdf.String, pikepdf.Name)):
                place = places.get(str(place))
            number = numbers.get(place[0].objgen) if isinstance(place, pikepdf.Array) else None
            dead += number is None
            inner += [number] if number else []
    return inner, outer, dead


def bookmarks(document: pikepdf.Pdf) -> list[tuple[int, str, int]]:
    """Depth, title and page of each bookmark."""
    numbers = pages_of(document)
    out: list[tuple[int, str, int]] = []

    def walk(items: Any, depth: int) -> None:
        for item in items:
            place = item.destination
            out.append((depth, str(item.title), numbers[place[0].objgen]))
            walk(item.children, depth + 1)

    with document.open_outline() as outline:
        walk(outline.root, 0)
    return out


def lines(runs: Iterable[Run]) -> dict[int, list[tuple[float, str]]]:
    """The printed lines of each page from top to bottom: base line in points and words; without header, footer and raised signs' own lines."""
    found: dict[int, list[Run]] = {}
    for run in runs:
        if not run.artifact and run.text.strip():
            found.setdefault(run.page, []).append(run)
    out: dict[int, list[tuple[float, str]]] = {}
    for page, words in found.items():
        rows = out[page] = []
        for run in sorted(words, key=lambda r: -r.base):
            if rows and rows[-1][0] - run.base < NEAR:
                rows[-1] = (rows[-1][0], rows[-1][1] + run.text)
            else:
                rows.append((run.base, run.text))
    return out


def headings(document: pikepdf.Pdf) -> list[tuple[int, float, str]]:
    """Page, height on it in points, and title of every bookmark, in the order of the book."""
    numbers = pages_of(document)
    out: list[tuple[int, float, str]] = []

    def walk(items: Any) -> None:
        for item in items:
            out.append((numbers[item.destination[0].objgen], float(item.destination[3]), str(item.title)))
            walk(item.children)

    with document.open_outline() as outline:
        walk(outline.root)
    return out


def stranded(document: pikepdf.Pdf, runs: Iterable[Run]) -> list[tuple[int, str]]:
    """Headings with fewer than two lines below them on their page (one, where that is their whole section): page and title."""
    printed, found = lines(runs), headings(document)
    out: list[tuple[int, str]] = []
    for n, (page, top, title) in enumerate(found):
        below = [text for base, text in printed[page] if base <= top]
        rest = plain(title)
        while below and rest:  # lines of the heading itself
            rest = rest[len(plain(below.pop(0))) :]
        follows = found[n + 1] if n + 1 < len(found) else (0, 0.0, "")
        over = follows[0] == page + 1 and printed[page + 1][0][0] <= follows[1]
        if len(below) < (1 if over else 2):
            out.append((page, title))
    return out


def bare(document: pikepdf.Pdf, runs: Iterable[Run], least: int) -> list[int]:
    """Pages of fewer than *least* lines; pages with a picture have its words as lines."""
    found = lines(runs)
    return [page for page in range(1, len(document.pages) + 1) if len(found.get(page, [])) < least]
