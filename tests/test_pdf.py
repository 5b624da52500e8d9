"""The book: tags, language, links, contents, reading order, errors with file and line, same bytes everywhere."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from itertools import pairwise
from pathlib import Path

import bookorder
import pdftext
import pikepdf
import pytest
from pdftext import plain
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from handbook import words
from handbook.problems import Problem
from handbook.project import Project
from handbook.render import citing
from handbook.render.nodes import drawing
from handbook.typst import compiling, figures, front, glyphs, leaflets, markup, packing, rowheads
from handbook.typst.builder import BookError, file_name
from handbook.typst.rules import Book

ROOT = Path(__file__).parents[1]
CONF = """
project = "Tiny Handbook"
author = "The testers"
copyright = "the testers; CC BY 4.0"
language = "en"
html_baseurl = "https://tiny.example/en/"
extensions = ["myst_parser", "sphinx_design", "sphinxcontrib.bibtex", "handbook.render", "handbook.typst"]
myst_enable_extensions = ["colon_fence", "deflist"]
bibtex_bibfiles = ["../evidence/references.bib"]
bibtex_default_style = "handbook"
suppress_warnings = ["handbook", "ref", "myst.xref_ambiguous"]
"""
BIB = """@article{one2020,
  author = {One, Anna},
  title = {A study of one thing},
  journal = {Journal of Things},
  year = {2020},
  doi = {10.1000/one},
  design = {trial},
  population = {chronic-pain},
  read = {abstract},
  status = {current},
  checked = {2026-11-22},
}
"""
FONTS = {"HandbookSerif", "HandbookSans", "HandbookSymbols", "DejaVuSansMono"}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20" fill="currentColor"/></svg>\n'
META = """---
kind: about
audience: [patient]
scope: A page.
edited: 2026-11-22
reviewed: 2026-11-22
searched: 2026-11-22
next_review: 2027-11-22
status: source-checked
authors: [a]
checked_by: [b]
---
"""
ROWS = "\n".join(f"| Row {n} | Words of row {n} that fill the line a little |" for n in range(1, 61))
FILES = {
    "CITATION.cff": 'cff-version: 1.2.0\nversion: 1.2.3\ndate-released: "2026-11-22"\n',
    "evidence/references.bib": BIB,
    "docs/conf.py": CONF,
    "docs/_static/drawings/box.svg": SVG,
    "docs/index.md": META + "# Tiny Handbook\n\n```{toctree}\n:hidden:\npart/index\nglossary\n```\n",
    "docs/part/index.md": META + "# The first part\n\nWords of the part.\n\n## A section of the part\n\nMore words.\n\n```{toctree}\n:hidden:\none\ntwo\n```\n",
    "docs/part/one.md": META
    + "(one)=\n# Chapter one\n\nIt names chapter two in {doc}`two` and says ± ≥ − ⊕○ ✓ ◐ △ ✕ ◄ ►."
    + "{footcite:p}`one2020`\n\n## First steps\n\n![A black box](../_static/drawings/box.svg)\n\n"
    + "An [address](https://example.org/some/page) and *stress*, **weight**, `code`.\n\n### Deeper\n\n"
    + f":::{{table}} Many rows\n| Name | Words |\n| --- | --- |\n{ROWS}\n:::\n\n"
    + ":::{clinicians}\n- Read *this* closely.\n:::\n\n```{index} single: unusual entry\n```\n\n:::{sources}\n:::\n",
    "docs/part/two.md": META
    + "# Chapter two\n\n1. Go back to [chapter one](#one).\n2. Wait.\n\n:::{admonition} A box\nWords of the box.\n:::\n\n"
    + "::::{grid} 2\n:::{grid-item-card} Card title\nCard words.\n:::\n::::\n\nTerm\n: Meaning of the term.\n",
    "docs/glossary.md": META + "# Glossary\n\n```{glossary}\nambrosia\nnectar of old\n  Food that takes away *all* pain.\n```\n",
}


def lay(root: Path, more: dict[str, str] | None = None) -> Path:
    """Write the tiny project, with changes."""
    for name, text in {**FILES, **(more or {})}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return root


def application(root: Path, status: io.StringIO | None = None, **settings: str) -> Sphinx:
    out = root / "out"
    return Sphinx(root / "docs", root / "docs", out, root / "doctrees", "pdf", settings, io.StringIO(), status or io.StringIO())


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sphinx, pikepdf.Pdf]]:
    """The tiny project, built once in this process."""
    root = lay(tmp_path_factory.mktemp("tiny"))
    warnings = io.StringIO()
    with docutils_namespace():
        app = application(root, warnings)
        app.build()
        assert [line for line in warnings.getvalue().splitlines() if "Typst rule" in line or "P0" in line] == []
        with pikepdf.open(root / "out" / "tiny-handbook.pdf") as document:
            yield app, document


def test_identity(tiny: tuple[Sphinx, pikepdf.Pdf]) -> None:
    _, document = tiny
    root = document.Root
    assert root.MarkInfo.Marked == True  # noqa: E712  a pikepdf value
    assert str(root.Lang) in {"en", "en-US"}
    assert str(document.docinfo["/Title"]) == "Tiny Handbook"
    assert root.ViewerPreferences.DisplayDocTitle == True  # noqa: E712
    metadata = root.Metadata.read_bytes().decode("utf-8")
    assert re.search(r"pdfuaid:part\D{1,3}1", metadata)
    assert "Tiny Handbook" in metadata


def test_fonts_are_ours_and_embedded(tiny: tuple[Sphinx, pikepdf.Pdf]) -> None:
    _, document = tiny
    assert pdftext.embedded(document) == FONTS


def test_figures_have_words_and_heads_have_scope(tiny: tuple[Sphinx, pikepdf.Pdf]) -> None:
    _, document = tiny
    tags = pdftext.tags(document)
    figures = [t for t in tags if t.kind in {"Figure", "Formula"}]
    assert [str(t.node.Alt) for t in figures] == ["A black box"]
    heads = [t for t in tags if t.kind == "TH"]
    assert [pdftext.scope(t.node) for t in heads] == ["Column", "Column", *["Row"] * 60]
    cells = [t for t in tags if t.kind == "TD"]
    assert len(cells) == 60
    assert pdftext.nameless_rows(document) == []


def test_a_row_without_a_head_is_noticed(tiny: tuple[Sphinx, pikepdf.Pdf]) -> None:
    with pikepdf.open(Path(tiny[0].outdir) / "tiny-handbook.pdf") as document:
        row = [t.node for t in pdftext.tags(document) if t.kind == "TR"][7]
        row.K[0].S = pikepdf.Name.TD
        assert [t.node for t in pdftext.nameless_rows(document)] == [row]


def test_cells_leave_their_heads_to_scopes() -> None:
    cell = b"7 0 obj\n<</Type/StructElem/S/TD/P 9 0 R/A[<</O/Table/Headers[(U1x%dy0)]/RowSpan 2>>]/K[3]>>"
    first, second = (rowheads.marked(cell % n) for n in (0, 10))
    assert first == b"7 0 obj\n<</Type/StructElem/S/TH/P 9 0 R/A[<</O/Table/Scope/Row        /RowSpan 2>>]/K[3]>>"
    assert second == b"7 0 obj\n<</Type/StructElem/S/TD/P 9 0 R/A[<</O/Table                   /RowSpan 2>>]/K[3]>>"
    assert len(first) == len(cell % 0)


def test_headings_descend_by_one(tiny: tuple[Sphinx, pikepdf.Pdf]) -> None:
    _, document = tiny
    found = [int(t.kind[1]) for t in pdftext.tags(document) if re.fullmatch(r"H[1-6]", t.kind)]
    assert len(found) >= 10
    assert found[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(found))


def test_contents_equal_bookmarks(tiny: tuple[Sphinx, pikepdf.Pdf]) -> None:
    _, document = tiny
    marks = pdftext.bookmarks(document)
    assert [(depth, title) for depth, title, _ in marks] == [
        (0, "The first part"), (1, "Chapter one"), (2, "First steps"), (3, "Deeper"), (1, "Chapter two"), (0, "Glossary"), (0, "Index"),
    ]  # fmt: skip
    lines = "\n".join(line for line in contents(document))
    pages = [(title, page) for depth, title, page in marks if title not in {"First steps", "Deeper"}]
    assert re.findall(r"^(.+?)[. ]{4,}(\d+)$", lines, re.M) == [(title, str(page)) for title, page in pages]


def contents(document: pikepdf.Pdf) -> list[str]:
    """The lines of the second page."""
    rows: dict[float, str] = {}
    for run in pdftext.runs(document):
        if run.page == 2 and (not run.artifact or set(run.text) <= {".", " "}):
            key = round(run.base)
            rows[key] = rows.get(key, "") + ("...." if set(run.text) <= {".", " "} else run.text)
    return [rows[key] for key in sorted(rows, reverse=True)]


def test_links_lead_somewhere(tiny: tuple[Sphinx, pikepdf.Pdf]) -> None:
    _, document = tiny
    inner, outer, dead = pdftext.links(document)
    assert dead == 0
    assert len(inner) >= 10
    assert {"https://example.org/some/page", "https://doi.org/10.1000/one", "https://tiny.example/en/"} == set(outer)


def test_page_numbers_in_references_are_right(tiny: tuple[Sphinx, pikepdf.Pdf]) -> None:
    _, document = tiny
    pages = {title: page for _, title, page in pdftext.bookmarks(document)}
    text = body(document)
    assert plain(f"names chapter two in Chapter two (p. {pages['Chapter two']}) and says") in text
    assert plain(f"Go back to chapter one (p. {pages['Chapter one']}).") in text


def body(document: pikepdf.Pdf) -> str:
    """All text that is not furniture, without spaces and hyphens."""
    return plain("".join(run.text for run in pdftext.runs(document) if not run.artifact))


def test_addresses_are_printed(tiny: tuple[Sphinx, pikepdf.Pdf]) -> None:
    text = body(tiny[1])
    assert "address(example.org/some/page)and" in text
    assert "doi:10.1000/one" in text


def test_title_page_footer_and_index(tiny: tuple[Sphinx, pikepdf.Pdf]) -> None:
    _, document = tiny
    found = list(pdftext.runs(document))
    first = plain("".join(r.text for r in found if r.page == 1))
    for said in ("Tiny Handbook", "Version 1.2.3, 2026-11-22", "tiny.example/en", front.SAFETY, "All 5 pages: checked against sources"):
        assert plain(said) in first
    for page in range(2, len(document.pages) + 1):
        foot = plain("".join(r.text for r in found if r.page == page and r.artifact))
        assert plain("Version 1.2.3, 2026-11-22 · tiny.example/en") in foot
        assert str(page) in foot
    last = plain("".join(r.text for r in found if r.page == len(document.pages)))
    pages = {title: page for _, title, page in pdftext.bookmarks(document)}
    assert f"ambrosia,{pages['Glossary']}" in last
    assert re.search(r"unusualentry,\d", last)


def test_table_repeats_its_head(tiny: tuple[Sphinx, pikepdf.Pdf]) -> None:
    _, document = tiny
    heads = [r.page for r in pdftext.runs(document) if r.text == "Name"]
    assert len(heads) >= 2
    assert len(set(heads)) == len(heads)


def test_no_words_beyond_the_page_box(tiny: tuple[Sphinx, pikepdf.Pdf]) -> None:
    assert outside(tiny[1]) == []


def outside(document: pikepdf.Pdf) -> list[tuple[int, str]]:
    """Words that reach over the text block, its overhang for tables, or header and footer."""
    wide, high = (float(v) for v in document.pages[0].mediabox[2:])
    edge = (wide - 156 / 25.4 * 72) / 2 - 7 / 25.4 * 72 - 1
    return [(r.page, r.text) for r in pdftext.runs(document)
            if r.text.strip() and not (edge < r.left and r.right < wide - edge and 25 < r.base < high - 25)]  # fmt: skip


def test_reading_order_is_source_order(tiny: tuple[Sphinx, pikepdf.Pdf]) -> None:
    app, document = tiny
    assert bookorder.out_of_order(app, document, list(pdftext.runs(document))) == []


def test_reading_order_notices_a_swap(tiny: tuple[Sphinx, pikepdf.Pdf]) -> None:
    app, _ = tiny
    with pikepdf.open(Path(app.outdir) / "tiny-handbook.pdf") as document:
        found = list(pdftext.runs(document))
        steps = next(t.node for t in pdftext.tags(document) if t.kind == "L" and len(t.node.K) == 2)
        steps.K = pikepdf.Array(list(steps.K)[::-1])
        missed = bookorder.out_of_order(app, document, found)
    assert [docname for docname, _ in missed] == ["part/two"]


BAD = {
    "docs/part/one.md": META + "# Chapter one\n\nWords.\n\n### Too deep\n\n![](../_static/drawings/box.svg)\n\nThe sign 中 here.\n",
    "docs/part/two.md": META + "# Chapter two\n\n```{eval-rst}\n=====  =====\nno     head\nat     all\n=====  =====\n```\n\n![Gone](gone.svg)\n",
}


def test_planted_faults_are_named_with_file_and_line(tmp_path: Path) -> None:
    root = lay(tmp_path, BAD)
    with docutils_namespace(), pytest.raises(BookError) as caught:
        application(root).build()
    first = len(META.splitlines())
    said = [line for line in str(caught.value).splitlines() if line.startswith("docs/")]
    assert said == [
        f"docs/part/one.md:{first + 5}: P003 heading “Too deep” is of level 3 after level 1",
        f"docs/part/one.md:{first + 7}: P010 image '_static/drawings/box.svg' has no alternative text",
        f"docs/part/one.md:{first + 9}: P020 no font of the book can show “中” (U+4E2D, CJK UNIFIED IDEOGRAPH-4E2D)",
        f"docs/part/two.md:{first + 5}: P019 table has no header row",
        f"docs/part/two.md:{first + 10}: P011 image 'part/gone.svg' is not there",
    ]
    assert "Give the table a first row that names its columns." in str(caught.value)
    assert not (root / "out" / "tiny-handbook.pdf").exists()


@pytest.mark.parametrize(
    ("typst", "code"),
    [
        ('#image("box.svg")', "P010"),
        ("=== Too deep", "P003"),
        ('#text(font: "Handbook Serif", fallback: false)[中]', "P020"),
        ('#link(label("gone"))[x]', "L002"),
        ('#image("gone.svg", alt: "x")', "P011"),
        ("#panic()", "P021"),
    ],
)
def test_compiler_errors_lead_to_the_source_line(typst: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "box.svg").write_text(SVG, encoding="utf-8")
    path = tmp_path / "book.typ"
    path.write_text(f'#set document(title: "T")\n//@ docs/a.md:3\n= A\n\n//@ docs/a.md:7\n{typst}\n\n//@ docs/a.md:9\nEnd\n', encoding="utf-8")
    pdf, said = compiling.compile_book(path, "2026-11-22")
    assert pdf == b""
    assert [(p.path, p.line, p.code) for p in said] == [("docs/a.md", 7, code)]


def test_dead_place_is_reported(tmp_path: Path) -> None:
    extra = {"docs/part/two.md": FILES["docs/part/two.md"] + "\n```{eval-rst}\n.. dead::\n```\n"}
    conf = CONF + (
        "from docutils import nodes\nfrom docutils.parsers.rst import Directive\n"
        "class Dead(Directive):\n    def run(self):\n        p = nodes.paragraph('', '', nodes.reference('', 'x', refid='gone', internal=True))\n"
        "        p.source, p.line = self.state_machine.get_source_and_line(self.lineno)\n        return [p]\n"
        "def setup(app):\n    app.add_directive('dead', Dead)\n"
    )
    root = lay(tmp_path, extra | {"docs/conf.py": conf})
    with docutils_namespace(), pytest.raises(BookError) as caught:
        application(root).build()
    assert re.search(r"^docs/part/two\.md:\d+: L002 link to 'part/two#gone', which is not in the book$", str(caught.value), re.M)


def test_unknown_node_warns_with_its_line(tmp_path: Path) -> None:
    page = META + "# Chapter two\n\nWords.\n\n:::{acks}\n- Inner words.\n:::\n"
    root = lay(tmp_path, {"docs/conf.py": CONF.replace('["handbook", ', "["), "docs/part/two.md": page})
    said = io.StringIO()
    with docutils_namespace():
        application(root, said).build()
    line = len(META.splitlines()) + 6
    assert f"docs/part/two.md:{line}: WARNING: no Typst rule for node 'acks'; its children were written" in said.getvalue()
    with pikepdf.open(root / "out" / "tiny-handbook.pdf") as document:
        assert "Innerwords." in body(document)


def test_same_bytes_in_other_folder_zone_and_locale(tiny: tuple[Sphinx, pikepdf.Pdf], tmp_path: Path) -> None:
    app, _ = tiny
    root = lay(tmp_path / "elsewhere" / "with a space")
    zone = os.environ | {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "C", "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "7"}
    zone.pop("SOURCE_DATE_EPOCH", None)
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-b", "pdf", root / "docs", root / "out"], env=zone, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (root / "out" / "tiny-handbook.pdf").read_bytes() == (Path(app.outdir) / "tiny-handbook.pdf").read_bytes()


def test_paper(tiny: tuple[Sphinx, pikepdf.Pdf], tmp_path: Path) -> None:
    box = [round(float(v)) for v in tiny[1].pages[0].mediabox]
    assert box == [0, 0, 595, 842]
    root = lay(tmp_path)
    with docutils_namespace():
        application(root, handbook_paper="us-letter").build()
    with pikepdf.open(root / "out" / "tiny-handbook.pdf") as document:
        assert [round(float(v)) for v in document.pages[-1].mediabox] == [0, 0, 612, 792]
        assert outside(document) == []


def test_wrong_paper_is_refused(tmp_path: Path) -> None:
    with docutils_namespace(), pytest.raises(BookError, match="handbook_paper is 'a5'; it can be a4 or us-letter"):
        application(lay(tmp_path), handbook_paper="a5").build()


def test_a_faulty_leaflet_stops_the_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaflets, "build", lambda *_: ([], [Problem("leaflet-toe.pdf", 7, "P020", "no font of the book can show it")]))
    with docutils_namespace(), pytest.raises(BookError, match=r"leaflet-toe\.pdf:7: P020 no font of the book"):
        application(lay(tmp_path), handbook_leaflets="1").build()
    assert list((tmp_path / "out").glob("*.pdf")) == []


def test_strings_cannot_become_markup() -> None:
    assert markup.words('a "b" \\ #c') == '#"a \\"b\\" \\\\ #c";'
    assert markup.words("Low ⊕⊕○○ yes") == '#"Low ";#sign("⊕⊕○○");#" yes";'
    assert markup.label("a/b", "c") == "a/b#c"


@pytest.mark.parametrize(("high", "printed"), [(200, 55.0), (717, 160.0), (784, 200.0), (1011, 200.0)])
def test_a_tall_drawing_leaves_room_for_its_chapter_where_its_letters_stay_legible(high: int, printed: float, tmp_path: Path) -> None:
    book = Book(None, tmp_path, tmp_path)  # type: ignore[arg-type]
    node = drawing("", svg=f'<svg viewBox="0 0 340 {high}"/>', alt="A toe")
    width = re.search(r"width: ([\d.]+)mm", figures.drawing(book, node))
    assert width
    assert float(width[1]) / 340 * high == pytest.approx(printed, abs=0.3)


def test_every_sign_of_the_records_has_a_glyph() -> None:
    signs = "".join([*words.CERTAINTY_SYMBOL.values(), *words.VERDICT_SYMBOL.values()]) + "±−≥≤×µμ½°–—“”‘’…◄►"
    assert set(signs) - glyphs.covered() == set()
    assert "中" not in glyphs.covered()


def test_timestamp_is_of_the_edition() -> None:
    assert compiling.timestamp("2026-11-22") == 1795348800


def test_status_words_count_pages() -> None:
    class Page:
        def __init__(self, status: str) -> None:
            self.meta = {"status": status}

    pages = [Page("source-checked"), Page("source-checked"), Page("draft")]
    assert front.status_words(pages) == (  # type: ignore[arg-type]
        "Of 3 pages: 1 not yet checked against sources; 2 checked against sources, not yet reviewed by a health professional."
    )


def test_file_name() -> None:
    assert file_name("Ketamine for Chronic Pain") == "ketamine-for-chronic-pain.pdf"


def test_packing_leaves_what_is_drawn_as_it_is() -> None:
    stream = b"7 0 obj\n<</Length 9>>\nstream\n1.2345 Tj\nendstream\nendobj\n"
    assert packing.parse(stream) == (7, b"<</Length 9>>", b"1.2345 Tj")


def test_packing_keeps_the_boxes_of_words_only_where_a_link_breaks() -> None:
    inside = b"1 0 obj\n<</Rect[10.123 20 30 %d]/Border[0 0 0]/QuadPoints[1.55 2 3 4]/F 4>>\nendobj\n"
    assert packing.parse(inside % 32).body == b"<</Rect[10.1 20 30 32]/Border[0 0 0]/F 4>>"
    assert packing.parse(inside % 52).body == b"<</Rect[10.1 20 30 52]/Border[0 0 0]/QuadPoints[1.5 2 3 4]/F 4>>"


def test_packing_keeps_every_object(tmp_path: Path) -> None:
    path = tmp_path / "book.typ"
    text = '#set document(title: "T")\n= Heading\n#link("https://a.example")[A link] to read\n#table(columns: 1, table.header([H]), [C])\n'
    path.write_text(text, encoding="utf-8")
    raw, said = compiling.compile_book(path, "2026-11-22")
    assert said == []
    packed = packing.pack(raw)
    assert len(packed) < len(raw)
    with pikepdf.open(io.BytesIO(raw)) as before, pikepdf.open(io.BytesIO(packed)) as after:
        assert after.check_pdf_syntax() == []
        assert [t.kind for t in pdftext.tags(after)] == [t.kind for t in pdftext.tags(before)]
        assert [r.text for r in pdftext.runs(after)] == [r.text for r in pdftext.runs(before)]
        assert after.trailer.ID == before.trailer.ID
        assert str(after.docinfo["/Title"]) == "T"
        for number in range(1, int(before.trailer.Size)):
            old, new = before.get_object(number, 0), after.get_object(number, 0)
            assert type(old) is type(new)
            if isinstance(old, pikepdf.Dictionary):
                assert set(old.keys()) == set(new.keys())


def test_packing_refuses_what_it_does_not_know() -> None:
    with pytest.raises(ValueError, match="no cross-reference table"):
        packing.pack(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF\n")


@pytest.fixture(scope="module")
def real(book_folder: Path) -> Iterator[tuple[pikepdf.Pdf, list[pdftext.Run]]]:
    """The handbook itself and its words, because reading them takes most of the time."""
    with pikepdf.open(book_folder / "ketamine-for-chronic-pain.pdf") as document:
        yield document, list(pdftext.runs(document))


@pytest.mark.slow
def test_the_handbook(real: tuple[pikepdf.Pdf, list[pdftext.Run]]) -> None:
    document, found = real
    text = plain("".join(r.text for r in found if not r.artifact))
    wide = float(document.pages[0].mediabox[2])
    edge = (wide - 156 / 25.4 * 72) / 2 - 7 / 25.4 * 72 - 1
    assert [(r.page, r.text) for r in found if r.text.strip() and not (edge < r.left and r.right < wide - edge)] == []
    filled = {r.page for r in found if not r.artifact and r.text.strip()}
    assert set(range(1, len(document.pages) + 1)) - filled == set()
    assert [(r.page, r.text) for r in found if r.text.strip() and not 25 < r.base < float(document.pages[0].mediabox[3]) - 25] == []
    assert pdftext.stranded(document, found) == []
    assert pdftext.bare(document, found, 6) == []
    e = Project.read(ROOT).evidence
    missing = [f.id for f in e.finding.values() if plain(words.plain_sentence(f, e)) not in text]
    missing += [f.id for f in e.finding.values() if plain(words.clinical_sentence(f, e)) not in text]
    for claim in e.claim.values():
        label = f"{words.VERDICT_SYMBOL[claim.verdict]} {words.VERDICT_LABEL[claim.verdict]}"
        missing += [] if plain(f"The claim: {claim.claim} {label} {claim.why}") in text else [claim.id]
    missing += [s.id for s in e.source.values() if plain("".join(citing.parts(s))) not in text]
    missing += [s.id for s in e.study.values() if s.effect is not None and s.measure and plain(words.effect_text(s)) not in text]
    assert missing == []
    for f in e.finding.values():
        badge = plain(f"{words.CERTAINTY_LABEL[f.certainty]} {words.CERTAINTY_SYMBOL[f.certainty]}")
        assert badge in text
    tags = pdftext.tags(document)
    assert [t for t in tags if t.kind == "Figure" and not str(t.node.get("/Alt", ""))] == []
    assert {pdftext.scope(t.node) for t in tags if t.kind == "TH"} == {"Column", "Row"}
    assert pdftext.nameless_rows(document) == []
    assert pdftext.links(document)[2] == 0
    assert unescape(str(document.docinfo["/Title"])) == "Ketamine for Chronic Pain"
    assert pdftext.embedded(document) == FONTS


@pytest.mark.slow
def test_the_handbook_is_read_in_the_order_of_its_pages(real: tuple[pikepdf.Pdf, list[pdftext.Run]], book_folder: Path, tmp_path: Path) -> None:
    """Against the trees that the book was made from: bookmarks, contents, and every word."""
    document, found = real
    with docutils_namespace():
        app = Sphinx(ROOT / "docs", ROOT / "docs", tmp_path, book_folder.with_name("book-doctrees"), "pdf", None, io.StringIO(), io.StringIO())
        titles, marks = list(bookorder.titles(app)), pdftext.bookmarks(document)
        assert len(titles) > 500
        assert [(depth, plain(words)) for depth, words, _ in titles] == [(depth, plain(title)) for depth, title, _ in marks[:-1]]
        opening = [mark for mark, (_, _, opens) in zip(marks, titles, strict=False) if opens] + marks[-1:]
        listed = "".join(f"{title}{page}" for _, title, page in opening)
        assert bookorder.contents(document, found, marks[0][2]) == plain("Contents" + listed)
        assert bookorder.out_of_order(app, document, found) == []
