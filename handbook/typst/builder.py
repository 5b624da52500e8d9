"""The Sphinx builder `pdf`: reads every page, writes one Typst file with its pictures, compiles it, reports by source line."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator, Set
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.builders import Builder
from sphinx.errors import SphinxError
from sphinx.util import logging
from sphinx.util.display import status_iterator
from sphinx.util.parallel import ParallelTasks, SerialTasks, make_chunks, parallel_available

from handbook import edition
from handbook.problems import Problem, as_text
from handbook.render.base import project_of
from handbook.typst import (  # noqa: F401  the rules register themselves
    back,
    boxes,
    compiling,
    faults,
    figures,
    front,
    inline,
    leaflets,
    notes,
    packing,
    rowheads,
    structure,
    tables,
    terms,
)  # fmt: skip
from handbook.typst.markup import label
from handbook.typst.pages import Chapter, chapters, says_something
from handbook.typst.rules import SCHEME, Book, point

log = logging.getLogger("handbook.typst")
PAPERS = ("a4", "us-letter")
Written = tuple[str, dict[str, Any]]  # the text of a page, and what it adds to the book


class BookError(SphinxError):
    """The book was not written; the message lists each problem with file and line."""

    category = "The PDF was not written"


class PdfBuilder(Builder):
    """`sphinx-build -b pdf docs OUT` → `OUT/<project>.pdf`, with its Typst source in `OUT/source/`."""

    name = "pdf"
    format = "pdf"
    epilog = "The PDF is in %(outdir)s."
    allow_parallel = True
    supported_image_types = ["image/svg+xml", "image/png", "image/jpeg", "image/gif"]  # noqa: RUF012  as in Builder

    def get_outdated_docs(self) -> Iterator[str]:
        """Every page: the book is written whole."""
        yield from sorted(self.env.found_docs)

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """An address within the book, which `rules.target` turns into a label."""
        return SCHEME + docname

    def get_relative_uri(self, from_: str, to: str, typ: str | None = None) -> str:
        """The same from everywhere: there is one file."""
        return self.get_target_uri(to, typ)

    def prepare_writing(self, docnames: Set[str]) -> None:
        """Nothing to prepare."""

    def write_doc(self, docname: str, doctree: nodes.document) -> None:
        """Not called: `write_documents` writes all pages together."""

    def write_documents(self, docnames: Set[str]) -> None:
        """Write, check, compile."""
        if self.config.handbook_paper not in PAPERS:
            raise BookError(f"handbook_paper is {self.config.handbook_paper!r}; it can be {' or '.join(PAPERS)}")
        book = Book(self.env, Path(self.confdir).parent, Path(self.outdir) / "source")
        text = back.settle(book, self.text(book))
        if book.problems:
            raise BookError("\n" + as_text(sorted(set(book.problems))))
        path, started = save(book, text), time.perf_counter()
        with ThreadPoolExecutor() as pool:  # the compiler works outside Python's lock, and a book leaves a core idle now and then
            beside = pool.submit(self.leaflets) if self.config.handbook_leaflets else None
            pdf, said = compiling.compile_book(path, edition.read(book.root).date)
            typeset = time.perf_counter() - started
        made, faulty = beside.result() if beside else ([], [])
        if faulty or not pdf:
            raise BookError("\n" + as_text(faulty + ([] if pdf else said)))
        for p in said:
            log.warning("%s %s", p.code, p.message, location=f"{p.path}:{p.line}", type="handbook", subtype="pdf")
        target = Path(self.outdir) / file_name(self.config.project)
        target.write_bytes(pdf := packing.pack(rowheads.marked(pdf)))
        log.info("%s: %s bytes, typeset in %.1f s", target.name, f"{len(pdf):,}", typeset)
        if made:
            log.info("%d leaflets beside it", len(made))

    def leaflets(self) -> tuple[list[Path], list[Problem]]:
        """Every leaflet and the appointment sheet, beside the book."""
        return leaflets.build(project_of(self._app), Path(self.outdir), str(self.config.html_baseurl))

    def text(self, book: Book) -> str:
        """The whole Typst file, with places still as tokens."""
        project = project_of(self._app)
        root = str(self.config.root_doc)
        order = chapters(self.env, root, book.without)
        home = self.tree(root)
        written: list[str] = []
        if says_something(home):
            order.insert(0, Chapter(root, 1, False))
        else:
            book.same[label(root)] = label("contents")
            book.named.add(label("contents"))
        for text, found in self.written(book, order):
            written.append(text)
            book.add(found)
        printed = [project.pages[d] for d in dict.fromkeys((root, *(c.docname for c in order))) if d in project.pages]
        for page in printed:
            book.problems += faults.levels(page)
        urgent = point(book, home, label("safety/urgent-help")) if "safety/urgent-help" in {c.docname for c in order} else None
        head = front.meta(self.config, edition.read(book.root), self.config.handbook_paper, printed, len(order), urgent)
        opening = f'#import "template.typ": *\n#show: book.with({head})\n'
        return opening + "\n\n".join(written) + "\n\n" + back.index(book, self)

    def written(self, book: Book, order: list[Chapter]) -> list[Written]:
        """Every page in its order, on as many processes as Sphinx writes with; each page alone, so that the number of processes changes nothing."""

        by_name = {chapter.docname: chapter for chapter in order}

        def write(docnames: list[str]) -> list[Written]:
            return [self.chapter(Book(self.env, book.root, book.out), by_name[docname]) for docname in docnames]

        writers = self._app.parallel - 1 if parallel_available and self._app.parallel > 2 else 1  # as many as Sphinx takes for HTML
        tasks = ParallelTasks(writers) if writers > 1 else SerialTasks()
        parts = make_chunks(list(by_name), writers)
        done: dict[int, list[Written]] = {}
        for n, part in enumerate(status_iterator(parts, "writing pages... ", "darkgreen", len(parts), stringify_func=lambda part: f"{part[0]} … {part[-1]}")):
            tasks.add_task(write, part, lambda *found, n=n: done.update({n: found[-1]}))
        tasks.join()
        return [page for _, pages in sorted(done.items()) for page in pages]

    def chapter(self, book: Book, chapter: Chapter) -> Written:
        """The Typst text of a page, and what it adds to the book."""
        tree, book.docname = self.tree(chapter.docname), chapter.docname
        faults.signs(book, tree)
        return structure.page(book, tree, *chapter), book.found()

    def tree(self, docname: str) -> nodes.document:
        """A page with its references resolved and its toctrees as they are."""
        tree = self.env.get_doctree(docname)
        self.env.resolve_references(tree, docname, self)
        return tree

    def finish(self) -> None:
        """All is written."""


def save(book: Book, text: str) -> Path:
    """Write the Typst file, the template and the pictures into a fresh folder; return the path of the file."""
    shutil.rmtree(book.out, ignore_errors=True)
    book.out.mkdir(parents=True)
    for name, data in sorted(book.files.items()):
        (book.out / name).parent.mkdir(exist_ok=True)
        (book.out / name).write_bytes(data)
    shutil.copyfile(Path(__file__).parent / "template.typ", book.out / "template.typ")
    path = book.out / "book.typ"
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def file_name(project: str) -> str:
    """`Ketamine for Chronic Pain` → `ketamine-for-chronic-pain.pdf`."""
    return (re.sub(r"[^a-z0-9]+", "-", project.lower()).strip("-") or "handbook") + ".pdf"


__all__ = ["BookError", "PdfBuilder"]
