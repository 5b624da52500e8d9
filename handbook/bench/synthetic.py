"""Handbooks of any number of pages made from the real pages and records: the same input, the same bytes."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from handbook.bench.stock import CONF
from handbook.pages import Page
from handbook.project import Project

# Pages that records and every page lead to; a small handbook keeps them all, with the pages below them.
KEPT = ("index", "glossary", "references", "evidence/claims", "evidence/findings", "evidence/studies", "safety/urgent-help", "faq", "download")
COPIED = ("conditions/", "treatment/", "safety/", "mechanism/", "access/", "start/")  # folders of topic pages, which can be repeated
CHAPTER = 10
DOC = re.compile(r"\{(doc|ref)\}`(?:([^`<>]*?)\s*<)?/?([^`<>]+)>?`")
LABEL = re.compile(r"^\(([\w-]+)\)=$", re.M)


def keeps(name: str) -> bool:
    """Whether every handbook has the page *name*."""
    return name in KEPT or name.startswith(tuple(f"{kept}/" for kept in KEPT))


def chosen(pages: list[str], count: int) -> list[str]:
    """The *count* pages of a small handbook: what is always kept, then indexes, then the rest by name."""
    always = [d for d in pages if keeps(d)]
    first = list(always)
    first += [d for d in pages if d.endswith("/index") and d not in first]
    return sorted((first + [d for d in pages if d not in first])[: max(count, len(always))])


def rounds(pages: list[str], count: int) -> list[tuple[str, str, int]]:
    """(original, new name, round) of every copy that brings the handbook to *count* pages, its chapters' pages counted."""
    spare = count - len(pages)
    if spare < 3:
        return []
    chapters = -(-(spare - 2) // (CHAPTER + 1))  # the last one may hold one page more, so that none is empty
    topics = [d for d in pages if d.startswith(COPIED) and not d.endswith("/index") and not keeps(d)]
    out = []
    for n in range(spare - 1 - chapters):
        original, turn = topics[n % len(topics)], n // len(topics) + 1
        out.append((original, f"more/c{min(n // CHAPTER + 1, chapters):03d}/{original.replace('/', '-')}-{turn}", turn))
    return out


def docname(match: re.Match[str], here: str) -> str:
    """The page that a `doc` role on the page *here* names: without a slash before it, one of the same folder."""
    whole = "`/" in match[0] or "</" in match[0]
    return match[3] if whole else f"{here.rpartition('/')[0]}/{match[3]}".lstrip("/")


def trimmed(text: str, here: str, kept: set[str], labels: set[str]) -> str:
    """The text of the page *here* without its links to pages that are not there: their words stay."""

    def role(match: re.Match[str]) -> str:
        there = match[3] in labels if match[1] == "ref" else docname(match, here) in kept
        return match[0] if there else (match[2] or match[3].rpartition("/")[2].replace("-", " "))

    text = DOC.sub(role, text)
    return re.sub(r"^:link: /?(\S+)\n:link-type: doc\n", lambda m: m[0] if m[1] in kept else "", text, flags=re.M)


def without_entries(text: str, here: str, kept: set[str]) -> str:
    """A page whose toctrees name only pages that are there."""
    folder = here.rpartition("/")[0]
    out, inside = [], False
    for line in text.split("\n"):
        if re.match(r"[:`]{3,}\{toctree\}", line):
            inside = True
        elif re.fullmatch(r"[:`]{3,}", line):
            inside = False
        elif inside and line.strip() and not line.startswith(":"):
            target = line.strip().lstrip("/")
            if target not in kept and f"{folder}/{target}".lstrip("/") not in kept:
                continue
        out.append(line)
    return "\n".join(out)


def copied(page: Page, turn: int, names: dict[str, str]) -> str:
    """The text of one copy: its own title and labels, and links to the copies of the same round where there are any."""

    def role(match: re.Match[str]) -> str:
        if match[1] == "ref":
            return match[0]
        target = docname(match, page.docname)
        target = names.get(target, target)
        return f"{{doc}}`{match[2]} </{target}>`" if match[2] else f"{{doc}}`/{target}`"

    text = DOC.sub(role, LABEL.sub(rf"(\1-{turn})=", page.text))
    return text.replace(f"\n# {page.title}\n", f"\n# {page.title}, part {turn + 1}\n", 1)


def make(project: Project, out: Path, count: int) -> list[str]:
    """Write a handbook of *count* pages into *out*, which is made anew; return the names of its pages.

    Evidence comes with it; what it says of pages that are not there is changed. `stock/conf.py` beside `docs/` builds
    the same pages with the stock theme.
    """
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    root = project.root
    hidden = ("_", ".")
    pages = sorted(d for d in project.pages if not d.startswith(hidden))
    kept = set(chosen(pages, count)) if count < len(pages) else set(pages)
    labels = {label for d in kept for label in project.pages[d].labels}
    for name in [path.name for path in root.glob("*.md")] + ["CITATION.cff"]:
        shutil.copyfile(root / name, out / name)
    shutil.copytree(root / "docs", out / "docs", ignore=lambda _, names: [n for n in names if n.endswith((".md", ".pyc")) and not n.startswith("urgent")])
    shutil.copytree(root / "docs" / "_includes", out / "docs" / "_includes", dirs_exist_ok=True)
    shutil.copytree(root / "evidence", out / "evidence")
    (out / "stock").mkdir()
    (out / "stock" / "conf.py").write_text(CONF, encoding="utf-8", newline="\n")
    texts = {d: project.pages[d].text for d in sorted(kept)}
    if len(kept) < len(pages):
        texts = {d: without_entries(trimmed(text, d, kept, labels), d, kept) for d, text in texts.items()}
        forget(out, kept)
    copies = rounds(sorted(kept), count)
    by_round: dict[int, dict[str, str]] = {}
    for original, name, turn in copies:
        by_round.setdefault(turn, {})[original] = name
    for original, name, turn in copies:
        texts[name] = copied(project.pages[original], turn, by_round[turn])
    if copies:
        texts |= chapters_of([name for _, name, _ in copies], project.pages[copies[0][0]])
        texts["index"] += "\n```{toctree}\n:hidden:\n:caption: More\nmore/index\n```\n"
    for name, text in texts.items():
        path = out / "docs" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return sorted(texts)


def chapters_of(names: list[str], model: Page) -> dict[str, str]:
    """The pages that lead to copies: one a chapter, and one to lead to those; front matter as on a real page."""
    front = model.text[: model.text.index("\n---", 3) + 5]
    chapters: dict[str, list[str]] = {}
    for name in names:
        chapters.setdefault(name.rpartition("/")[0], []).append(name.rpartition("/")[2])
    out = {"more/index": page_of(front, "More pages", [f"{c.rpartition('/')[2]}/index" for c in chapters])}
    for n, (chapter, inside) in enumerate(chapters.items(), 1):
        out[f"{chapter}/index"] = page_of(front, f"More pages, chapter {n}", inside)
    return out


def page_of(front: str, title: str, entries: list[str]) -> str:
    """A page with a title and a hidden toctree."""
    lines = "\n".join(entries)
    return f"{front}# {title}\n\nPages of this chapter.\n\n```{{toctree}}\n:hidden:\n\n{lines}\n```\n"


def forget(out: Path, kept: set[str]) -> None:
    """Take out of the evidence the names of pages that are not there; claims move to the ledger's own page."""
    for path in sorted((out / "evidence" / "claims").glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"^  page: (\S+)$", lambda m: m[0] if m[1] in kept else "  page: evidence/claims", text, flags=re.M)
        path.write_text(text, encoding="utf-8", newline="\n")
    path = out / "evidence" / "conditions.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"^  page: (\S+)\n", lambda m: m[0] if m[1] in kept else "", text, flags=re.M), encoding="utf-8", newline="\n")
    path = out / "evidence" / "ratings.csv"
    if path.is_file():
        head, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text(head + "".join(r for r in rows if kept.intersection(r.split(",")[:3])), encoding="utf-8", newline="\n")


def edit_page(folder: Path, name: str, turn: int) -> None:
    """Change the words of one page, never its title."""
    path = folder / f"{name}.md"
    text = path.read_text(encoding="utf-8").partition("\nBench edit ")[0].rstrip("\n")
    path.write_text(f"{text}\n\nBench edit {turn}.\n", encoding="utf-8", newline="\n")


def edit_record(root: Path, turn: int) -> str:
    """Change the text of the first fact of the first file of facts; return its id."""
    path = min((root / "evidence" / "facts").glob("*.yaml"))
    text = re.sub(r" Bench edit \d+\.", "", path.read_text(encoding="utf-8"))
    match = re.search(r"^- id: (\S+)$", text, re.M)
    assert match is not None, path
    text = re.sub(r"^(  text: .*?)$", rf"\1 Bench edit {turn}.", text, count=1, flags=re.M)
    path.write_text(text, encoding="utf-8", newline="\n")
    return match[1]
