"""JSON Schemas of the record files, made from the model, so that editors complete and check while typing."""

from __future__ import annotations

import dataclasses
import types
import typing
from datetime import date
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

from handbook.model import KINDS, key_of, record_fields

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(kind: str) -> dict[str, Any]:
    """The schema of a file that lists records of *kind*."""
    cls = KINDS[kind]
    doc = (cls.__doc__ or "").split("\n")[0]
    return {"$schema": DRAFT, "title": f"{kind} records", "description": doc, "type": "array", "items": _object(cls)}


def _object(cls: type[Any]) -> dict[str, Any]:
    hints = typing.get_type_hints(cls)
    properties: dict[str, Any] = {}
    required = []
    for f in record_fields(cls):
        part = _type(hints[f.name])
        if limit := f.metadata.get("words"):
            part["description"] = f"at most {limit} words"
        if kind := f.metadata.get("names"):
            part["description"] = f"id of a {kind}"
        properties[key_of(f)] = part
        if f.default is dataclasses.MISSING:
            required.append(key_of(f))
    return {"type": "object", "additionalProperties": False, "properties": properties, "required": required}


def _type(hint: Any) -> dict[str, Any]:
    origin = get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        return _type(next(a for a in get_args(hint) if a is not type(None)))
    if origin is tuple:
        return {"type": "array", "items": _type(get_args(hint)[0])}
    if origin is Literal:
        return {"enum": list(get_args(hint))}
    if dataclasses.is_dataclass(hint):
        return _object(typing.cast("type[Any]", hint))
    if hint is date:
        return {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
    return {"type": {int: "integer", Decimal: "number", bool: "boolean"}.get(hint, "string")}
