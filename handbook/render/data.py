"""Write the evidence as data into the built site, and drop what a reader never loads."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx

from handbook.export import write
from handbook.render.base import project_of


def finish(app: Sphinx, error: Exception | None) -> None:
    """After a good HTML build: `data/` with schemas; no source maps."""
    if error or app.builder.name not in {"html", "dirhtml"}:
        return
    out = Path(app.outdir)
    write(project_of(app), out / "data")
    for path in sorted(out.rglob("*.map")):
        path.unlink()


def setup(app: Sphinx) -> None:
    """Register."""
    app.connect("build-finished", finish)
