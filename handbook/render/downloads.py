"""Files to take away: the directive `downloads`, and for each page its links with type and size."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from handbook.render.base import build_of, para, project_of, table

BOOK = "ketamine-for-chronic-pain"
WHOLE = (
    (f"{BOOK}.pdf", "The book, A4"),
    (f"{BOOK}-letter.pdf", "The book, US Letter"),
    (f"{BOOK}.epub", "The e-book"),
    (f"{BOOK}-site.zip", "The whole site, to read offline"),
    ("appointment-sheet.pdf", "Appointment sheet"),
)
DATA = (
    ("evidence.json", "every record but the claims, JSON"),
    ("claims.json", "the popular claims with their verdicts, JSON"),
    ("studies.csv", "study results, CSV"),
    ("harms.csv", "how often unwanted effects were seen, CSV"),
)


class File(NamedTuple):
    """A file to download: its name, what it is, and its type and size in words."""

    name: str
    label: str
    detail: str


def folder_of(app: Sphinx) -> Path | None:
    """The folder of finished files, or nothing when this build has none."""
    value = str(app.config.handbook_downloads)
    path = Path(app.confdir).parent / value if value else None
    return path if path and path.is_dir() else None


def size(path: Path) -> str:
    """`PDF, 1.2 MB`."""
    count = path.stat().st_size
    return f"{path.suffix[1:].upper()}, " + (f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{max(1, round(count / 1e3))} kB")


def leaflet_name(docname: str) -> str:
    """`conditions/crps` → `leaflet-conditions-crps.pdf`."""
    return f"leaflet-{docname.replace('/', '-')}.pdf"


def files(app: Sphinx) -> list[File]:
    """Every file of this build, the whole handbook first, then leaflets by title."""
    folder = folder_of(app)
    if folder is None:
        return []
    out = [File(name, label, size(folder / name)) for name, label in WHOLE if (folder / name).is_file()]
    pages = project_of(app).pages
    leaflets = [(page.title, leaflet_name(docname)) for docname, page in pages.items() if (folder / leaflet_name(docname)).is_file()]
    return out + [File(name, f"Leaflet: {title}", size(folder / name)) for title, name in sorted(leaflets)]


class Downloads(SphinxDirective):
    """`downloads`: all files with type and size."""

    option_spec: ClassVar[dict[str, Any]] = {"data": directives.flag}

    def run(self) -> list[nodes.Node]:
        """Print the table, or say that this copy has no files; with `data`, the records as files instead."""
        if "data" in self.options:
            return self.data()
        found = files(build_of(self.env))
        if not found:
            return [para("This copy of the handbook was built without its files; the released site has them.")]
        rows: list[list[Any]] = []
        for file in found:
            link = nodes.reference("", f"{file.label} ({file.detail})", refuri=f"downloads/{file.name}", internal=False)
            rows.append([[para(link)]])
        return [table(["File"], rows, "Files of this version", [1])]

    def data(self) -> list[nodes.Node]:
        """The records as files; only pages of the site have them beside them."""
        if build_of(self.env).builder.name != "html":
            return [para("The site holds the records as files.")]
        rows = [[[para(nodes.reference("", f"{name} ({words})", refuri=f"data/{name}", internal=False))]] for name, words in DATA]
        return [table(["File"], rows, "The records as files", [1])]


def context(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Give templates `handbook_files`: the leaflet of the page, the book and the e-book."""
    wanted = (leaflet_name(pagename), f"{BOOK}.pdf", f"{BOOK}.epub")
    found = {f.name: f for f in files(app)} if doctree is not None else {}
    base = context["pathto"]("downloads/", 1) if found else ""
    context["handbook_files"] = [(base + n, found[n].label.partition(":")[0], found[n].detail) for n in wanted if n in found]


def copy(app: Sphinx, error: Exception | None) -> None:
    """Put the files into the site."""
    folder = folder_of(app)
    if error or folder is None or app.builder.name != "html":
        return
    target = Path(app.outdir) / "downloads"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for file in files(app):
        shutil.copyfile(folder / file.name, target / file.name)


def setup(app: Sphinx) -> None:
    """Register."""
    app.add_config_value("handbook_downloads", "", "html", str)
    app.add_directive("downloads", Downloads)
    app.connect("html-page-context", context)
    app.connect("build-finished", copy)
