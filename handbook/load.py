"""Read `evidence/` into typed records, keeping file and line of every value; every fault is a problem, none an error."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
import types
import typing
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args, get_origin

import yaml

from handbook import bibtex
from handbook.files import read_text, relative
from handbook.model import KINDS, PLACES, Evidence, Record, Where, key_of, record_fields
from handbook.problems import Problem, nearest

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MAX_DEPTH = 20


@dataclasses.dataclass(frozen=True)
class Raw:
    """One record as written: plain values, and the line of the record and of each field."""

    values: dict[str, Any]
    line: int
    lines: dict[str, int]


class File(NamedTuple):
    """One file of records as read: its faults, and each record, if it is whole, with its line and its own problems."""

    problems: list[Problem]
    records: list[tuple[Any | None, int, list[Problem]]]


def load(root: Path) -> tuple[Evidence, list[Problem]]:
    """Read all records below `root/evidence`; return those that are whole, and every problem met."""
    return together(root, lambda path, kind: read_file(path, root, kind))


def read_file(path: Path, root: Path, kind: str) -> File:
    """Read one file of records of *kind*."""
    raws, problems = read_records(path, root, KINDS[kind])
    where = relative(path, root)
    built = ((raw.line, *build(KINDS[kind], raw, where)) for raw in raws)
    return File(problems, [(record, line, found) for line, record, found in built])


def together(root: Path, read: Callable[[Path, str], File]) -> tuple[Evidence, list[Problem]]:
    """Put the records of all files together, each file as *read* gives it; an id that stands twice is a problem."""
    evidence, problems = Evidence(), list[Problem]()
    for kind in KINDS:
        known = evidence.of(kind)
        for path in files_of(kind, root):
            file = read(path, kind)
            problems += file.problems
            where = relative(path, root)
            for record, line, found in file.records:
                problems += found
                if record is None:
                    continue
                if record.id in known:
                    first = known[record.id].where
                    problems.append(Problem(where, line, "R006", f"{kind} {record.id!r} already stands at {first.path}:{first.line}"))
                else:
                    known[record.id] = record
    return evidence, problems


def files_of(kind: str, root: Path) -> list[Path]:
    """The files that hold records of *kind*: one file, or all YAML and CSV files of a folder."""
    place = root / "evidence" / PLACES[kind]
    if place.suffix:
        return [place] if place.exists() else []
    return sorted(p for p in place.glob("*") if p.suffix in {".yaml", ".csv"}) if place.is_dir() else []


def read_records(path: Path, root: Path, cls: type[Record]) -> tuple[list[Raw], list[Problem]]:
    """Read one file of records by its ending."""
    text, problems = read_text(path, root)
    if not text:
        return [], problems
    where = relative(path, root)
    match path.suffix:
        case ".csv":
            raws, found = _csv(text, where, [key_of(f) for f in record_fields(cls)])
        case ".bib":
            raws, found = _bib(text, where)
        case _:
            raws, found = read_yaml_list(text, where)
    return raws, problems + found


def _bib(text: str, where: str) -> tuple[list[Raw], list[Problem]]:
    entries, faults = bibtex.parse(text)
    problems = [Problem(where, line, "Y007", message) for line, message in faults]
    raws = []
    for entry in entries:
        for name in entry.doubled:
            problems.append(Problem(where, entry.lines[name], "Y002", f"field {name!r} stands twice in {entry.key!r}"))
        raws.append(Raw({"id": entry.key, "type": entry.type, **entry.fields}, entry.line, entry.lines))
    if not raws and not problems:
        problems.append(Problem(where, 1, "F007", "holds no record"))
    return raws, problems


def _csv(text: str, where: str, columns: list[str]) -> tuple[list[Raw], list[Problem]]:
    problems: list[Problem] = []
    raws: list[Raw] = []
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        header = next(reader)
    except (StopIteration, csv.Error) as error:
        return [], [Problem(where, 1, "Y006", f"first line cannot be read: {error}")]
    for name in header:
        if name not in columns:
            problems.append(Problem(where, 1, "Y005", f"unknown column {name!r}", nearest(name, columns)))
    missing = [name for name in columns if name not in header]
    if missing:
        problems.append(Problem(where, 1, "Y005", f"missing column{'s' * (len(missing) > 1)}: {', '.join(missing)}"))
    doubled = sorted({name for name in header if header.count(name) > 1})
    if doubled:
        problems.append(Problem(where, 1, "Y005", f"column stands twice: {', '.join(doubled)}"))
    if problems:
        return [], problems
    start = reader.line_num + 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            problems.append(Problem(where, start, "Y006", f"row cannot be read: {error}"))
            break
        if row and len(row) != len(header):
            problems.append(Problem(where, start, "Y006", f"row has {len(row)} cells, the first line has {len(header)}"))
        elif row:
            values = {k: v.strip() for k, v in zip(header, row, strict=True) if v.strip()}
            raws.append(Raw(values, start, {}))
        start = reader.line_num + 1
    return raws, problems


class _YamlFault(Exception):
    def __init__(self, line: int, code: str, message: str) -> None:
        self.line, self.code, self.message = line, code, message


def compose(text: str) -> yaml.Node | None:
    """Compose YAML; raise `_YamlFault` with the line where it cannot be read."""
    try:
        return yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        if error.context and re.search(r"flow|quoted", error.context) and error.context_mark:
            line = error.context_mark.line + 1  # where the bracket or quote was opened, not where the reader gave up
        line = min(_open_quote(text, line) or line, _last_line(text))
        raise _YamlFault(line, "Y001", error.problem or "cannot be read") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        first = str(error).splitlines()[0] if str(error) else "nested too deep"
        raise _YamlFault(1, "Y001", first) from None


def _last_line(text: str) -> int:
    """The number of the last line with words: the reader may give up behind it."""
    return text.rstrip("\n").count("\n") + 1


def _open_quote(text: str, last: int) -> int | None:
    """The first line up to *last* whose value opens a quote that is not closed before the next key."""
    lines = text.split("\n")[:last]
    for n, line in enumerate(lines, 1):
        match = re.match(r"\s*(?:- )?[\w-]+: +([\"'])(.*)$", line)
        if match and match[1] not in match[2] and n < len(lines) and re.match(r"\s*(?:- )?[\w-]+:(?: |$)", lines[n]):
            return n
    return None


def plain(node: yaml.Node, lines: dict[str, int] | None = None, depth: int = 0) -> Any:
    """Turn a YAML node into plain values; dates stay text; *lines* receives the line of each key of a mapping."""
    if depth > MAX_DEPTH:
        raise _YamlFault(node.start_mark.line + 1, "Y004", "nested too deep, or an alias that contains itself")
    if isinstance(node, yaml.MappingNode):
        out: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _YamlFault(key.start_mark.line + 1, "Y003", "key is not a word")
            if key.value in out:
                raise _YamlFault(key.start_mark.line + 1, "Y002", f"key {key.value!r} stands twice")
            out[key.value] = plain(value, None, depth + 1)
            if lines is not None:
                lines[key.value] = key.start_mark.line + 1
        return out
    if isinstance(node, yaml.SequenceNode):
        return [plain(child, None, depth + 1) for child in node.value]
    kind, value = node.tag.rpartition(":")[2], node.value
    if kind == "null":
        return None
    if kind == "bool":
        return value.lower() in {"true", "yes", "on"}
    return value


def read_yaml_list(text: str, where: str) -> tuple[list[Raw], list[Problem]]:
    """Read a YAML list of mappings; a fault inside one record does not hide the others."""
    try:
        node = compose(text)
    except _YamlFault as fault:
        return [], [Problem(where, fault.line, fault.code, fault.message)]
    if node is None:
        return [], [Problem(where, 1, "F007", "holds no record")]
    if not isinstance(node, yaml.SequenceNode):
        return [], [Problem(where, min(node.start_mark.line + 1, _last_line(text)), "Y003", "is not a list of records")]
    raws, problems = [], []
    for item in node.value:
        line = item.start_mark.line + 1
        if not isinstance(item, yaml.MappingNode):
            problems.append(Problem(where, line, "Y003", "list entry is not a record"))
            continue
        lines: dict[str, int] = {}
        try:
            raws.append(Raw(plain(item, lines), line, lines))
        except _YamlFault as fault:
            problems.append(Problem(where, fault.line, fault.code, fault.message))
    return raws, problems


def build(cls: type[Any], raw: Raw, where: str) -> tuple[Any | None, list[Problem]]:
    """Build one record from plain values; without an id or with a missing field there is no record."""
    problems: list[Problem] = []
    found = _fields(cls, raw.values, raw, where, problems)
    if "id" in found and cls is not KINDS["source"] and not ID.fullmatch(found["id"]):
        problems.append(Problem(where, raw.lines.get("id", raw.line), "R007", f"id {found['id']!r}"))
    try:
        return cls(**found, where=Where(path=where, line=raw.line, fields=raw.lines)), problems
    except TypeError:
        return None, problems


class _Slot(NamedTuple):
    """What one field takes, as its type hint says: one value or several, each one of *options* if there are any, or a block, or of a plain type."""

    name: str
    needed: bool
    limit: int | None
    several: bool
    options: dict[str, Any]
    block: bool
    type: Any


_SLOTS: dict[type[Any], dict[str, _Slot]] = {}


def _slots(cls: type[Any]) -> dict[str, _Slot]:
    """The fields of a class by their keys."""
    if cls not in _SLOTS:
        hints = typing.get_type_hints(cls)
        _SLOTS[cls] = {key_of(f): _slot(f, hints[f.name]) for f in record_fields(cls)}
    return _SLOTS[cls]


def _slot(f: dataclasses.Field[Any], hint: Any) -> _Slot:
    if get_origin(hint) in {types.UnionType, typing.Union}:
        hint = next(a for a in get_args(hint) if a is not type(None))
    several = get_origin(hint) is tuple
    if several:
        hint = get_args(hint)[0]
    options = {str(option): option for option in get_args(hint)} if get_origin(hint) is Literal else {}
    return _Slot(f.name, f.default is dataclasses.MISSING, f.metadata.get("words"), several, options, dataclasses.is_dataclass(hint), hint)


def _fields(cls: type[Any], values: dict[str, Any], raw: Raw, where: str, problems: list[Problem], within: str = "") -> dict[str, Any]:
    """The values of a record or of a block within one, by the names of the class; what does not fit is a problem and is left out."""
    slots = _slots(cls)
    name = values.get("id", raw.values.get("id", "record"))
    found: dict[str, Any] = {}

    def line(key: str) -> int:
        return raw.lines.get(within or key, raw.line)

    for key in values:
        if key not in slots:
            message = f"{name}: unknown field {within + '.' if within else ''}{key}"
            problems.append(Problem(where, line(key), "R001", message, nearest(key, slots)))
    for key, slot in slots.items():
        given = values.get(key)
        if given is None or given == "":
            if slot.needed:
                problems.append(Problem(where, raw.line, "R002", f"{name}: missing field {within + '.' if within else ''}{key}"))
            continue
        try:
            if slot.several:
                items = given if isinstance(given, list) else [v.strip() for v in str(given).split(";")]
                value: Any = tuple([_value(slot, v, raw, where, problems, key) for v in items])
            else:
                value = _value(slot, given, raw, where, problems, key)
        except _Unfit as unfit:
            problems.append(Problem(where, line(key), unfit.code, f"{name}: {key}: {unfit.message}", unfit.advice))
            continue
        if slot.limit and len(str(value).split()) > slot.limit:
            message = f"{name}: {key} has {len(str(value).split())} words; the limit is {slot.limit}"
            problems.append(Problem(where, line(key), "R009", message))
        found[slot.name] = value
    return found


class _Unfit(Exception):
    def __init__(self, code: str, message: str, advice: str = "") -> None:
        self.code, self.message, self.advice = code, message, advice


def _value(slot: _Slot, value: Any, raw: Raw, where: str, problems: list[Problem], key: str) -> Any:
    """Turn one plain value into what the field takes; raise `_Unfit` where it does not fit."""
    if slot.options:
        if (text := str(value)) in slot.options:
            return slot.options[text]
        advice = f"One of: {', '.join(slot.options)}. {nearest(text, slot.options, 1)}".strip()
        raise _Unfit("R003", f"{value!r} is not in the list", advice)
    if slot.block:
        if not isinstance(value, dict):
            raise _Unfit("R004", "is not a block of fields")
        before = len(problems)
        built = _fields(slot.type, value, raw, where, problems, key)
        try:
            return slot.type(**built)
        except TypeError:
            if len(problems) == before:
                raise
            raise _Unfit("R004", "is not complete") from None
    if isinstance(value, (list, dict)):
        raise _Unfit("R004", "is a list or block where one value is asked for")
    text = str(value).strip()
    try:
        if slot.type is date:
            if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
                raise _Unfit("R004", f"{text!r} is not a date")
            try:
                return date.fromisoformat(text)
            except ValueError:
                raise _Unfit("R005", f"{text} is not a day of the calendar") from None
        if slot.type is bool:
            if not isinstance(value, bool):
                raise _Unfit("R004", f"{text!r} is not true or false")
            return value
        if slot.type is int:
            return int(text)
        if slot.type is Decimal:
            number = Decimal(text.replace("\N{MINUS SIGN}", "-"))
            if not number.is_finite():
                raise _Unfit("R004", f"{text!r} is not a number")
            return number
    except (ValueError, InvalidOperation):
        raise _Unfit("R004", f"{text!r} is not a number") from None
    return text
