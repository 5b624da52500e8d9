"""The last touches to a built site: the evidence as data, a whole and sorted sitemap, nothing left of removed pages."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

from sphinx.application import Sphinx

from handbook.export import write
from handbook.render.base import project_of

OWN_PAGES = frozenset({"404", "genindex", "search"})


def finish(app: Sphinx, error: Exception | None) -> None:
    """After a good HTML build: write `data/` with schemas, `sitemap.xml`, and remove what a clean build would not have."""
    if error or app.builder.name != "html":
        return
    out = Path(app.outdir)
    write(project_of(app), out / "data")
    pages = set(app.env.found_docs)
    for path in sorted(out.rglob("*.html")):
        name = path.relative_to(out).with_suffix("").as_posix()
        if name not in pages | OWN_PAGES and not name.startswith(("_static/", "downloads/")):
            path.unlink()
    sitemap(app, out / "sitemap.xml", sorted(pages | {"genindex"}))


def sitemap(app: Sphinx, path: Path, pages: list[str]) -> None:
    """Write the addresses again in order: the extension lists them as its workers finish, and only pages just written."""
    urls = "".join(f"<url><loc>{escape(app.config.html_baseurl + page)}.html</loc></url>\n" for page in pages)
    head = '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    path.write_text(f"{head}{urls}</urlset>\n", encoding="utf-8", newline="\n")


def setup(app: Sphinx) -> None:
    """Register, after the sitemap extension."""
    app.connect("build-finished", finish, priority=900)
