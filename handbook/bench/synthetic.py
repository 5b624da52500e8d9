"""Handbooks of any number of pages made from the real records: the same records, the same bytes.

Their pages are like those that the bars were measured with: about 900 words, 6 headings with 5 below them, 5 citations,
6 links to other pages, 4 glossary terms, 2 tables, 3 boxes and one that opens, 2 lists; in chapters of 10 pages.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from handbook import words
from handbook.bench.stock import CONF
from handbook.model import Evidence
from handbook.project import Project

KEPT = ("glossary", "references", "safety/urgent-help")  # pages that every page leads to
COPIED = ("_static", "_templates", "_includes")
CHAPTER, PART, FLAT = 10, 10, 200  # pages in a chapter, chapters in a part; up to so many pages there are no parts
SECTIONS, BELOW, LONG = 6, 5, 24  # headings, headings below them, words in a paragraph at least
MARKUP = re.compile(r"[\[\]{}<>*_`|$\\#]")
ROLE = re.compile(r"\{(?:doc|ref)\}`(?:([^`<>]*?)\s*<)?/?([^`<>]+)>?`")
FRONT = """---
kind: {kind}
audience: [patient, clinician]
scope: A page of the bench, made from the records of the handbook.
edited: 2026-01-01
reviewed: 2026-01-01
searched: 2026-01-01
next_review: 2027-01-01
status: draft
---
"""


def names(count: int) -> tuple[list[str], dict[str, list[str]]]:
    """The pages of topics, and the pages that lead to others with those they lead to; *count* in all."""
    spare = count - len(KEPT) - 1
    for total in range(spare, 0, -1):
        chapters = -(-total // CHAPTER)
        parts = -(-chapters // PART) if count > FLAT else 0
        if total + chapters + parts <= spare:
            break
    # The last chapter may hold a page more, so that none is empty.
    topics = [f"topics/c{min(n // CHAPTER, chapters - 1) + 1:03d}/p{n + 1:04d}" for n in range(spare - chapters - parts)]
    leads: dict[str, list[str]] = {}
    for n in range(chapters):
        chapter = f"topics/c{n + 1:03d}"
        leads[f"{chapter}/index"] = [t for t in topics if t.startswith(f"{chapter}/")]
    top = list(leads)
    if parts:
        groups = {f"topics/part{n + 1:02d}": top[n * PART : (n + 1) * PART] for n in range(parts)}
        leads |= groups
        top = list(groups)
    leads["index"] = [*top, *KEPT]
    return topics, leads


def sentences(e: Evidence) -> list[str]:
    """Sentences of the records that are plain words in Markdown too."""
    found = [words.fact_text(f) for f in e.fact.values()] + [c.fact for c in e.claim.values()] + [s.result for s in e.study.values()]
    return [text for text in found if not MARKUP.search(text)]


def turning(items: Sequence[str], start: int) -> Iterator[str]:
    """All items again and again, from *start* on."""
    while True:
        yield items[start % len(items)]
        start += 1


class Material:
    """What pages are made of, taken from the records once."""

    def __init__(self, project: Project) -> None:
        e = project.evidence
        self.sentences = sentences(e)
        self.facts = [f.id for f in e.fact.values() if len(f.sources) == 1]
        self.terms = [t for t in project.terms if not MARKUP.search(t)]
        cells = [(s.source, s.measured, s.comparator or "none", s.result) for s in e.study.values()]
        self.rows = ["| " + " | ".join(MARKUP.sub(" ", c) for c in row) + " |" for row in cells]


def topic(material: Material, n: int, topics: Sequence[str]) -> str:
    """Page number *n* of the topics."""
    said = turning(material.sentences, n * 37)
    cited = turning([f"{{fact}}`{f}`" for f in material.facts], n * 5)
    terms = turning([f"{{term}}`{t}`" for t in material.terms], n * 4)
    links = turning([f"{{doc}}`/{t}`" for t in topics], n * 7 + 1)
    rows = turning(material.rows, n * 10)

    def paragraph() -> str:
        out = [next(said)]
        while sum(len(s.split()) for s in out) < LONG:
            out.append(next(said))
        return "\n".join(out)

    def table() -> str:
        return "\n".join(["| Source | Measured | Compared with | Result |", "| --- | --- | --- | --- |", *islice(rows, 4)])

    def listed() -> str:
        return "\n".join(f"- {s}" for s in islice(said, 3))

    extras = [
        f":::{{keypoints}}\n{listed()}\n- {next(cited)}\n:::",
        f"{table()}\n\nSee {next(links)} and {next(links)}.",
        f":::{{note}}\n{next(said)} See {next(terms)} and {next(terms)}.\n:::\n\n{next(cited)}",
        f"{listed()}\n\nSee {next(links)} and {next(links)}. Words: {next(terms)}, {next(terms)}.",
        f":::{{clinicians}}\n{next(cited)}\n\n{table()}\n:::",
        f":::{{warning}}\n{next(cited)}\n:::\n\n{next(cited)} See {next(links)} and {next(links)}.",
    ]
    out = [FRONT.format(kind="condition"), f"(topic-{n + 1})=", f"# Topic {n + 1}\n"]
    for k, extra in enumerate(extras[:SECTIONS]):
        out += [f"## Part {k + 1} of topic {n + 1}\n", paragraph() + "\n", extra + "\n"]
        if k < BELOW:
            out += [f"### More on part {k + 1}\n", paragraph() + "\n"]
    return "\n".join([*out, ":::{sources}\n:::\n"])


def leading(name: str, entries: Sequence[str], kind: str) -> str:
    """A page that leads to others."""
    lines = "\n".join(f"/{e}" for e in entries)
    title = name.removesuffix("/index").rpartition("/")[2]
    return f"{FRONT.format(kind=kind)}# Pages of {title}\n\nIts pages follow.\n\n```{{toctree}}\n:hidden:\n\n{lines}\n```\n"


def without_links(text: str) -> str:
    """The text of a real page without links to real pages, which are not there: their words stay."""
    return ROLE.sub(lambda m: m[1] or m[2].rpartition("/")[2].replace("-", " "), text)


def base(project: Project, out: Path) -> None:
    """Evidence, settings, templates and files into *out*, which is made anew; `stock/conf.py` builds the same pages with the stock theme."""
    shutil.rmtree(out, ignore_errors=True)
    (out / "docs").mkdir(parents=True)
    root = project.root
    for name in [path.name for path in root.glob("*.md")] + ["CITATION.cff", "docs/conf.py"]:
        shutil.copyfile(root / name, out / name)
    for name in COPIED:
        shutil.copytree(root / "docs" / name, out / "docs" / name)
    shutil.copytree(root / "evidence", out / "evidence")
    (out / "stock").mkdir()
    (out / "stock" / "conf.py").write_text(CONF, encoding="utf-8", newline="\n")


def make(project: Project, out: Path, count: int) -> list[str]:
    """Write a handbook of *count* pages into *out*, which is made anew; return the names of its pages."""
    base(project, out)
    topics, leads = names(count)
    material = Material(project)
    texts = {name: topic(material, n, topics) for n, name in enumerate(topics)}
    texts |= {name: leading(name, entries, "home" if name == "index" else "condition") for name, entries in leads.items()}
    texts |= {name: without_links(project.pages[name].text) for name in KEPT}
    texts["references"] = f"{FRONT.format(kind='reference')}# References\n\n:::{{references}}\n:::\n"
    for name, text in texts.items():
        path = out / "docs" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return sorted(texts)


def real(project: Project, out: Path) -> list[str]:
    """Copy the real handbook into *out*, which is made anew; return the names of its pages."""
    base(project, out)
    shutil.copytree(project.root / "docs", out / "docs", dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.pyc"))
    return sorted(d for d in project.pages if not d.startswith(("_", ".")))


def edit_page(folder: Path, turn: int) -> str:
    """Change the words of one page, the first of the topics, never its title; return its name."""
    path = next(p for name in ("topics/*/p*.md", "conditions/[a-h]*.md") for p in sorted(folder.glob(name)))
    text = path.read_text(encoding="utf-8").partition("\nBench edit ")[0].rstrip("\n")
    path.write_text(f"{text}\n\nBench edit {turn}.\n", encoding="utf-8", newline="\n")
    return path.relative_to(folder).with_suffix("").as_posix()


def edit_record(root: Path, turn: int) -> str:
    """Change the text of the first fact that a page prints; return its id."""
    printed = {f for path in (root / "docs").rglob("*.md") for f in re.findall(r"\{fact\}`([a-z0-9-]+)`", path.read_text(encoding="utf-8"))}
    for path in sorted((root / "evidence" / "facts").glob("*.yaml")):
        text = re.sub(r" Bench edit \d+\.", "", path.read_text(encoding="utf-8"))
        for match in re.finditer(r"^- id: (\S+)$", text, re.M):
            if match[1] in printed:
                tail = re.sub(r"^(  text: .*?)$", rf"\1 Bench edit {turn}.", text[match.start() :], count=1, flags=re.M)
                path.write_text(text[: match.start()] + tail, encoding="utf-8", newline="\n")
                return match[1]
    raise ValueError(f"{root}: no page prints a fact")
