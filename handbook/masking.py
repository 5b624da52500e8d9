"""Files with everything but the words of prose blanked out, so that each word keeps its line and column.

One function per kind of file: pages, records in YAML and CSV, drawings. Blanks are as long as what they replace.
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Collection, Iterable, Iterator

import yaml

from handbook.load import _YamlFault, compose
from handbook.model import Person, Record, Study, Threshold, key_of, record_fields
from handbook.pages import _FENCE, _LABEL, _OPTION, CODE, LITERAL, ROLE
from handbook.project import RECORD_ROLES

Span = tuple[int, int]

SCOPE_KEYS = frozenset({"scope", "title", "description"})
PROSE_OPTIONS = frozenset({"alt", "caption", "title", "header", "summary", "description", "legend", "note"})
# Directives whose argument is an id, a path, a number or code; the argument of all others is a title that readers see.
KEY_ARGUMENTS = LITERAL | {
    "icons", "claimcheck", "drawing", "figure", "image", "include", "button-ref", "button-link", "only", "container",
    "div", "grid", "tab-set", "hlist", "bibliography", "footbibliography", "mermaid", "graphviz", "currentmodule",
}  # fmt: skip
SILENT_BODIES = LITERAL | {"mermaid", "graphviz", "bibliography"}
# Roles whose body is a key, a symbol or code. `term` is here because its entry is checked in the glossary.
KEY_ROLES = frozenset(RECORD_ROLES) | {
    "doc", "ref", "numref", "term", "eq", "math", "download", "sub", "sup", "kbd", "code", "cite", "cite:p", "cite:t",
    "footcite", "footcite:p", "footcite:t", "any", "file", "envvar", "octicon", "icon",
}  # fmt: skip
# Fields of records that are text but not prose; a `topic` is a key and a person's name is no word of ours either.
KEY_FIELDS = frozenset({"id", "topic", "doi", "pmid", "url"})
OWN_KEYS: dict[type[typing.Any], set[str]] = {Person: {"name"}, Study: {"scale"}, Threshold: {"scale"}}
# Prose columns and keys of the files in evidence/ that hold no records, such as questions.csv.
OTHER_PROSE = frozenset({"question", "answer", "text", "note", "why", "reason", "title", "description"})

_DOMAIN = r"(?:org|com|net|gov|edu|int|eu|uk|au|ca|de|nl|io|dev|info)"
_FILES = r"(?:md|ya?ml|csv|py|toml|txt|bib|json|html?|css|js|svg|png|jpe?g|pdf|epub|typ|cff|lock|po|mo|pot|ini|cfg|sh)"
# Each part that begins with a run of letters looks behind first: one try a run, so a line of 20,000 letters takes no time.
_ADDRESSES = re.compile(
    rf"(?:https?|ftp|mailto|file):\S+|(?:\bdoi:\s*)?\b10\.\d{{4,9}}/\S+|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    rf"|(?<![\w.-])(?:[\w-]+\.)+{_DOMAIN}\b(?:/[^\s)>\]]*)?|(?<![\w./-])[\w.-]*(?:/[\w.*-]+)*\.{_FILES}\b"
)
_INLINE = [
    re.compile(r"<!--.*?-->", re.S),
    re.compile(r"\$\$.*?\$\$", re.S),
    re.compile(r"\$(?=[^$\n]*[\\^_=])[^$\n]+\$"),  # maths; plain dollars are money
]
_AFTER_ROLES = [
    CODE,
    re.compile(r"\]\((?:<[^<>\n]*>|[^()\s\"]*(?:\([^()\s]*\)[^()\s\"]*)*)"),  # the target of a link; its title stays
    re.compile(r"\]\[[^\]\n]*\]|^\s*\[[^\]\n]+\]:|\[\^[^\]\n]+\]", re.M),  # labels of references and footnotes
    re.compile(r"<[^<>\n]+>"),
    _ADDRESSES,
    re.compile(r"\{[^{}\n]*\}|&#?\w+;"),
]


def blank(match: re.Match[str]) -> str:
    """Spaces as long as the match, with its line feeds."""
    return re.sub(r"[^\n]", " ", match[0])


def keep(text: str, spans: Iterable[Span]) -> str:
    """*text* with everything outside *spans* blanked."""
    out = list(re.sub(r"[^\n]", " ", text))
    for start, end in spans:
        out[start:end] = text[start:end]
    return "".join(out)


# ------------------------------------------------------------------------------------------------ pages


def page(text: str) -> str:
    """The prose of a MyST page: paragraphs, headings, tables, titles, link text, alternative texts, captions, scope."""
    lines = text.split("\n")
    start = 0
    if lines[0].strip() == "---":
        start = next((n + 1 for n, t in enumerate(lines[1:], 1) if t.strip() in {"---", "..."}), len(lines))
    kept = _front_matter(lines[:start]) + list(_body(lines[start:]))
    parts = re.split(r"(\n[ \t]*(?=\n))", "\n".join(kept))  # inline markup never crosses an empty line
    return "".join(_inline(part) for part in parts)


def _front_matter(lines: list[str]) -> list[str]:
    out, prose = [], False
    for line in lines:
        if match := re.match(r"([\w-]+):", line):
            prose = match[1] in SCOPE_KEYS
            line = " " * match.end() + line[match.end() :]
        out.append(line if prose and line.strip() not in {"---", "..."} else " " * len(line))
    return out


def _body(lines: list[str]) -> Iterator[str]:
    """Lines with comments, fences, options, keys as arguments, labels and bodies that are no prose blanked."""
    fences: list[tuple[str, int, str]] = []
    options = comment = False
    for line in lines:
        empty = " " * len(line)
        top = fences[-1] if fences else None
        if top and re.fullmatch(rf"\s*{re.escape(top[0])}{{{top[1]},}}\s*", line):
            fences.pop()
            options = False
            yield empty
            continue
        option = _OPTION.match(line)
        if top and top[2] in SILENT_BODIES:
            yield _toctree_line(line, option) if top[2] == "toctree" else empty
            continue
        if comment or line.lstrip().startswith("<!--"):
            comment = "-->" not in line
            yield empty
            continue
        if options and option:
            yield _option(line, option)
            continue
        options = options and not line.strip()
        fence = _FENCE.match(line)
        if fence and (fence[3] or fence[2][0] in "`~"):
            name = fence[3] or "code"
            fences.append((fence[2][0], len(fence[2]), name))
            options = True
            yield empty if name in KEY_ARGUMENTS else " " * fence.start(4) + line[fence.start(4) :]
        elif line.startswith("%") or _LABEL.match(line):
            yield empty
        else:
            yield line


def _option(line: str, option: re.Match[str]) -> str:
    return " " * option.start(2) + line[option.start(2) :] if option[1] in PROSE_OPTIONS else " " * len(line)


def _toctree_line(line: str, option: re.Match[str] | None) -> str:
    """A caption or the title before `<target>` is read in the menu; a bare target is not."""
    if option:
        return _option(line, option)
    return re.sub(r"<[^<>]*>\s*$", blank, line) if re.search(r"<[^<>]*>\s*$", line) else " " * len(line)


def _inline(text: str) -> str:
    for rx in _INLINE:
        text = rx.sub(blank, text)
    text = ROLE.sub(_role, text)
    for rx in _AFTER_ROLES:
        text = rx.sub(blank, text)
    return text


def _role(match: re.Match[str]) -> str:
    """The words before `<target>`, or the whole body of a role that is no key."""
    whole, start = blank(match), match.start(3) - match.start()
    titled = re.match(r"(.*?)\s*<[^<>]*>\s*$", match[3], re.S)
    words = titled[1] if titled else "" if match[1] in KEY_ROLES else match[3]
    return whole[:start] + words + whole[start + len(words) :]


# ---------------------------------------------------------------------------------------------- records


def yaml_records(text: str, cls: type[Record] | None) -> str:
    """The prose of a YAML file: the fields that the model calls text, or `OTHER_PROSE` where there is no model."""
    try:
        node = compose(text)
    except _YamlFault:
        return ""
    nodes = _loose(node) if cls is None else _fields(node, cls)
    return record_text(keep(text, [(n.start_mark.index, n.end_mark.index) for n in nodes if n.value]))


def _fields(node: yaml.Node | None, cls: type[typing.Any]) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _fields(child, cls)
    elif isinstance(node, yaml.MappingNode):
        prose, nested = prose_fields(cls)
        for key, value in node.value:
            name = str(key.value)
            if name in prose:
                yield from _scalars(value)
            elif name in nested:
                yield from _fields(value, nested[name])


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _scalars(child)


def _loose(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _loose(child)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(value) if key.value in OTHER_PROSE else _loose(value)


def prose_fields(cls: type[typing.Any]) -> tuple[set[str], dict[str, type[typing.Any]]]:
    """Names of the fields of a record class that hold prose, and of those that hold records of their own."""
    hints = typing.get_type_hints(cls)
    prose: set[str] = set()
    nested: dict[str, type[typing.Any]] = {}
    for f in record_fields(cls):
        hint = _inner(hints[f.name])
        if dataclasses.is_dataclass(hint):
            nested[key_of(f)] = typing.cast("type[typing.Any]", hint)
        elif hint is str and "names" not in f.metadata and f.name not in KEY_FIELDS | OWN_KEYS.get(cls, set()):
            prose.add(key_of(f))
    return prose, nested


def _inner(hint: typing.Any) -> typing.Any:
    """The type inside `X | None` and `tuple[X, ...]`."""
    if typing.get_origin(hint) in {types.UnionType, typing.Union}:
        return _inner(next(a for a in typing.get_args(hint) if a is not type(None)))
    return typing.get_args(hint)[0] if typing.get_origin(hint) is tuple else hint


def csv_columns(text: str, columns: Collection[str]) -> str:
    """The cells of a CSV file below *columns*."""
    rows = list(_rows(text))
    if not rows:
        return ""
    wanted = {n for n, (start, end) in enumerate(rows[0]) if text[start:end].strip('"') in columns}
    return record_text(keep(text, [row[n] for row in rows[1:] for n in wanted if n < len(row)]))


def _rows(text: str) -> Iterator[list[Span]]:
    """The places of the cells of each row; quoted cells may hold commas and line feeds."""
    row: list[Span] = []
    at = 0
    while at < len(text):
        match = re.compile(r'"(?:[^"]|"")*"|[^,\n]*').match(text, at)
        end = match.end() if match else at
        row.append((at, end))
        if end >= len(text) or text[end] == "\n":
            yield row
            row = []
        at = end + 1


def record_text(text: str) -> str:
    """Blank what is no word within a record's prose: placeholders, addresses, escapes of YAML."""
    text = re.sub(r"\\(?:x\w\w|u\w{4}|[a-zA-Z])", blank, text)
    return _ADDRESSES.sub(blank, re.sub(r"\{[^{}\n]*\}", blank, text))


# --------------------------------------------------------------------------------------------- drawings

_DRAWN = re.compile(r"<(text|title|desc)\b[^>]*>(.*?)</\1\s*>|\b(?:aria-label|alt)=(\"[^\"]*\"|'[^']*')", re.S)


def svg(text: str) -> str:
    """The words of a drawing: its title, its description, and every text element."""
    text = re.sub(r"<!--.*?-->|<(style|script)\b.*?</\1\s*>", blank, text, flags=re.S)
    spans = [m.span(2) if m[1] else m.span(3) for m in _DRAWN.finditer(text)]
    return re.sub(r"<[^<>]*>|&#?\w+;", blank, keep(text, spans))
