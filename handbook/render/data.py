"""The last touches to a built site: the evidence as data, a whole and sorted sitemap, nothing left of removed pages."""

from __future__ import annotations

import json
import os
from pathlib import Path
from xml.sax.saxutils import escape

from sphinx.application import Sphinx

from handbook import edition, words
from handbook.cache import digest
from handbook.export import write
from handbook.render.base import project_of, stamps_of

OWN_PAGES = frozenset({"404", "genindex", "search"})
NOT_PAGES = frozenset({"_static", "downloads"})


def finish(app: Sphinx, error: Exception | None) -> None:
    """After a good HTML build: write `data/` with schemas, `sitemap.xml`, and remove what a clean build would not have."""
    if error or app.builder.name != "html":
        return
    out = Path(app.outdir)
    export(app, out / "data")
    pages = set(app.env.found_docs)
    for folder, below, names in os.walk(out):
        if folder == str(out):
            below[:] = [name for name in below if name not in NOT_PAGES]
        docnames = (f"{folder}/{name}"[len(str(out)) + 1 : -len(".html")].replace(os.sep, "/") for name in names if name.endswith(".html"))
        for docname in set(docnames) - pages - OWN_PAGES:
            (out / f"{docname}.html").unlink()
    sitemap(app, out / "sitemap.xml", sorted(pages | {"genindex"}))


def export(app: Sphinx, folder: Path) -> None:
    """Write the data, unless this folder already holds what the same records, edition and code made."""
    package = Path(words.__file__).parent
    code = [package / f"{name}.py" for name in ("export", "model", "schema", "words")]
    made_of = digest(stamps_of(app).records.encode(), repr(edition.read(Path(app.confdir).parent)).encode(), *(path.read_bytes() for path in code))
    note = Path(app.doctreedir) / "handbook-data.json"
    known = json.loads(note.read_text(encoding="utf-8")) if note.is_file() else {}
    if known.get("made of") == made_of and known["files"] and all(Path(name).is_file() and folder in Path(name).parents for name in known["files"]):
        return
    files = [str(path) for path in write(project_of(app), folder)]
    note.write_text(json.dumps({"made of": made_of, "files": files}), encoding="utf-8", newline="\n")


def sitemap(app: Sphinx, path: Path, pages: list[str]) -> None:
    """Write the addresses again in order: the extension lists them as its workers finish, and only pages just written."""
    urls = "".join(f"<url><loc>{escape(app.config.html_baseurl + page)}.html</loc></url>\n" for page in pages)
    head = '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    path.write_text(f"{head}{urls}</urlset>\n", encoding="utf-8", newline="\n")


def setup(app: Sphinx) -> None:
    """Register, after the sitemap extension."""
    app.connect("build-finished", finish, priority=900)
