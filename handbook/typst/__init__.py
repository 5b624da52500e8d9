"""The book: a Sphinx builder (`-b pdf`) that writes Typst and compiles it to tagged PDF/UA-1, from PyPI wheels alone.

`builder` drives; `pages` puts the pages in order; one module per concern holds the rules that turn nodes into Typst:
`structure`, `inline`, `boxes`, `tables`, `figures`, `notes`, `terms`; `back` writes the index, `front` the title page;
`faults` looks for what would make the book unreadable or inaccessible; `compiling` calls the compiler; `rowheads`
completes its tags; `packing` makes the file small. Fonts: see `fonts/README.md`.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

from handbook.typst.builder import PdfBuilder


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the builder and its settings: the paper (`a4` or `us-letter`), pages the book leaves to the site, and whether leaflets are made too."""
    app.add_builder(PdfBuilder)
    app.add_config_value("handbook_paper", "a4", "", types=frozenset({str}))
    app.add_config_value("handbook_leaflets", False, "", types=frozenset({bool}))
    app.add_config_value("handbook_book_without", [], "", types=frozenset({list}))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
