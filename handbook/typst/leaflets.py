"""One-page leaflets and the appointment sheet, from the same records and pages as everything else."""

from __future__ import annotations

import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from handbook import reading, words
from handbook.pages import ROLE, Page
from handbook.patients import sentence_lines
from handbook.problems import Problem
from handbook.project import Project
from handbook.render.downloads import leaflet_name
from handbook.typst.compiling import compile_book
from handbook.typst.markup import string
from handbook.typst.markup import words as content

KINDS = ("condition", "treatment")
SHEET = "questions-to-ask"
LIMIT = 350
TEMPLATE = Path(__file__).with_name("leaflet.typ")


@dataclass(frozen=True)
class Leaflet:
    """What one leaflet prints: title, scope, key points with their certainty, questions, and the foot."""

    name: str
    title: str
    scope: str
    points: tuple[tuple[str, str], ...]
    questions: tuple[str, ...]
    urgent: tuple[str, ...]
    emergency: str
    foot: str

    @property
    def count(self) -> int:
        """The words a reader reads."""
        parts = [self.title, self.scope, self.emergency, *self.questions, *self.urgent, *(f"{a} {b}" for a, b in self.points)]
        return sum(len(p.split()) for p in parts)


def points(page: Page, project: Project) -> tuple[tuple[str, str], ...]:
    """The key points of a page as (sentence, certainty); the certainty is empty where no finding is printed."""
    out = []
    for block in page.blocks:
        if "keypoints" not in block.within:
            continue
        for _, text in sentence_lines(block):
            sentence = " ".join(project.as_read(text).split())
            finding = next((project.evidence.finding.get(m[3].strip()) for m in ROLE.finditer(text) if m[1] == "finding"), None)
            label = f"{words.CERTAINTY_LABEL[finding.certainty]} {words.CERTAINTY_SYMBOL[finding.certainty]}" if finding else ""
            if sentence:
                out.append((sentence, label))
    return tuple(out)


def questions(page: Page, project: Project) -> tuple[str, ...]:
    """The questions of a page's `ask` boxes."""
    found = [" ".join(project.rendered(b).split()) for b in page.blocks if "ask" in b.within]
    return tuple(q for q in found if q.endswith("?"))


def urgent(project: Project) -> tuple[tuple[str, ...], str]:
    """The signs for emergency services and the line of numbers, from the one text on urgent help."""
    page = project.pages["_includes/urgent-help"]
    items: list[str] = []
    for block in page.blocks:
        if block.kind == "item":
            items.append(" ".join(project.rendered(block).split()))
        elif items and block.kind == "paragraph":
            return tuple(items), " ".join(project.rendered(block).split())
    raise ValueError("docs/_includes/urgent-help.md: no list of signs followed by the numbers")


def leaflet(page: Page, project: Project, address: str) -> Leaflet:
    """The leaflet of a page; questions are cut to what fits the limit of words, never the key points."""
    version, day = project.edition
    signs, emergency = urgent(project)
    status = "Checked against sources; not yet reviewed by a health professional." if page.meta.get("status") == "source-checked" else ""
    foot = f"This leaflet informs; it is not medical advice. {status} Version {version}, {day}. {address}{page.docname}.html"
    asked = questions(page, project) or questions(project.pages[f"treatment/{SHEET}"], project)
    made = Leaflet(leaflet_name(page.docname), page.title, str(page.meta.get("scope", "")), points(page, project), (), signs, emergency, foot)
    kept: list[str] = []
    for question in asked[:8]:
        if made.count + sum(len(q.split()) for q in [*kept, question]) <= LIMIT:
            kept.append(question)
    return Leaflet(**{**vars(made), "questions": tuple(kept)})


def source(made: Leaflet) -> str:
    """The Typst text of a leaflet."""
    array = ", ".join
    rows = array(f"([{content(sentence)}], [{content(label)}])" for sentence, label in made.points)
    return (
        f'#import "leaflet.typ": leaflet, sign\n#leaflet(title: {string(made.title)}, scope: {string(made.scope)}, '
        f"points: ({rows},), questions: ({array(map(string, made.questions))}{',' if made.questions else ''}), "
        f"signs: ({array(map(string, made.urgent))},), emergency: {string(made.emergency)}, foot: {string(made.foot)})\n"
    )


def sheet(project: Project, address: str) -> str:
    """The Typst text of the appointment sheet: grouped questions with room to write."""
    version, day = project.edition
    page = project.pages[f"treatment/{SHEET}"]
    groups: list[tuple[str, list[str]]] = []
    heading = ""
    for block in page.blocks:
        if block.kind == "heading":
            heading = block.text
        elif "ask" in block.within:
            if not groups or groups[-1][0] != heading:
                groups.append((heading, []))
            groups[-1][1].append(" ".join(project.rendered(block).split()))
    rows = ", ".join(f"({string(title)}, ({', '.join(map(string, asked))},))" for title, asked in groups)
    foot = f"This sheet informs; it is not medical advice. Version {version}, {day}. {address}{page.docname}.html"
    return f'#import "leaflet.typ": sheet\n#sheet(title: {string(page.title)}, groups: ({rows},), foot: {string(foot)})\n'


def texts(project: Project, address: str) -> dict[str, str]:
    """File name of each PDF → its Typst text."""
    out = {}
    for page in project.pages.values():
        section_opener = page.docname.endswith("/index")
        if page.kind in KINDS and not section_opener and page.docname != f"treatment/{SHEET}":
            made = leaflet(page, project, address)
            out[made.name] = source(made)
    out["appointment-sheet.pdf"] = sheet(project, address)
    return out


def build(project: Project, folder: Path, address: str) -> tuple[list[Path], list[Problem]]:
    """Typeset every leaflet into *folder*; return the files and the problems."""
    work = folder / "leaflets-source"
    work.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(TEMPLATE, work / "leaflet.typ")
    day = project.edition.date
    made, problems = [], []

    def typeset(name: str, text: str) -> tuple[str, bytes, list[Problem]]:
        path = work / f"{name.removesuffix('.pdf')}.typ"
        path.write_text(text, encoding="utf-8", newline="\n")
        return name, *compile_book(path, day)

    with ThreadPoolExecutor() as pool:  # the compiler works outside Python's lock
        done = list(pool.map(typeset, *zip(*sorted(texts(project, address).items()), strict=True)))
    for name, pdf, found in done:
        problems += [Problem(f"{name}", p.line, p.code, p.message) for p in found]
        if pdf:
            (folder / name).write_bytes(pdf)
            made.append(folder / name)
    shutil.rmtree(work)
    return made, problems


def base_address(root: Path) -> str:
    """`html_baseurl` of docs/conf.py."""
    match = re.search(r'^html_baseurl = "([^"]+)"', (root / "docs" / "conf.py").read_text(encoding="utf-8"), re.M)
    return match[1] if match else ""


def too_long(project: Project) -> list[str]:
    """Leaflets over the limit of words, even without a question."""
    out = []
    for page in project.pages.values():
        if page.kind in KINDS and not page.docname.endswith("/index") and page.docname != f"treatment/{SHEET}":
            made = leaflet(page, project, "")
            if made.count > LIMIT or reading.grade([p for p, _ in made.points], project.easy_words) > 8:
                out.append(page.docname)
    return out
