"""How our writer of pages puts nodes into HTML, without a browser and without a page around them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from docutils import nodes
from sphinx.application import Sphinx

from handbook.render.base import para, table
from handbook.render.nodes import badge
from handbook.render.writer import TERM

Write = Callable[..., str]


@pytest.fixture(scope="module")
def write(tmp_path_factory: pytest.TempPathFactory) -> Write:
    """The HTML of some nodes, as they stand together on a page."""
    root = tmp_path_factory.mktemp("writer")
    (root / "conf.py").write_text(
        "extensions = ['sphinx_design', 'handbook.render.base', 'handbook.render.nodes', 'handbook.render.writer']\nhtml_theme = 'sphinx_book_theme'\n"
    )
    (root / "index.rst").write_text("Page\n====\n")
    app = Sphinx(root, root, root / "out", root / "trees", "html", status=None, warning=None)
    app.build()

    def one(*children: nodes.Node) -> str:
        page = str(app.builder.render_partial(nodes.container("", *children))["fragment"])  # type: ignore[attr-defined]
        inside = re.fullmatch(r'<div class="docutils container">\n(.*?)</div>\n(<div class="hb-whys">.*)?', page, re.S)
        assert inside
        return inside[1] + (inside[2] or "")

    return one


def link(address: str, *children: nodes.Node, **more: object) -> nodes.reference:
    """A link to a page or a site."""
    return nodes.reference("", "", *children or (nodes.Text("x"),), refuri=address, **more)


def term() -> nodes.reference:
    """A link to the glossary."""
    return link("g.html#term-b", nodes.inline("", "B & C", classes=TERM), internal=True)


def mark(key: str, name: str, number: int) -> nodes.footnote_reference:
    """The mark of a note in the text."""
    return nodes.footnote_reference("", str(number), refid=f"footcite-{key}", ids=[name])


def note(key: str, number: int, *backs: str) -> nodes.footnote:
    """A note, with the marks that lead to it."""
    return nodes.footnote("", nodes.label("", str(number)), para("A book."), ids=[f"footcite-{key}"], backrefs=list(backs))


def test_table_cells_are_named_by_column_and_row(write: Write) -> None:
    head = ["Outcome", [para(term())]]
    out = write(table(head, [["Pain", [para("less ", term())]], ["Sleep", "as before"]], classes=["hb-sof"]))
    assert '<table class="hb-table hb-sof table">' in out
    assert '<tr><th class="head" scope="col">Outcome</th>\n<th class="head" scope="col">B &amp; C</th>\n</tr>' in out
    assert '<tr><th scope="row">Pain</th>\n<td data-label="B &amp; C">less <a class="hb-term" href="g.html#term-b">B &amp; C</a></td>\n</tr>' in out
    assert '<tr><th scope="row">Sleep</th>\n<td data-label="B &amp; C">as before</td>\n</tr>' in out


def test_every_table_of_a_page_is_named_by_its_own_heads(write: Write) -> None:
    plain = nodes.table("", *table(["A", "B"], [["1", "2"]]).children)
    out = write(plain, table(["C", "D"], [["3", "4"]]))
    assert '<table class="hb-table table">' in out
    assert '<td data-label="B">2</td>' in out
    assert '<td data-label="D">4</td>' in out


def test_table_with_spans_or_without_heads_is_left_alone(write: Write) -> None:
    wide = table(["A", "B"], [["1", "2"]])
    next(iter(wide.findall(nodes.tbody))).append(nodes.row("", nodes.entry("", para("3"), morecols=1)))
    bare = table([], [["1", "2"]])
    bare[0].remove(next(iter(bare.findall(nodes.thead))))
    bare[0].extend([nodes.colspec("", colwidth=1), nodes.colspec("", colwidth=1)])
    bare[0].append(bare[0].children.pop(0))
    for out in (write(wide), write(bare)):
        assert "<td>" in out
        assert "data-label" not in out
        assert "scope=" not in out


def test_heads_keep_their_links_where_they_name_no_cells(write: Write) -> None:
    wide = table([[para(term())], "B"], [["1", "2"]])
    next(iter(wide.findall(nodes.tbody))).append(nodes.row("", nodes.entry("", para("3"), morecols=1)))
    assert '<a class="hb-term"' in write(wide)
    assert '<th class="head" scope="col">A[1]</th>' in write(table([[para("A", mark("a", "id1", 1))], "B"], [["1", "2"]]))


def test_a_table_in_a_cell_leaves_the_names_of_the_outer_one(write: Write) -> None:
    out = write(table(["A", "B"], [["1", [table(["C", "D"], [["2", "3"]])]], ["4", "5"]], classes=["hb-table"]))
    assert out.count("hb-table") == 2
    assert '<td data-label="D">3</td>' in out
    assert '<td data-label="B">5</td>' in out


def test_a_cell_with_an_address_keeps_it(write: Write) -> None:
    found = table(["A", "B"], [["1", "2"]])
    list(found.findall(nodes.entry))[3]["ids"] = ["here"]
    assert '<td id="here">2</td>' in write(found)


def test_classes_of_a_cell_stay(write: Write) -> None:
    found = table(["A", "B"], [["1", "2"]])
    for entry in found.findall(nodes.entry):
        entry["classes"] = ["text-left"]
    out = write(found)
    assert '<th class="text-left head" scope="col">A</th>' in out
    assert '<th scope="row" class="text-left">1</th>' in out
    assert '<td data-label="B" class="text-left">2</td>' in out


def test_cell_of_marks_alone_is_known(write: Write) -> None:
    alone = [[para(mark("a", "id1", 1), " ", mark("b", "id2", 22))]]
    assert '<td data-label="B" class="hb-marks">' in write(table(["A", "B"], [["1", *alone]]))
    said = [[para("see ", mark("a", "id1", 1))]]
    assert "hb-marks" not in write(table(["A", "B"], [["1", *said], ["2", [para()]]]))


def test_only_a_paragraph_alone_loses_its_tags(write: Write) -> None:
    inner = nodes.bullet_list("", nodes.list_item("", para("d")))
    items = nodes.bullet_list("", nodes.list_item("", para("a ", nodes.strong("", "b"))), nodes.list_item("", para("c"), inner))
    out = write(para("before"), items)
    assert "<p>before</p>" in out
    assert "<li>a <strong>b</strong></li>" in out
    assert "<li><p>c</p>\n<ul" in out
    assert "<li>d</li>" in out
    assert '<li><p class="x">e</p>' in write(nodes.bullet_list("", nodes.list_item("", para("e", classes=["x"]))))


def test_a_meaning_of_one_paragraph_needs_no_tags(write: Write) -> None:
    def meaning(*paragraphs: nodes.Node) -> str:
        return write(nodes.definition_list("", nodes.definition_list_item("", nodes.term("", "A"), nodes.definition("", *paragraphs))))

    assert "<dd>One.</dd>" in meaning(para("One."))
    assert "<dd><p>One.</p>\n<p>Two.</p>\n</dd>" in meaning(para("One."), para("Two."))


def test_rows_of_a_list_of_fields_have_no_class(write: Write) -> None:
    out = write(nodes.field_list("", nodes.field("", nodes.field_name("", "Version"), nodes.field_body("", para("1")))))
    assert '<dt>Version<span class="colon">:</span></dt>\n<dd>1</dd>' in out


def test_what_no_style_asks_for_is_left_out(write: Write) -> None:
    assert write(para(term())) == '<p><a class="hb-term" href="g.html#term-b">B &amp; C</a></p>\n'
    assert write(para(link("a.html", nodes.inline("", "x", classes=["std", "std-ref"]), internal=True))) == '<p><a href="a.html">x</a></p>\n'
    assert write(para(nodes.inline("", "It may help.", classes=["hb-sentence"]))) == "<p>It may help.</p>\n"
    assert write(para(nodes.inline("", "kept", classes=["hb-change"]))) == '<p><span class="hb-change">kept</span></p>\n'


def test_an_address_to_copy_leads_to_the_same_place_after_an_edit(write: Write) -> None:
    def address(name: str) -> str:
        return write(nodes.table("", nodes.title("", "Doses"), *table(["A"], [["1"]]).children, ids=[name]))

    assert '<a class="headerlink" href="#doses"' in address("doses")
    assert "headerlink" not in address("id7")
    assert "headerlink" not in address("term-a")


def test_reasons_stand_once_at_the_end(write: Write) -> None:
    badges = [badge("", f"B{n}", level="low", reasons=reasons) for n, reasons in enumerate([["a", "b<"], ["c"], ["a", "b<"]], 1)]
    out = write(para(*badges), para(badge("", "B4", level="none", reasons=[])))
    assert out.startswith(
        '<p><button type="button" class="hb-badge hb-low" popovertarget="why-1">B1</button>'
        '<button type="button" class="hb-badge hb-low" popovertarget="why-2">B2</button>'
        '<button type="button" class="hb-badge hb-low" popovertarget="why-1">B3</button></p>'
    )
    assert '<p><span class="hb-badge hb-none">B4</span></p>' in out
    assert out.endswith(
        '<div class="hb-whys"><div popover id="why-1" class="hb-why" role="note"><p>a</p><p>b&lt;</p></div>'
        '<div popover id="why-2" class="hb-why" role="note"><p>c</p></div></div>\n'
    )
    assert "hb-whys" not in write(para("none"))


def test_notes_have_one_way_back_and_marks_without_need_no_id(write: Write) -> None:
    text = para(mark("a-b.c", "id1", 1), mark("z", "id2", 2), mark("a-b.c", "id3", 1), mark("y", "id4", 3))
    out = write(text, note("a-b.c", 1, "id1", "id3"), note("z", 2, "id2"), note("y", 3))
    assert out.startswith(
        '<p><a href="#note-1" id="id1" role="doc-noteref">[1]</a><a href="#note-2" id="id2" role="doc-noteref">[2]</a>'
        '<a href="#note-1" role="doc-noteref">[1]</a><a href="#note-3" role="doc-noteref">[3]</a></p>\n<div class="footnote-list brackets">\n'
    )
    assert out.count('<div class="footnote-list brackets">') == 1
    label = '<span class="label">[{}]</span>\n<p>A book.</p>\n'
    back = '<a role="doc-backlink" href="#{}">{}</a>'
    assert '<aside id="note-1" role="doc-footnote">\n' + label.format(back.format("id1", 1)) + "</aside>\n" in out
    assert '<aside id="note-2" role="doc-footnote">\n' + label.format(back.format("id2", 2)) + "</aside>\n" in out
    assert out.rstrip().endswith('<aside id="note-3" role="doc-footnote">\n' + label.format(3) + "</aside></div>")


def test_notes_of_a_writer_keep_their_own_names(write: Write) -> None:
    own = nodes.footnote("", nodes.label("", "1"), para("Aside."), ids=["aside"], backrefs=["id1"])
    out = write(para(nodes.footnote_reference("", "1", refid="aside", ids=["id1"])), own, para("After."))
    assert '<a href="#aside" id="id1" role="doc-noteref">[1]</a>' in out
    assert '<aside id="aside" role="doc-footnote">' in out
    assert "</aside></div>\n<p>After.</p>" in out


def test_date_of_the_check_stays_in_one_line(write: Write) -> None:
    words = ("Checked on 2026-11-22, again on 2026-11-23; not ", link("x-2026-01-01.html", nodes.Text("2026-01-01"), internal=True), ".")
    assert "Checked on <time>2026-11-22</time>, again on 2026-11-23; not <a" in write(para(*words, classes=["hb-status"]))
    for node in words:
        if isinstance(node, nodes.Node):
            node.parent = None
    assert "<time>" not in write(para(*words))


def test_outside_links_tell_nobody_where_a_reader_was(write: Write) -> None:
    assert write(para(link("https://example.org/?a=1&b"))) == '<p><a rel="noopener noreferrer" href="https://example.org/?a=1&amp;b">x</a></p>\n'
    assert write(para(link("a.html", internal=True))) == '<p><a href="a.html">x</a></p>\n'
    assert write(para(link("mailto:a@example.org"))) == '<p><a href="mailto:a&#64;example.org">x</a></p>\n'
    assert write(para(nodes.reference("", "x", refid="here"))) == '<p><a href="#here">x</a></p>\n'
    assert 'rel="noopener noreferrer"' in write(para(link("https://example.org/", classes=["sd-link"])))
    assert write(para(link(""))) == '<p><a href="#">x</a></p>\n'
    assert ' title="A &amp; B">' in write(para(link("a.html", internal=True, reftitle="A & B")))
    picture = nodes.image("", uri="a.png", candidates={"*": "a.png"}, alt="A")
    assert 'class="reference external image-reference"' in write(link("https://example.org/", picture))
