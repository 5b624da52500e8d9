"""The short texts that a page shows for a glossary term, as one small file that is fetched when the first is asked for.

A script rather than JSON, because a browser refuses to fetch data beside a page that was opened from a folder.
"""

from __future__ import annotations

import json
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

NOT_MEANING = ("Explained in", "Also called", "See also")


def meaning(definition: nodes.Element) -> str:
    """The first paragraph of a definition without note marks and without the lines that lead elsewhere."""
    paragraph = next(iter(definition.findall(nodes.paragraph)), None)
    if paragraph is None:
        return ""
    words = "".join(text.astext() for text in paragraph.findall(nodes.Text) if not isinstance(text.parent, nodes.footnote_reference))
    lines = [line.strip() for line in words.splitlines()]
    return " ".join(line for line in lines if line and not line.startswith(NOT_MEANING))


def terms(glossary: nodes.document) -> dict[str, str]:
    """Anchor of a term, without `term-`, → what it means."""
    out: dict[str, str] = {}
    for item in glossary.findall(nodes.definition_list_item):
        definition = next(iter(item.findall(nodes.definition)), None)
        text = meaning(definition) if definition is not None else ""
        for term in item.findall(nodes.term):
            out |= {name.removeprefix("term-"): text for name in term["ids"] if name.startswith("term-") and text}
    return out


def finish(app: Sphinx, error: Exception | None) -> None:
    """After a good HTML build: `_static/terms.js`. Its name stays the same, so that no page changes when a term does."""
    if error or app.builder.name not in {"html", "dirhtml"}:
        return
    path = Path(app.outdir) / "_static" / "terms.js"
    read_from = Path(app.doctreedir) / "glossary.doctree"
    if path.is_file() and read_from.is_file() and path.stat().st_mtime_ns > read_from.stat().st_mtime_ns:
        return  # Sphinx itself tells by these times what is out of date
    found = terms(app.env.get_doctree("glossary")) if "glossary" in app.env.found_docs else {}
    # Names of one entry share its text: written once, with all its anchors before it.
    grouped: dict[str, list[str]] = {}
    for anchor, text in found.items():
        grouped.setdefault(text, []).append(anchor)
    rows = sorted([" ".join(sorted(anchors)), text] for text, anchors in grouped.items())
    data = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    path.write_text(f"window.handbookTerms={data};\n", encoding="utf-8", newline="\n")


def setup(app: Sphinx) -> None:
    """Register."""
    app.connect("build-finished", finish)
