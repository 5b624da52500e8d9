"""Write skeletons of pages and records: correct but for the words to fill in, which the checks find and refuse.

A page says TODO where words are missing (T014) and has no scope yet (M003); a record has empty fields (R002). Existing
files are only added to, never overwritten, and everything else in them stays as it is, byte for byte.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import re
import sys
import typing
import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Literal, get_args, get_origin

from handbook import bibtex
from handbook.checks.sources import DOI
from handbook.checks.structure import NEEDS_KEYPOINTS, NEEDS_SOURCES
from handbook.files import read_text, relative
from handbook.load import ID, files_of, read_records
from handbook.model import KINDS, PLACES, key_of, record_fields
from handbook.problems import as_text

YAML_KINDS = ("finding", "fact", "claim")
WHAT = ("page", "source", *YAML_KINDS, "study")
FOLDERS = {
    "start": "start", "mechanism": "mechanism", "conditions": "condition", "treatment": "treatment", "safety": "safety",
    "access": "access", "evidence": "evidence", "about": "about", "contributing": "contributing",
}  # fmt: skip
AUDIENCE = {"contributing": "[contributor]", "about": "[patient, carer, clinician, contributor]"}
LONGEST_LIST = 12  # allowed values that fit beside a field; longer lists are in the guide
_ENTRY_TYPES = {"inproceedings": "incollection", "inbook": "incollection", "phdthesis": "techreport", "mastersthesis": "techreport"}
_BIB_TO_FILL = ("design", "population", "read", "status", "checked")
_SMALL_WORDS = frozenset({"a", "an", "the", "of", "on", "in", "for", "and", "to", "is", "does"})


class Refused(Exception):
    """Nothing was written: what is in the way, and what to do."""

    def __init__(self, message: str, advice: str) -> None:
        self.message, self.advice = message, advice


def new(root: Path, what: str, name: str, area: str = "", entries: str = "", doi: str = "", today: date | None = None) -> list[str]:
    """Write one skeleton; return what was written as `path:line`; raise `Refused` where it cannot be."""
    day = today or date.today()
    match what:
        case "page":
            return _page(root, name, day)
        case "source":
            return _source(root, name, entries, doi)
        case "study":
            return _study(root, name)
    return [_yaml(root, what, name, area)]


# Pages


def _page(root: Path, name: str, today: date) -> list[str]:
    docname = name.removeprefix("docs/").removesuffix(".md").strip("/")
    folder, _, last = docname.partition("/")
    if folder not in FOLDERS or not last:
        raise Refused(f"{name!r} is not a place for a page", f"Write folder/name, with one of the folders {', '.join(FOLDERS)}.")
    if not ID.fullmatch(last):
        raise Refused(f"{last!r} is not a name for a page", "Use small letters, digits and hyphens, such as some-pain.")
    path = root / "docs" / folder / f"{last}.md"
    if path.exists():
        raise Refused(f"{relative(path, root)} is already there", "Open it and change it, or choose another name.")
    known = {label for page in (root / "docs").rglob("*.md") for label in re.findall(r"^\(([^()\s]+)\)=$", _text(page, root), re.M)}
    label = last if last not in known else f"{folder}-{last}"
    if label in known:
        raise Refused(f"the label {label!r} is taken", "Choose another name.")
    people = [raw.values.get("id", "") for p in files_of("person", root) for raw in read_records(p, root, KINDS["person"])[0]]
    if len(people) < 2:
        raise Refused("evidence/people.yaml names fewer than two people", "Add an author and a second reader.")
    index = root / "docs" / folder / "index.md"
    menu = _text(index, root) if index.exists() else ""
    entry = _menu_with(menu, last)
    if entry is None:
        raise Refused(f"docs/{folder}/index.md has no toctree", "Add a toctree there, so that readers can find the new page.")
    path.write_text(_page_text(FOLDERS[folder], label, people, today), encoding="utf-8", newline="\n")
    index.write_text(entry[0], encoding="utf-8", newline="\n")
    return [f"{relative(path, root)}:1", f"{relative(index, root)}:{entry[1]}"]


def _menu_with(text: str, name: str) -> tuple[str, int] | None:
    """The text of an index page with *name* at the end of its last toctree, and the line of it."""
    lines, fence, last = text.split("\n"), "", None
    for n, line in enumerate(lines):
        opened = re.match(r"(`{3,}|:{3,})\{toctree\}", line)
        if opened:
            fence = opened[1]
        elif fence and line.strip() == fence:
            last, fence = n, ""
    if last is None:
        return None
    return "\n".join([*lines[:last], name, *lines[last:]]), last + 1


def _page_text(kind: str, label: str, people: list[str], today: date) -> str:
    try:
        due = today.replace(year=today.year + 1)
    except ValueError:  # February 29
        due = today.replace(year=today.year + 1, day=28)
    parts = [
        "---", f"kind: {kind}", f"audience: {AUDIENCE.get(kind, '[patient, carer, clinician]')}",
        "# One sentence: what the page is about, and what it is not about.", "scope:",
        *(f"{key}: {today}" for key in ("edited", "reviewed", "searched")), f"next_review: {due}", "status: draft",
        f"authors: [{people[0]}]", f"checked_by: [{people[1]}]", "---", f"({label})=", "# TODO: title, a statement or noun phrase", "",
    ]  # fmt: skip
    if kind in NEEDS_KEYPOINTS:
        points = ("what it is", "one benefit, as a finding", "one harm, as a finding", "one thing nobody knows", "one thing to do")
        parts += [":::{keypoints}", *(f"- TODO: {p}" for p in points), ":::", ""]
    parts += ["## TODO: first section", "TODO: say it in short sentences, one on each line.", ""]
    if kind in NEEDS_KEYPOINTS:
        parts += [":::{unknowns}", "- TODO: what nobody knows", ":::", "", ":::{ask}", "- TODO: a question to ask", ":::", ""]
    if kind in {"condition", "treatment", "safety"}:
        parts += ["## See also", *(f"- {{doc}}`/{section}/index`" for section in ("conditions", "treatment", "safety", "evidence")), ""]
    if kind in NEEDS_SOURCES:
        parts += [":::{sources}", ":::", ""]
    return "\n".join(parts)


# Records in YAML


def _yaml(root: Path, kind: str, name: str, area: str) -> str:
    if not ID.fullmatch(name):
        raise Refused(f"{name!r} is not an id", "Use small letters, digits and hyphens, such as crps-infusion-pain-weeks.")
    files = {path.stem: path for path in files_of(kind, root) if path.suffix == ".yaml"}
    ids = {stem: [(r.values.get("id", ""), r.line) for r in read_records(p, root, KINDS[kind])[0]] for stem, p in files.items()}
    for stem, known in ids.items():
        for one, line in known:
            if one == name:
                raise Refused(f"{kind} {name!r} already stands at {relative(files[stem], root)}:{line}", "Change it there, or choose another id.")
    stem = area or _area(name, ids)
    if not stem:
        raise Refused(f"no file of {PLACES[kind]} has ids that begin like {name!r}", f"Choose one with --area: {', '.join(files) or 'a new name'}.")
    if not ID.fullmatch(stem):
        raise Refused(f"{stem!r} is not a name for a file of records", "Use small letters, digits and hyphens.")
    path = files.get(stem) or root / "evidence" / PLACES[kind] / f"{stem}.yaml"
    block = _yaml_block(kind, name)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block, encoding="utf-8", newline="\n")
        return f"{relative(path, root)}:1"
    lines = _text(path, root).rstrip("\n").split("\n")
    at = _start(lines, next((line for one, line in ids[stem] if one > name), len(lines) + 1))
    before, after = lines[:at], lines[at:]
    while before and not before[-1].strip():
        before.pop()
    head = [*before, ""] if before else []
    tail = ["", *after] if after else []
    path.write_text("\n".join([*head, *block.rstrip("\n").split("\n"), *tail]) + "\n", encoding="utf-8", newline="\n")
    return f"{relative(path, root)}:{len(head) + 1}"


def _start(lines: list[str], line: int) -> int:
    """The index of the first line of the record at *line*, comments above it included, but not those at the top of the file."""
    at = min(line - 1, len(lines))
    while at and at < len(lines) and lines[at - 1].startswith("#"):
        at -= 1
    return at or min(line - 1, len(lines))


def _area(name: str, ids: dict[str, list[tuple[str, int]]]) -> str:
    """The file that has most ids with the same first word."""
    first = name.partition("-")[0]
    count = Counter({stem: sum(one.partition("-")[0] == first for one, _ in known) for stem, known in sorted(ids.items())})
    return next((stem for stem, n in count.most_common(1) if n), "")


def _yaml_block(kind: str, name: str) -> str:
    cls = KINDS[kind]
    hints = typing.get_type_hints(cls)
    out = []
    for f in record_fields(cls):
        key = key_of(f)
        needed = f.default is dataclasses.MISSING
        remark = _remark(hints[f.name], f.metadata, needed)
        if key == "id":
            out.append(f"- id: {name}")
        else:
            out.append(f"  {'' if needed else '# '}{key}:{remark}")
    return "\n".join(out) + "\n"


def _remark(hint: object, metadata: typing.Mapping[str, object], needed: bool) -> str:
    notes = [] if needed else ["if known"]
    many = get_origin(hint) is tuple
    inner = get_args(hint)[0] if many else hint
    options = next((get_args(h) for h in (inner, *get_args(inner)) if get_origin(h) is Literal), ())
    if options:
        short = len(options) <= LONGEST_LIST
        notes.append(("some of " if many else "one of ") + (", ".join(map(str, options)) if short else "the list in docs/contributing/records.md"))
    elif kind := metadata.get("names"):
        notes.append(f"{'[ids of ' if many else 'id of a '}{kind}{'s]' if many else ''}" if kind != "page" else "folder/name of a page")
    if limit := metadata.get("words"):
        notes.append(f"at most {limit} words")
    return f"  # {'; '.join(notes)}" if notes else ""


# Rows of the table of studies


def _study(root: Path, name: str) -> list[str]:
    path = root / "evidence" / PLACES["study"]
    text = _text(path, root)
    raws, problems = read_records(path, root, KINDS["study"])
    if problems:
        raise Refused(f"{relative(path, root)} has problems", as_text(problems[:1]))
    known = {str(raw.values.get("id", "")) for raw in raws}
    numbers = [(m[1], m[2]) for one in known if (m := re.fullmatch(r"([a-z]+)(\d+)", one))]
    if not name:
        letters, width, top = (numbers[0][0], len(numbers[0][1]), max(int(n) for _, n in numbers)) if numbers else ("s", 3, 0)
        name = f"{letters}{top + 1:0{width}d}"
    if not ID.fullmatch(name):
        raise Refused(f"{name!r} is not an id", "Leave it out: the next free number is taken.")
    if name in known:
        raise Refused(f"study {name!r} already stands in {relative(path, root)}", "Leave the id out: the next free number is taken.")
    columns = next(csv.reader(io.StringIO(text)))
    row = ",".join(name if column == "id" else "" for column in columns)
    path.write_text(text.rstrip("\n") + "\n" + row + "\n", encoding="utf-8", newline="\n")
    return [f"{relative(path, root)}:{text.rstrip().count(chr(10)) + 2}"]


# Sources


def _source(root: Path, name: str, entries: str, doi: str) -> list[str]:
    doi = re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", doi.strip(), flags=re.I)
    if doi and not DOI.fullmatch(doi):
        raise Refused(f"{doi!r} is not a DOI", "A DOI looks like 10.1000/xyz.")
    if not entries.strip() and not doi:
        raise Refused("no BibTeX and no DOI", "Give --bibtex FILE, --bibtex - (and paste it), or --doi 10.1000/xyz.")
    found, faults = bibtex.parse(entries) if entries.strip() else ([bibtex.Entry("article", name, 0, {"doi": doi})], [])
    if faults:
        raise Refused(f"line {faults[0][0]} of the BibTeX: {faults[0][1]}", "Copy the entry again, from its @ to its last brace.")
    if not found:
        raise Refused("no entry in the BibTeX", "Copy the entry again, from its @ to its last brace.")
    if doi:
        found = _with_doi(found, doi)
    if name and len(found) > 1:
        raise Refused(f"one key for {len(found)} entries", "Leave the key out, or give one entry.")
    path = root / "evidence" / PLACES["source"]
    text = _text(path, root)
    written = []
    for entry in found:
        text, line = _with_entry(text, entry, name, root, path)
        written.append(line)
    path.write_text(text, encoding="utf-8", newline="\n")
    return [f"{relative(path, root)}:{line}" for line in sorted(written)]


def _with_doi(found: list[bibtex.Entry], doi: str) -> list[bibtex.Entry]:
    same = [e for e in found if _bare(e.fields.get("doi", "")).lower() == doi.lower()]
    if not same and len(found) == 1 and not found[0].fields.get("doi"):
        found[0].fields["doi"] = doi
        same = found
    if not same:
        others = ", ".join(e.fields.get("doi", "no DOI") for e in found)
        raise Refused(f"no entry of the BibTeX has the DOI {doi} (it has: {others})", "Check which publication you copied.")
    return same


def _with_entry(text: str, entry: bibtex.Entry, name: str, root: Path, path: Path) -> tuple[str, int]:
    """The bibliography with the entry at its place in the order of keys, and the entry's line."""
    existing, _ = bibtex.parse(text)
    fields = _clean(entry.fields)
    key = name or _key(fields)
    for other in existing:
        same = next((n for n in ("doi", "pmid") if fields.get(n) and other.fields.get(n, "").lower() == fields[n].lower()), None)
        if same or (key and other.key.lower() == key.lower()):
            what = f"{same.upper()} {fields[same]}" if same else f"the key {key!r}"
            raise Refused(f"{what} already stands at {relative(path, root)}:{other.line} ({other.key})", "Use that entry, or give another key.")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", key):
        raise Refused(f"{key!r} is not a key" if key else "no key", "Give one, such as `new source surname2026word`: letters and digits.")
    block = _bib_block(entry.type, key, fields)
    check, faults = bibtex.parse(block)
    if faults or len(check) != 1:
        raise Refused(f"the entry cannot be written: {faults[0][1] if faults else 'braces do not match'}", "Check its braces.")
    place = next((e.line for e in existing if e.key > key), None)
    if place is None:
        head = text.rstrip("\n") + ("\n\n" if text.strip() else "")
        return head + block, head.count("\n") + 1
    lines = text.split("\n")
    return "\n".join(lines[: place - 1]) + ("\n" if place > 1 else "") + block + "\n" + "\n".join(lines[place - 1 :]), place


def _bare(doi: str) -> str:
    return re.sub(r"^https?://(?:dx\.)?doi\.org/", "", doi.strip(), flags=re.I)


def _clean(fields: dict[str, str]) -> dict[str, str]:
    """The fields that our records have, with bare identifiers; an address only where there is no identifier."""
    out = {k: v.strip() for k, v in fields.items() if v.strip()}
    if "date" in out and "year" not in out:
        out["year"] = out["date"][:4]
    if "journaltitle" in out:
        out.setdefault("journal", out["journaltitle"])
    if "doi" in out:
        out["doi"] = _bare(out["doi"])
    if "pages" in out:
        out["pages"] = re.sub(r"(?<=\w)\s*[-\N{EN DASH}]\s*(?=\w)", "--", out["pages"])
    if not re.fullmatch(r"\d{4}", out.get("year", "2000")):
        del out["year"]
    if "doi" in out or "pmid" in out:
        out.pop("url", None)
    known = [key_of(f) for f in record_fields(KINDS["source"]) if f.name not in {"id", "type", "note", *_BIB_TO_FILL}]
    return {k: out[k] for k in known if k in out}


def _key(fields: dict[str, str]) -> str:
    """`surname2026word`, in small letters without accents; empty where author or title is not known."""

    def ascii_of(text: str) -> str:
        flat = unicodedata.normalize("NFKD", bibtex.plain(text))
        return "".join(c for c in flat if c.isascii())

    author = re.split(r"\s+and\s+", fields.get("author", ""))[0]
    surname = re.sub(r"[^a-z]", "", ascii_of(author.partition(",")[0] if "," in author else author.split(" ")[-1]).lower())
    words = [w for w in re.findall(r"[a-z]+", ascii_of(fields.get("title", "")).lower()) if w not in _SMALL_WORDS]
    if not surname or not words:
        return ""
    return f"{surname}{fields.get('year', '')}{words[0]}"


def _bib_block(kind: str, key: str, fields: dict[str, str]) -> str:
    allowed = get_args(typing.get_type_hints(KINDS["source"])["type"])
    kind = _ENTRY_TYPES.get(kind, kind)
    needed = {name: fields.get(name, "") for name in ("author", "title")}
    lines = [f"  {name} = {{{value}}}," for name, value in (needed | fields).items()]
    lines += [f"  {name} = {{}}," for name in _BIB_TO_FILL]
    return "\n".join([f"@{kind if kind in allowed else 'misc'}{{{key},", *lines, "}"]) + "\n"


def _text(path: Path, root: Path) -> str:
    text, problems = read_text(path, root)
    if problems:
        raise Refused(f"{relative(path, root)} cannot be added to", as_text(problems[:1]))
    return text


def command(root: Path, what: str, name: str, area: str, bib: str, doi: str) -> int:
    """Run `new` from the command line: 0 written, 2 refused."""
    if what != "source" and (bib or doi):
        print(f"--bibtex and --doi belong to `new source`, not to `new {what}`", file=sys.stderr)
        return 2
    if not name and what not in {"source", "study"}:
        example = "conditions/some-pain" if what == "page" else "some-id"
        print(f"new {what} needs a name, such as `new {what} {example}`", file=sys.stderr)
        return 2
    try:
        entries = sys.stdin.read() if bib == "-" else Path(bib).read_text(encoding="utf-8") if bib else ""
        written = new(root, what, name, area, entries, doi)
    except Refused as refused:
        print(f"nothing written: {refused.message}\n    {refused.advice}", file=sys.stderr)
        return 2
    except (OSError, UnicodeDecodeError) as error:
        print(f"nothing written: {bib or root}: {getattr(error, 'strerror', None) or 'is not UTF-8'}", file=sys.stderr)
        return 2
    for place in written:
        print(f"written: {place}")
    if doi and not bib:
        print(f'To have author and title filled in: curl -LH "Accept: application/x-bibtex" https://doi.org/{doi}, and --bibtex with its answer.')
    print("Fill in what is open; `python -m handbook check` lists it.")
    return 0
