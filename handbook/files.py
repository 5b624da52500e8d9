"""Read text files the careful way: every fault of the file itself is a problem with a line, never a traceback."""

from __future__ import annotations

from pathlib import Path

from handbook.problems import Edit, Problem

MAX_BYTES = 3_000_000
MAX_LINE = 20_000
SEPARATORS = "\x85\u2028\u2029"  # what some word processors put for a line end
WRITTEN_ANEW = (Edit(1, 1, "", ""),)  # what `read_text` returns has no mark and no wrong line ends


def read_text(path: Path, root: Path) -> tuple[str, list[Problem]]:
    """Return the text of *path* (line feeds only, no byte-order mark) and the faults of the file.

    A file that cannot be used at all (missing, binary, not UTF-8, too large, empty) comes back as an empty string.
    """
    where = relative(path, root)
    try:
        if path.stat().st_size > MAX_BYTES:
            size = path.stat().st_size
            return "", [Problem(where, 1, "F005", f"file of {size:,} bytes; the limit is {MAX_BYTES:,}")]
        data = path.read_bytes()
    except OSError as error:
        return "", [Problem(where, 1, "F001", f"cannot be read: {error.strerror}")]
    problems: list[Problem] = []
    if data.startswith(b"\xef\xbb\xbf"):
        problems.append(Problem(where, 1, "F003", "starts with a byte-order mark", edits=WRITTEN_ANEW))
        data = data[3:]
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        return "", [*problems, Problem(where, line, "F006", "is a binary file, not text")]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return "", [*problems, Problem(where, line, "F002", f"is not UTF-8: byte 0x{data[error.start]:02x}")]
    if "\r" in text:
        line = text[: text.index("\r")].count("\n") + 1
        problems.append(Problem(where, line, "F004", "has Windows or old Mac line ends", edits=WRITTEN_ANEW))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if any(sign in text for sign in SEPARATORS):
        # YAML would end a line there, and count all that follow one too high.
        at, odd = min((text.index(sign), sign) for sign in SEPARATORS if sign in text)
        line = text[:at].count("\n") + 1
        problems.append(Problem(where, line, "F004", f"has a line end that few programs show (U+{ord(odd):04X})", edits=WRITTEN_ANEW))
        text = text.translate(dict.fromkeys(map(ord, SEPARATORS), " "))
    if not text.strip():
        return "", [*problems, Problem(where, 1, "F007", "is empty")]
    for number, line_text in enumerate(text.split("\n"), 1) if len(text) > MAX_LINE else ():
        if len(line_text) > MAX_LINE:
            message = f"line of {len(line_text):,} characters; the limit is {MAX_LINE:,}"
            return "", [*problems, Problem(where, number, "F005", message)]
    return text, problems


def relative(path: Path, root: Path) -> str:
    """Return *path* relative to *root* with forward slashes, or as it is when it lies elsewhere."""
    if path.is_relative_to(root) and ".." not in path.parts:
        return path.relative_to(root).as_posix()
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.as_posix()
