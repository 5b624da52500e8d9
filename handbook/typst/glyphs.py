"""Which characters the committed fonts can show, read from their `cmap` tables (OpenType formats 4 and 12)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from struct import unpack_from

FONTS = Path(__file__).parent / "fonts"
UNSEEN = frozenset("\n\t\r\u200b\u00ad\u2060\ufeff")


@cache
def covered() -> frozenset[str]:
    """Every character of any committed font."""
    found: set[int] = set()
    for path in sorted(FONTS.glob("*.[ot]tf")):
        found |= characters(path.read_bytes())
    return frozenset(map(chr, found)) | UNSEEN


def characters(data: bytes) -> set[int]:
    """The code points of one font file; `ValueError` where it has no Unicode table."""
    count = unpack_from(">H", data, 4)[0]
    tables = {data[12 + 16 * n : 16 + 16 * n]: unpack_from(">I", data, 20 + 16 * n)[0] for n in range(count)}
    if b"cmap" not in tables:
        raise ValueError("font without a cmap table")
    start = tables[b"cmap"]
    found: set[int] = set()
    for n in range(unpack_from(">H", data, start + 2)[0]):
        platform, _, offset = unpack_from(">HHI", data, start + 4 + 8 * n)
        if platform in {0, 3}:
            found |= _format(data, start + offset)
    return found


def _format(data: bytes, at: int) -> set[int]:
    kind = unpack_from(">H", data, at)[0]
    found: set[int] = set()
    if kind == 12:
        for n in range(unpack_from(">I", data, at + 12)[0]):
            first, last, _ = unpack_from(">III", data, at + 16 + 12 * n)
            found.update(range(first, last + 1))
    elif kind == 4:
        twice = unpack_from(">H", data, at + 6)[0]
        ends = unpack_from(f">{twice // 2}H", data, at + 14)
        starts = unpack_from(f">{twice // 2}H", data, at + 16 + twice)
        for first, last in zip(starts, ends, strict=True):
            found.update(range(first, last + 1))
        found.discard(0xFFFF)
    return found
