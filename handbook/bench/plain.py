"""The same words as plain Markdown, for generators that know neither MyST nor our records."""

from __future__ import annotations

import os
import re
from pathlib import Path

from handbook import words
from handbook.model import Evidence
from handbook.pages import ROLE, Block, Page
from handbook.project import Project
from handbook.trace import shown

HIDDEN = frozenset({"toctree", "sources", "claims-here"})


def sentence(e: Evidence, kind: str, key: str) -> str:
    """What a reader reads of one record; empty for kinds without a sentence, and where none can be made."""
    record = e.of(kind).get(key)
    try:
        match kind:
            case "finding":
                return words.plain_sentence(e.finding[key], e)
            case "harm":
                return words.harm_sentence(e.harm[key], e)
            case "regimen":
                return words.regimen_text(e.regimen[key])
            case "position":
                return words.position_text(e.position[key])
            case "claim":
                return f"{e.claim[key].fact} {e.claim[key].claim} {e.claim[key].why}"
            case "study":
                return f"{e.study[key].measured}: {e.study[key].result}"
            case "caution":
                return f"{e.caution[key].condition}: {e.caution[key].advice}"
    except (KeyError, words.Unfilled):
        return ""
    return str(getattr(record, "effect", "") or "")


def line(project: Project, page: Page, block: Block) -> str:
    """One block with its records in words and its links as relative links."""

    def role(match: re.Match[str]) -> str:
        if match[1] != "doc":
            return project.role_text(match[1], match[3])
        target = re.sub(r"^.*<([^<>]*)>\s*$", r"\1", match[3], flags=re.S).strip().lstrip("/")
        address = os.path.relpath(target, page.docname.rpartition("/")[0] or ".").replace(os.sep, "/")
        return f"[{project.role_text('doc', match[3])}]({address}.md)"

    text = " ".join(ROLE.sub(role, block.text).split())
    match block.kind:
        case "heading":
            return f"{'#' * block.level} {text}"
        case "item":
            return f"- {text}"
    return text


def markdown(project: Project, page: Page) -> str:
    """A page: its blocks and what its directives print, in order; boxes as quotations."""
    parts: list[tuple[int, str]] = []
    heads = True
    for block in page.blocks:
        text = line(project, page, block)
        if block.kind == "row" and heads:
            text += "\n|" + "---|" * (text.count("|") - 1)
        heads = block.kind != "row"
        mark = "> " if set(block.within) - {"table", "glossary"} else ""
        parts.append((block.line, mark + text.replace("\n", "\n" + mark)))
    for directive in page.directives:
        if directive.name not in HIDDEN:
            found = [s for kind, key in shown(project, directive) if (s := sentence(project.evidence, kind, key))]
            if found:
                parts.append((directive.line, "\n".join(f"- {s}" for s in found)))
    out, before = "", ""
    for _, text in sorted(parts):
        kind = "-" if text.startswith("- ") else "|" if text.startswith("|") else text[:1] if text.startswith("> ") else ""
        out += ("\n" if kind and kind == before else "\n\n") + text
        before = kind
    return out.strip() + "\n"


def write(project: Project, docs: Path) -> list[str]:
    """Write every page of the project into *docs*; return their names."""
    names = sorted(d for d in project.pages if not d.startswith(("_", ".")))
    for name in names:
        path = docs / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(markdown(project, project.pages[name]), encoding="utf-8", newline="\n")
    return names
