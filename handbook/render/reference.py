"""Reference pages for contributors: every kind of record with its fields, and every problem code, from the code itself."""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple, get_args, get_origin

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from handbook.codes import CODES, Code
from handbook.model import KINDS, PLACES, key_of, record_fields
from handbook.render.base import para, table

GROUPS = {
    "F": "Files",
    "Y": "YAML and CSV",
    "R": "Records",
    "S": "Sources",
    "E": "Effects and grading",
    "M": "Front matter",
    "P": "Pages",
    "L": "Links",
    "T": "Text",
    "B": "Books (EPUB)",
}
_CODE = re.compile(r"((?:\{[\w-]+\})?`[^`]+`)")
_PLAIN = {str: "text", int: "whole number", Decimal: "number", bool: "true or false", date: "date"}


class Row(NamedTuple):
    """One field as a contributor needs it: its name, what it holds, and whether it must be there."""

    name: str
    holds: str
    needed: bool


def rows_of(cls: type[Any], within: str = "") -> Iterator[Row]:
    """The fields of a record class; fields of a block inside it follow as `block.field`."""
    hints = typing.get_type_hints(cls)
    for f in record_fields(cls):
        name = within + key_of(f)
        needed = f.default is dataclasses.MISSING
        inner, many = _inner(hints[f.name])
        if dataclasses.is_dataclass(inner):
            yield Row(name, "list of blocks" if many else "block", needed)
            yield from rows_of(typing.cast("type[Any]", inner), name + ".")
            continue
        yield Row(name, _holds(inner, many, f.metadata), needed)


def _inner(hint: Any) -> tuple[Any, bool]:
    """The type inside `X | None` and `tuple[X, ...]`, and whether it is a list."""
    if get_origin(hint) in (types.UnionType, typing.Union):
        return _inner(next(a for a in get_args(hint) if a is not type(None)))
    if get_origin(hint) is tuple:
        return get_args(hint)[0], True
    return hint, False


def _holds(hint: Any, many: bool, metadata: Any) -> str:
    if get_origin(hint) is Literal:
        text = "one of: " + ", ".join(map(str, get_args(hint)))
        return "list of " + text if many else text
    if kind := metadata.get("names"):
        text = "page, as its path in docs" if kind == "page" else f"id of a {kind}"
        return f"list, each the {text}" if many else text
    text = _PLAIN.get(hint, "text")
    if limit := metadata.get("words"):
        text = f"{text}, at most {limit} words"
    return f"list of {text}" if many else text


def place_of(kind: str) -> str:
    """Where records of *kind* lie, as a path."""
    place = PLACES[kind]
    return f"evidence/{place}" if "." in place else f"evidence/{place}/*.yaml"


def grouped() -> dict[str, list[tuple[str, Code]]]:
    """All codes by the heading of their letter, in order."""
    return {title: [(name, code) for name, code in sorted(CODES.items()) if name[0] == letter] for letter, title in GROUPS.items()}


def marked(text: str) -> list[nodes.Node]:
    """Words with `code` and {role}`code` in them as inline nodes."""
    out: list[nodes.Node] = []
    for n, part in enumerate(_CODE.split(text)):
        if part:
            out.append(nodes.literal("", part.strip("`") if part.startswith("`") else part) if n % 2 else nodes.Text(part))
    return out


def _section(title: str, name: str, *children: nodes.Node) -> nodes.section:
    return nodes.section("", nodes.title("", title), *children, ids=[name], names=[name])


class RecordFields(SphinxDirective):
    """`record-fields`: one section a kind of record, with a table of its fields."""

    has_content = False
    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Print all kinds, or the one that is named."""
        wanted = self.arguments or list(KINDS)
        unknown = [kind for kind in wanted if kind not in KINDS]
        if unknown:
            raise self.error(f"record-fields: no kind of record {unknown[0]!r}; one of {', '.join(KINDS)}")
        return [self.section_of(kind) for kind in wanted]

    def section_of(self, kind: str) -> nodes.section:
        """Where the records lie, what one is, and its fields."""
        cls = KINDS[kind]
        first = " ".join((cls.__doc__ or "").strip().split("\n\n")[0].split()).replace("`", "")
        rows = [[[para(nodes.literal("", r.name))], r.holds, "yes" if r.needed else "if known"] for r in rows_of(cls)]
        where = para("Place: ", nodes.literal("", place_of(kind)))
        fields = table(["Field", "What it holds", "Needed"], rows, f"Fields of a {kind}", [24, 58, 18], ["hb-fields"])
        return _section(kind.capitalize(), f"record-{kind}", para(first), where, fields)


class Codes(SphinxDirective):
    """`codes`: every problem code with its advice and its paragraph of help."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """One section a letter, one entry a code, each with an address such as `#t009`."""
        out: list[nodes.Node] = []
        for title, codes in grouped().items():
            entries = nodes.definition_list("", classes=["hb-codes"])
            for name, code in codes:
                term = nodes.term("", "", nodes.literal("", name), nodes.Text(f" {code.title}"), ids=[name.lower()])
                body = nodes.definition("", para(*marked(code.help)), para(nodes.strong("", "What to do: "), *marked(code.advice)))
                entries += nodes.definition_list_item("", term, body)
            out.append(_section(title, f"codes-{title.lower().replace(' ', '-')}", entries))
        return out


def setup(app: Sphinx) -> None:
    """Register."""
    app.add_directive("record-fields", RecordFields)
    app.add_directive("codes", Codes)
