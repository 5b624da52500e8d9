"""Make the compiled PDF smaller without changing what it shows: objects packed together, shorter numbers in boxes of links.

Typst writes every tag as an object of its own; a long tagged book is then mostly wrapping. This keeps all objects and
their numbers and writes them as PDF 1.7 object streams (ISO 32000-1, 7.5.7 and 7.5.8). What is drawn is not touched.
"""

from __future__ import annotations

import re
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

TOGETHER = 2000  # objects in one stream
LEVEL = 6  # of compression: more takes twice as long for a fiftieth of the size
LINE = 20.0  # points: a link no higher than this stands on one line
_LENGTH = re.compile(rb"/Length (\d+)")
# what is cut off, so that nothing has to be put together again: digits after the first
_COARSE = re.compile(rb"(?<=\.\d)\d+(?=[ \n\]/])")
_KIND = re.compile(rb"/S/(\w+)")
_QUADS = re.compile(rb"/Rect\s*\[\S+ (\S+) \S+ (\S+)\](.*?)/QuadPoints\s*\[[^\]]*\]", re.S)
_BOXES = re.compile(rb"/(?:Rect|QuadPoints|BBox)\s*\[[^\]]*\]")


class Object(NamedTuple):
    """One object: its number, its bytes, and for a stream the dictionary and data apart."""

    number: int
    body: bytes
    data: bytes | None = None


def pack(pdf: bytes) -> bytes:
    """Return the same document, about a quarter of the size; `ValueError` where the file is not as Typst writes it."""
    start = int(pdf[pdf.rindex(b"startxref") + 9 :].split()[0])
    table, _, trailer = pdf[start:].partition(b"trailer")
    rows = re.findall(rb"^(\d{10}) \d{5} n", table, re.M)
    offsets = sorted(int(row) for row in rows)
    if not table.startswith(b"xref") or not offsets:
        raise ValueError("no cross-reference table at the end of the PDF")
    objects = [parse(pdf[a:b]) for a, b in zip(offsets, [*offsets[1:], start], strict=True)]
    kept = re.sub(rb"/Size \d+", b"", trailer[: trailer.index(b"startxref")].strip()).removeprefix(b"<<").removesuffix(b">>").strip()
    return write(pdf[: pdf.index(b"\n")], objects, kept)


def parse(text: bytes) -> Object:
    """Read one object from its place in the file."""
    name, found, rest = text.partition(b" 0 obj")
    body, end, more = rest.rpartition(b"endobj")
    if not (found and end and name.isdigit()) or more.strip():
        raise ValueError(f"not an object: {text[:40]!r}")
    number, body = int(name), body.strip()
    if not body.endswith(b"endstream"):
        body = _QUADS.sub(one_line, body) if b"/QuadPoints" in body else body
        return Object(number, _BOXES.sub(lambda m: _COARSE.sub(b"", m[0]), body))
    head, _, rest = body.partition(b"stream\n")
    length = _LENGTH.search(head)
    if not length:
        raise ValueError(f"stream {number} has no length")
    data = rest[: int(length[1])]
    return Object(number, head.strip(), data)


def one_line(match: re.Match[bytes]) -> bytes:
    """A link's box without the boxes of its words, where all stand on one line and fill it; links over several lines keep them."""
    low, high = float(match[1]), float(match[2])
    return match[0][: match.end(3) - match.start()] if high - low < LINE else match[0]


def kind(o: Object) -> bytes:
    """What an object is, for structure elements: like beside like makes shorter streams."""
    found = _KIND.search(o.body[:60])
    return found[1] if found else b""


def write(first: bytes, objects: list[Object], trailer: bytes) -> bytes:
    """The whole file: streams as they are, all else in object streams, and a cross-reference stream at the end."""
    out = bytearray(first + b"\n%\x80\x80\x80\x80\n")
    places: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}
    size = max(o.number for o in objects) + 1

    def add(number: int, head: bytes, data: bytes) -> None:
        places[number] = (1, len(out), 0)
        out.extend(b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (number, head, data))

    for o in objects:
        if o.data is not None:
            add(o.number, o.body, o.data)
    plain = sorted((o for o in objects if o.data is None), key=kind)
    parts = [plain[at : at + TOGETHER] for at in range(0, len(plain), TOGETHER)]
    with ThreadPoolExecutor() as pool:  # zlib works outside Python's lock
        for part, (head, data) in zip(parts, pool.map(together, parts), strict=True):
            places |= {o.number: (2, size, n) for n, o in enumerate(part)}
            add(size, head, data)
            size += 1
    start = len(out)
    places[size] = (1, start, 0)
    size += 1
    data = zlib.compress(b"".join(row(places.get(n, (0, 0, 0))) for n in range(size)), LEVEL)
    head = b"<</Type/XRef/Size %d/W[1 4 2]%s/Length %d/Filter/FlateDecode>>" % (size, trailer, len(data))
    out += b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (size - 1, head, data, start)
    return bytes(out)


def together(part: list[Object]) -> tuple[bytes, bytes]:
    """The dictionary and the data of an object stream: numbers and offsets first, then the objects."""
    index, text = [], bytearray()
    for o in part:
        index.append(b"%d %d" % (o.number, len(text)))
        text += o.body + b"\n"
    head = b" ".join(index) + b"\n"
    data = zlib.compress(head + text, LEVEL)
    return b"<</Type/ObjStm/N %d/First %d/Length %d/Filter/FlateDecode>>" % (len(part), len(head), len(data)), data


def row(place: tuple[int, int, int]) -> bytes:
    """One entry of the cross-reference stream: kind, offset or object stream, index."""
    return place[0].to_bytes(1, "big") + place[1].to_bytes(4, "big") + place[2].to_bytes(2, "big")
