"""Checks of pages, one by one: front matter, links, questions, search words, the build of a page."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from made import GOOD, page, record, said, with_pages, with_records

from handbook import aliases
from handbook.checks import frontmatter, links, questions, search, structure
from handbook.checks.structure import resolve
from handbook.pages import scan_text, slug
from handbook.project import Project

TODAY = date(2026, 6, 15)
META: dict[str, Any] = {
    "kind": "condition", "audience": ["patient"], "scope": "Toes.", "edited": "2026-01-10", "reviewed": "2026-01-10", "searched": "2026-01-09",
    "next_review": "2127-01-10", "status": "source-checked", "authors": ["writers"], "checked_by": ["readers"],
}  # fmt: skip

# ------------------------------------------------------------------------------------------- front matter


def meta_said(changes: dict[str, Any], project: Project = GOOD) -> list[str]:
    """What is said of front matter; a key of which the value is `...` is left out. Each key stands on a line of its own, from line 2."""
    kept = {k: v for k, v in (META | changes).items() if v is not ...}
    text = "---\n" + "".join(f"{k}: {yaml.safe_dump(v, default_flow_style=True).split(chr(10))[0]}\n" for k, v in kept.items()) + "---\n# Toes\n"
    names = dict(enumerate(kept, 2)) | {1: "page"}
    found = frontmatter.check_page(scan_text(text, "a", "a.md"), project, TODAY)
    return [f"{names[p.line]} {p.code} {p.message}{f' | {p.advice}' if p.advice else ''}" for p in found]


KINDS = ", ".join(frontmatter.KINDS)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"no-search": "yes"}, []),
        ({"reveiwed": "2026-01-10"}, ["reveiwed M002 unknown key 'reveiwed' | Did you mean 'reviewed'?"]),
        ({"zzz": "2026-01-10"}, ["zzz M002 unknown key 'zzz'"]),
        ({"scope": ...}, ["page M003 missing key 'scope'"]),
        ({"scope": ""}, ["scope M003 missing key 'scope'"]),
        ({"scope": None}, ["scope M003 missing key 'scope'"]),
        ({"authors": []}, ["authors M003 missing key 'authors'"]),
        ({"kind": "conditoin"}, [f"kind M004 kind: 'conditoin' is not in the list | One of: {KINDS}. Did you mean 'condition'?"]),
        ({"kind": "zzz"}, [f"kind M004 kind: 'zzz' is not in the list | One of: {KINDS}."]),
        ({"audience": ["patient", "nurses"]}, ["audience M004 audience: 'nurses' is not in the list | One of: patient, carer, clinician, contributor."]),
        ({"audience": "clinicians"},
         ["audience M004 audience: 'clinicians' is not in the list | One of: patient, carer, clinician, contributor. Did you mean 'clinician'?"]),
        ({"status": "reviewed"}, ["status M004 status: 'reviewed' is not in the list | One of: draft, source-checked, clinician-reviewed."
                                  " Did you mean 'clinician-reviewed'?"]),
        ({"reviewed": "2026-02-30"}, ["reviewed M005 reviewed: '2026-02-30' is not a day of the calendar"]),
        ({"edited": "20260110"}, ["edited M005 edited: '20260110' is not a day of the calendar"]),
        ({"searched": "soon"}, ["searched M005 searched: 'soon' is not a day of the calendar"]),
        ({"searched": "2026-01-09 or so"}, ["searched M005 searched: '2026-01-09 or so' is not a day of the calendar"]),
        ({"next_review": "2026-13-01", "edited": "2127-01-01"}, ["next_review M005 next_review: '2026-13-01' is not a day of the calendar"]),
        ({"edited": "2026-06-15", "reviewed": "2026-06-15", "searched": "2026-06-15"}, []),
        ({"edited": "2026-06-16"}, ["edited M006 edited lies in the future"]),
        ({"reviewed": "2026-06-16"}, ["reviewed M006 reviewed lies in the future"]),
        ({"reviewed": "2026-06-17", "searched": "2026-06-16"}, ["reviewed M006 reviewed lies in the future", "searched M006 searched lies in the future"]),
        ({"searched": "2026-01-11"}, ["searched M006 searched is after reviewed"]),
        ({"next_review": "2026-06-15"}, []),
        ({"next_review": "2026-06-14"}, ["next_review M009 review was due on 2026-06-14"]),
        ({"next_review": "2026-01-10"}, ["next_review M006 next_review is not after reviewed", "next_review M009 review was due on 2026-01-10"]),
        ({"next_review": "2026-01-11", "reviewed": "2026-01-10"}, ["next_review M009 review was due on 2026-01-11"]),
        ({"authors": ["writer"]}, ["authors M008 authors: 'writer' is not in evidence/people.yaml | Did you mean 'writers'?"]),
        ({"checked_by": ["readers", "zz"]}, ["checked_by M008 checked_by: 'zz' is not in evidence/people.yaml"]),
        ({"authors": ["writers", "readers"], "checked_by": ["readers", "writers"]}, ["checked_by M007 readers, writers wrote and checked the page"]),
        ({"authors": "writers", "checked_by": ["writers"]}, ["checked_by M007 writers wrote and checked the page"]),
        ({"status": "clinician-reviewed"}, ["status M010 clinician-reviewed, but no checker is a health professional"]),
        ({"status": "clinician-reviewed", "checked_by": ["nobody", "doctor"]}, ["checked_by M008 checked_by: 'nobody' is not in evidence/people.yaml"]),
        ({"status": "clinician-reviewed", "authors": ["doctor"]}, ["status M010 clinician-reviewed, but no checker is a health professional"]),
    ],
)  # fmt: skip
def test_front_matter(changes: dict[str, Any], expected: list[str]) -> None:
    people = [record("person", name) for name in ("writers", "readers")]
    project = with_records(*people, record("person", id="doctor", professional=True))
    assert meta_said(changes, project) == expected


def test_people_are_not_asked_for_where_none_are_known() -> None:
    nobody = with_records(record("person"))
    nobody.evidence.person.clear()
    assert meta_said({}, nobody) == []


def test_front_matter_that_is_missing_is_said_once() -> None:
    texts = {"_part": "Words.", "empty": "", "none": "# Toes\n", "bad": "---\nkind: [\n---\n# Toes\n", "open": "---\nkind: x\n", "fine": "---\n---\n# Toes\n"}
    project = with_pages(texts)
    assert said(frontmatter.check(project, TODAY)) == [
        "none:1 M001 page has no front matter",
        "open:1 M001 page has no front matter",
        *(f"fine:1 M003 missing key {key!r}" for key in frontmatter.KEYS),
    ]


# ------------------------------------------------------------------------------------------- links


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [("A sore toe", "a-sore-toe"), ("What's new? (2020)", "whats-new-2020"), ("One — two_three", "one-two-three"), ("- Edge -", "edge"), ("Ärzte", "ärzte")],
)
def test_anchors_of_headings(heading: str, anchor: str) -> None:
    assert slug(heading) == anchor


def test_a_page_has_the_anchors_of_labels_and_headings() -> None:
    made = scan_text("(my_label)=\n# A title\n\n## Second part\n", "a", "a.md")
    assert links.anchors(made) == {"my_label", "my-label", "a-title", "second-part"}


TWO = "(there)=\n# There\n\n## Some part\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{doc}`/b` {doc}`words <b>` {doc}`b`", []),
        ("See {doc}`/bb`.", ["a:4:5 L001 no page 'bb' | Did you mean 'b'?"]),
        ("{ref}`there` {ref}`Words <there>` {numref}`there` {ref}`finding-x` {ref}`claim-x` {ref}`source-x` {ref}`study-x`", []),
        ("A {ref}`ther`", ["a:4:3 L002 no label 'ther' | Did you mean 'there'?"]),
        ("A {numref}`ther`", ["a:4:3 L002 no label 'ther' | Did you mean 'there'?"]),
        ("A {term}`ther`", []),
        ("{doc}`here </b>`", ["a:4:1 T011 link text “here”"]),
        ("{doc}`Click, HERE! </b>`", ["a:4:1 T011 link text “Click, HERE!”"]),
        ("{doc}`here now </b>`", []),
        ("[Read more](/b)", ["a:4 T011 link text “Read more”"]),
        ("[Toes](/b) [Toes](b.md) [Toes](./b) [Toes](there) [Toes](https://toes.example/x#y) [Toes](mailto:a@b.example) [Toes]()", []),
        ("[Toes](/bb)", ["a:4 L001 no page '/bb' | Did you mean 'b'?"]),
        ("[Toes](/b#some-part) [Toes](b.md#there) [Toes](/b%20b)", ["a:4 L001 no page '/b b'"]),
        ("[Toes](/b#some-par)", ["a:4 L006 no anchor 'some-par' on b | Did you mean 'some-part'?"]),
        ("[Toes](#own) [Toes](#there) [Toes](#own%20)", ["a:4 L006 no anchor 'own ' on this page | Did you mean 'own'?"]),
        ("[Toes](#some-part)", ["a:4 L006 no anchor 'some-part' on this page"]),
        ("One.\n`[Toes](/bb)`\n[Toes](/cc)", ["a:6 L001 no page '/cc'"]),
        ("`x` and [Toes](/cc)", ["a:4 L001 no page '/cc'"]),
        ("![Toe](/bb)", []),
        ("[toes]: /b\n[Feet]: <bb> 'x'\n[^1]: bb\n[x] : bb", ["a:5 L001 no page 'bb' | Did you mean 'b'?"]),
        ("[here]: /b", ["a:4 T011 link text “here”"]),
        ("[Toes](/_static/toe.svg) [Toes](/_static/tow.svg)", ["a:4 L001 no page '/_static/tow.svg'"]),
        (":::{card} Toes\n:link: /b\n:link-type: doc\n:::", []),
        (":::{card} Toes\n:link-type: doc\n:link: /bb\n:::", ["a:6 L001 no page 'bb' | Did you mean 'b'?"]),
        (":::{card} Toes\n:link-type: ref\n:link: ther\n:::", ["a:6 L002 no label 'ther' | Did you mean 'there'?"]),
        (":::{card} Toes\n:link-type: ref\n:link: there\n:::", []),
        (":::{card} Toes\n:link-type: myst\n:link: '#there'\n:::", ["a:6 L002 no label \"'#there'\" | Did you mean 'there'?"]),
        (":::{card} Toes\n:link-type: myst\n:link: #there\n:::", []),
        (":::{card} Toes\n:link: ther\n:::", []),
        (":::{card} ther\n:link-type: ref\n:::", []),
        (":::{button-ref} ther\n:ref-type: ref\n:::", ["a:4 L002 no label 'ther' | Did you mean 'there'?"]),
        (":::{button-ref} /bb\n:ref-type: doc\n:::", ["a:4 L001 no page 'bb' | Did you mean 'b'?"]),
        (":::{button-ref} /b\n:ref-type: doc\n:::", []),
        (":::{button-ref} ther\n:::", []),
    ],
)
def test_links_arrive(body: str, expected: list[str]) -> None:
    assert said(links.targets(with_pages({"a": page(f"{body}\n\n(own)=\n"), "b": TWO}))) == expected


def test_links_are_read_from_the_folder_of_the_page() -> None:
    texts = {
        "x/a": "[Toes](b) [Toes](../c) {doc}`b` {doc}`../c` [Toes](c)",
        "x/b": "[Toes](#x-b)\n\n:::{card} Toes\n:link: a\n:link-type: doc\n:::",
        "c": "# C",
    }
    assert said(links.targets(with_pages(texts))) == ["x/a:1 L001 no page 'c' | Did you mean 'x/b' or 'x/a'?", "x/b:1 L006 no anchor 'x-b' on this page"]


def test_a_label_stands_once_in_the_handbook() -> None:
    texts = {"_part": "(two)=\n", "a": "(one)=\n# A\n(two)=\n", "b": "# B\n(one)=\n", "c": "(one)=\n"}
    assert said(links.targets(with_pages(texts))) == ["b:2 L003 label 'one' stands already on a.md", "c:1 L003 label 'one' stands already on a.md"]


GLOSSARY = "```{glossary}\nReceptor\n  A part.\n\nbox\n  A thing.\n\nopioids\n  Drugs.\n```\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{term}`receptor` {term}`RECEPTOR` {term}`x <box>` {doc}`synapse`", []),
        ("A {term}`receptors`", ["a:4:3 L005 plural 'receptors' | Write {term}`receptors <Receptor>`, or plain words."]),
        ("A {term}`Boxes`", ["a:4:3 L005 plural 'Boxes' | Write {term}`Boxes <box>`, or plain words."]),
        ("A {term}`opioid`", ["a:4:3 L004 no term 'opioid' | Did you mean 'opioids'?"]),
        ("A {term}`synapse`", ["a:4:3 L004 no term 'synapse'"]),
        ("{doc}`x` {term}`box` A {term}`zzz`", ["a:4:24 L004 no term 'zzz'"]),
    ],
)
def test_terms_are_in_the_glossary(body: str, expected: list[str]) -> None:
    assert said(links.terms(with_pages({"a": page(body), "glossary": GLOSSARY}))) == expected


def test_promised_addresses_exist_or_lead_on(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    project = with_pages({"a": "(lab)=\n# Ay\n\n## Part\n"}, root=tmp_path)
    assert said(links.promises(project)) == []
    (docs / "promises.txt").write_text("// kept\n\na\n a#part\na#lab\na#gone\nb\nb#x\nold\nold#x\nc#y\n", encoding="utf-8")
    gone = ["docs/promises.txt:6 L007 'a#gone' is gone", "docs/promises.txt:7 L007 'b' is gone", "docs/promises.txt:8 L007 'b#x' is gone"]
    last = "docs/promises.txt:11 L007 'c#y' is gone"
    old = ["docs/promises.txt:9 L007 'old' is gone", "docs/promises.txt:10 L007 'old#x' is gone"]
    assert said(links.promises(project)) == [*gone, *old, last]
    (docs / "redirects.csv").write_text("b,to\nold,a\nc#y,a\n", encoding="utf-8")
    assert said(links.promises(project)) == gone
    (docs / "redirects.csv").write_bytes(b"from,to\r\nold,a\r\n")
    assert next(line.split()[1] for line in said(links.promises(project))) == "F004"
    (docs / "promises.txt").write_bytes(b"a\r\n")
    assert [line.split()[:2] for line in said(links.promises(project))] == [["docs/promises.txt:1", "F004"], ["docs/redirects.csv:1", "F004"]]


# ------------------------------------------------------------------------------------------- questions and search words


def test_readers_questions_are_answered(tmp_path: Path) -> None:
    project = with_pages({"a": "(lab)=\n# Ay\n"}, root=tmp_path)
    assert said(questions.answered(project)) == []
    (tmp_path / "evidence").mkdir()
    path = tmp_path / "evidence" / "questions.csv"
    path.write_text("question,page,label\nOne?,a,lab\nTwo?,aa,lab\nThree?,a,la\nFour?,a,\nFive?\nSix?,a,ay\n", encoding="utf-8")
    assert said(questions.answered(project)) == [
        "evidence/questions.csv:3 P018 no page 'aa' | Did you mean 'a'?",
        "evidence/questions.csv:4 P018 no label 'la' on a | Did you mean 'lab'?",
        "evidence/questions.csv:5 P018 no label '' on a",
        "evidence/questions.csv:6 Y006 row has 1 cells, the first line has 3",
    ]
    path.write_bytes(b"question,page,label\r\n")
    assert [line.split()[1] for line in said(questions.answered(project))] == ["F004"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- page: a\n  words: [Toe, sore  toe]\n- page: b\n  words: [foot]\n  weight: weak\n  means: feet\n", []),
        ("- page: c\n  words: [toe]\n", ["1 L013 no page 'c'"]),
        ("- page: aa\n  words: [toe]\n", ["1 L013 no page 'aa' | Did you mean 'a'?"]),
        (
            "- page: a\n  words: [toe, TOE!]\n- page: b\n  words: [sore, toe]\n",
            ["1 L014 'TOE!' stands already at line 1", "3 L014 'toe' stands already at line 1"],
        ),
        ("- page: a\n  words: [toe]\n  wieght: weak\n", ["3 R001 search words: unknown field wieght | Did you mean 'weight'?"]),
        ("- words: [toe]\n", ["1 R002 search words: missing field page"]),
        ("- page: a\n", ["1 R002 search words: missing field words"]),
        ("- page: a\n  words: []\n", ["1 R002 search words: missing field words"]),
        ("- page: a\n  words: toe\n", ["2 Y003 search words: `words` is not a list of words"]),
        ("- page: a\n  words: [toe, '  ']\n", ["2 Y003 search words: `words` is not a list of words"]),
        ("- page: a\n  words: [toe, [sore]]\n", ["2 Y003 search words: `words` is not a list of words"]),
        ("- page: a\n  words: [toe]\n  weight: loud\n", ["3 R003 search words: weight 'loud' | One of: strong, usual, weak."]),
        ("- page: a\n  words: [toe]\n- x\n- page: b\n  words: [toe]\n", ["3 Y003 list entry is not a record", "4 L014 'toe' stands already at line 1"]),
        ("page: a\n", ["1 Y003 is not a list of records"]),
    ],
)
def test_search_words(tmp_path: Path, text: str, expected: list[str]) -> None:
    path = tmp_path / "words.yaml"
    path.write_text(text, encoding="utf-8")
    found = said(search.aliases(with_pages({"a": "", "b": ""}), path))
    assert found == [f"handbook/lists/words.yaml:{line}" for line in expected]


def test_search_words_are_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "words.yaml"
    path.write_text(
        "- page: a\n  words: [toe, ' sore toe ']\n- page: b\n  words: [foot]\n  weight: weak\n  means: feet\n- page: c\n  words: [leg]\n  weight: strong\n",
        encoding="utf-8",
    )
    assert aliases.read(path) == (
        [aliases.Alias("a", ("toe", "sore toe"), "", 1.0, 1), aliases.Alias("b", ("foot",), "feet", 0.45, 3), aliases.Alias("c", ("leg",), "", 1.5, 7)],
        [],
    )
    path.write_bytes(b"- page: a\r\n  words: [toe]\r\n")
    found, problems = aliases.read(path)
    assert [p.code for p in problems] == ["F004"] and len(found) in {0, 1}
    path.write_text("", encoding="utf-8")
    assert [p.code for p in aliases.read(path)[1]] == ["F007"]


def test_search_words_belong_to_the_handbook_that_they_stand_beside() -> None:
    assert list(search.aliases(GOOD)) == []
    root = aliases.PACKAGE.parent
    found = said(search.aliases(with_pages({}, root=root)))
    assert found and all(line.startswith("handbook/lists/aliases.yaml:") and " L013 no page " in line for line in found)
    assert found == said(search.aliases(with_pages({}, root=root / "handbook" / "..")))
    assert said(search.aliases(with_pages({}), aliases.ALIASES.parent / "nothing.yaml"))[0].split()[1] == "F001"


# ------------------------------------------------------------------------------------------- structure


@pytest.mark.parametrize(
    ("docname", "target", "found"),
    [
        ("a/b", "c", "a/c"), ("a/b", "/c", "c"), ("a/b", "../c", "c"), ("a/b", "./c.md", "a/c"), ("a/b", "c//d", "a/c/d"), ("a/b", "../../c", "c"),
        ("a", "c", "c"), ("a/b/c", "../d/e", "a/d/e"), ("a/b", "c.mdx", "a/c.mdx"), ("a/b", "//c", "c"),
    ],
)  # fmt: skip
def test_targets_are_resolved(docname: str, target: str, found: str) -> None:
    assert resolve(docname, target) == found


def test_files_among_the_words(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    for name, data in {
        "a.md": b"\0", "b.pdf": b"%PDF\0", "c.doc": b"words", "LICENSE": b"words", "sub/d.png": b"x" * 8192 + b"\0", "sub/e.png": b"x" * 8191 + b"\0",
        "_static/f.woff2": b"\0", "sub/_static/g.gif": b"\0", ".hidden": b"\0", "h.svg": b"<svg/>", "i.JPG": b"\0",
    }.items():  # fmt: skip
        (docs / name).parent.mkdir(parents=True, exist_ok=True)
        (docs / name).write_bytes(data)
    assert said(structure.files(with_pages({}, root=tmp_path))) == [
        "docs/LICENSE:1 F006 file of a kind that is not published (no ending)",
        "docs/b.pdf:1 F006 binary file",
        "docs/c.doc:1 F006 file of a kind that is not published (.doc)",
        "docs/i.JPG:1 F006 binary file",
        "docs/sub/_static/g.gif:1 F006 binary file",
        "docs/sub/d.png:1 F006 file of a kind that is not published (.png)",
        "docs/sub/e.png:1 F006 binary file",
    ]
    for suffix in structure.SUFFIXES:
        (docs / f"known{suffix}").write_bytes(b"")
    assert "known" not in str(said(structure.files(with_pages({}, root=tmp_path))))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# One\n\n## Two\n\n### Three\n\n## Two again", []),
        ("Words.", ["a:1 P001 page has no title"]),
        (
            "## Two",
            [
                "a:1 P001 page has no title",
                "a:4 P003 heading “Two” is of level 2 after level 0 | Begin the line with #, or add the heading that is missing above it.",
            ],
        ),
        ("# One\n\n# Two", ["a:6 P002 second title “Two”"]),
        ("# One\n\n### Three", ["a:6 P003 heading “Three” is of level 3 after level 1 | Begin the line with ##, or add the heading that is missing above it."]),
        ("# One\n\n## Is it? \n\n## That? #", ["a:6 P016 heading “Is it?”", "a:8 P016 heading “That?”"]),
        ("# One\n\n## ##", ["a:6 P001 heading without words"]),
        ("# One\n\n## ", ["a:6 P001 heading without words"]),
        ("# #One#", []),
    ],
)
def test_headings(text: str, expected: list[str]) -> None:
    found = said(structure.titles(with_pages({"a": page(text)})))
    assert found == expected


def test_questions_stand_in_headings_of_some_pages_only() -> None:
    texts = {"_part": "Words.", "empty": "", **{kind: page("# Is it?", kind) for kind in ("faq", "contributing", "about", "safety")}}
    assert said(structure.titles(with_pages(texts))) == ["safety:4 P016 heading “Is it?”"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (":::{note}\n:::\n\n:::{forrest}\n:::", ["a:7 P004 directive 'forrest' | Did you mean 'forest'?"]),
        (":::{tabel}\n:::", ["a:4 P004 directive 'tabel' | Did you mean 'table' or 'tab-set' or 'tab-item'?"]),
        (":::{forrest}\n:::\n\n:::{zzzzz}\n:::", ["a:4 P004 directive 'forrest' | Did you mean 'forest'?", "a:7 P004 directive 'zzzzz'"]),
        (":::{icons}\n:::", ["a:4 P013 directive 'icons' without its argument"]),
        (":::{icons} toe-drops-itch\n:::\n\n:::{icons} itch-drops\n:::", []),
        (":::{icons} itch-drop\n:::", ["a:4 P006 no finding|harm 'itch-drop' | Did you mean 'itch-drops'?"]),
        (":::{claimcheck} drops-cures\n:::", ["a:4 P006 no claim 'drops-cures' | Did you mean 'drops-cure'?"]),
        (":::{claimcheck}\n:::", ["a:4 P013 directive 'claimcheck' without its argument"]),
        (":::{keypoints} Words\n:::", []),
        (":::{forest}\n:title: x\n:ids: t001, t002 t003\n:::", ["a:6 P006 forest: no record 't002' | Did you mean 't001'?",
                                                              "a:6 P006 forest: no record 't003' | Did you mean 't001'?"]),
        (":::{forest}\n:ids: t001,\n:::", []),
        (":::{icons} itch-drops\n:ids: t001\n:::", ["a:5 P006 icons: no record 't001'"]),
        (":::{forest}\n:idz: t001\n:title: x\n:::", ["a:5 P004 option 'idz' of 'forest' | Did you mean 'ids'?"]),
        (":::{forest}\n:zzzzz: t001\n:::", ["a:5 P004 option 'zzzzz' of 'forest' | One of: caption, ids, title."]),
        (":::{ask}\n:title: x\n:::", ["a:5 P004 option 'title' of 'ask' | This box has no options: delete the line."]),
        (":::{regimens}\n:route: nasal cream\n:condition: crps, any\n:::", []),
        (":::{regimens}\n:route: nasal, nos\n:condition: crp\n:::", ["a:5 P006 regimens: no route 'nos'", "a:6 P006 regimens: no condition 'crp' | Did you mean 'crps'?"]),
        (":::{regimens}\n:caption: anything at all\n:::", []),
        (":::{forest}\n:route: nos\n:::", ["a:5 P004 option 'route' of 'forest' | One of: caption, ids, title."]),
        (":::{drawing} toes\n:::", ["a:4 P011 no drawing 'toes'"]),
        (":::{drawing}\n:::", ["a:4 P013 directive 'drawing' without its argument"]),
        ("".join(":::{claimcheck} drops-cure\n:::\n\n" for _ in range(2)), []),
        ("".join(":::{claimcheck} drops-cure\n:::\n\n" for _ in range(4)), ["a:10 P014 4 boxes “You may have read”", "a:13 P014 4 boxes “You may have read”"]),
        (":::{clinicians}\n:::", []),
        (":::{clinicians}\n:::\n\n" * 3, ["a:7 P014 second “For clinicians” box", "a:10 P014 second “For clinicians” box"]),
    ],
)  # fmt: skip
def test_directives(body: str, expected: list[str]) -> None:
    assert said(structure.directives(with_pages({"_part": body, "a": page(body)}))) == expected


def test_drawings_are_looked_up(tmp_path: Path) -> None:
    folder = tmp_path / "docs" / "_static" / "drawings"
    folder.mkdir(parents=True)
    (folder / "toe.svg").write_text("<svg/>", encoding="utf-8")
    found = said(structure.directives(with_pages({"a": ":::{drawing} toe\n:::\n\n:::{drawing} toes\n:::"}, root=tmp_path)))
    assert found == ["a:4 P011 no drawing 'toes' | Did you mean 'toe'?"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{doc}`x` {sub}`2` {fact}`toe-common` {source}`alpha2020drops, beta2021toes`", []),
        ("A {sauce}`x` {kdb}`y`", ["a:4:3 P005 role 'sauce' | Did you mean 'source'?", "a:4:14 P005 role 'kdb' | Did you mean 'kbd'?"]),
        ("A {fact}`toe-comon`", ["a:4:3 P006 no fact 'toe-comon' | Did you mean 'toe-common'?"]),
        ("{doc}`x` A {source}`a , alpha2020drops,b`", ["a:4:12 P006 no source 'a'", "a:4:12 P006 no source 'b'"]),
        ("One {source}alpha", ["a:4:5 P005 role 'source' is not written whole | Write {source}`…`, with a backtick before and behind and no space between."]),
        ("One\nand {doc} `x`", ["a:5:5 P005 role 'doc' is not written whole | Write {doc}`…`, with a backtick before and behind and no space between."]),
        ("One :fact:`x`", ["a:4:5 P005 role 'fact' is not written whole | Write {fact}`…`, with a backtick before and behind and no space between."]),
        ("One:fact:`x` and {other} and ``{facts} ``", []),
        ("Write ``{fact}`your-fact` ``, not\n``{sauce}`x` ``, but {fact}`toe`",
         ["a:5:22 P006 no fact 'toe'"]),
        ("{fact}`toe-common` and\n{fact}`toe-common\nthen {fact}x",
         ["a:5:1 P005 role 'fact' is not written whole | Write {fact}`…`, with a backtick before and behind and no space between.",
          "a:6:6 P005 role 'fact' is not written whole | Write {fact}`…`, with a backtick before and behind and no space between."]),
    ],
)  # fmt: skip
def test_roles(body: str, expected: list[str]) -> None:
    assert said(structure.roles(with_pages({"a": page(body)}))) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("| A | B |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |", []),
        ("| A | B |\n| 1 | 2 |", ["a:4 P019 table without a line of dashes below its first row"]),
        ("| A | B |", ["a:4 P019 table without a line of dashes below its first row"]),
        ("| | |\n| --- | --- |\n| 1 | 2 |", ["a:4 P019 first row of the table is empty"]),
        ("Words.\n\n| A |\n| -- |\n| 1 |\n\nWords.\n\n| A |\n| 1 |", ["a:12 P019 table without a line of dashes below its first row"]),
        (":::{list-table}\n:header-rows: 1\n\n* - A\n:::", []),
        (":::{list-table}\n:header-rows: 0\n\n* - A\n:::", ["a:4 P019 list-table without :header-rows: 1"]),
        (":::{csv-table}\n:header-rows:\n\nA\n:::", ["a:4 P019 csv-table without :header-rows: 1"]),
        (":::{csv-table}\n\nA\n:::", ["a:4 P019 csv-table without :header-rows: 1"]),
        (":::{csv-table}\n:header: A\n\n1\n:::", []),
    ],
)
def test_tables_name_their_columns(body: str, expected: list[str]) -> None:
    assert said(structure.tables(with_pages({"_part": body, "a": page(body)}))) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("![Toe](/_static/toe.svg) ![Toe](../_static/toe.svg)", []),
        ("One\n![ ](/_static/toe.svg)", ["conditions/b:5 P010 image '/_static/toe.svg' has no alternative text"]),
        ("![Toe](/_static/tow.svg)", ["conditions/b:4 P011 image '/_static/tow.svg' does not exist | Did you mean '_static/toe.svg'?"]),
        ("![Toe](_static/toe.svg)", ["conditions/b:4 P011 image '_static/toe.svg' does not exist | Did you mean '_static/toe.svg'?"]),
        ("![Toe](zzz.png)", ["conditions/b:4 P011 image 'zzz.png' does not exist"]),
        ("![Toe](https://toes.example/toe.svg)", ["conditions/b:4 P011 image 'https://toes.example/toe.svg' would be loaded from another site"]),
        (":::{image} /_static/toe.svg\n:alt: Toe\n:::", []),
        (":::{image} /_static/toe.svg\n:::", ["conditions/b:4 P010 image '/_static/toe.svg' has no alternative text"]),
        (":::{figure} /_static/tow.svg\n:alt:\n:::", ["conditions/b:4 P010 image '/_static/tow.svg' has no alternative text",
                                                   "conditions/b:4 P011 image '/_static/tow.svg' does not exist | Did you mean '_static/toe.svg'?"]),
    ],
)  # fmt: skip
def test_images(body: str, expected: list[str]) -> None:
    assert said(structure.images(with_pages({"_part": body, "conditions/b": page(body)}))) == expected


def points(count: int, words: str = "{fact}`toe-common`") -> str:
    return ":::{keypoints}\n" + f"- {words}\n" * count + ":::\n\n:::{sources}\n:::\n"


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("condition", points(3), []),
        ("condition", points(6), []),
        ("condition", "Words.\n\n" + points(2), ["a:6 P007 2 key points"]),
        ("condition", points(7), ["a:4 P007 7 key points"]),
        ("condition", "Words.", ["a:1 P007 0 key points"]),
        ("faq", points(2), []),
        ("condition", points(3, "one " * 30), []),
        ("condition", points(3, "one " * 30 + "{doc}`more words </x>`"), ["a:4 P007 key points have 96 words; the limit is 90"]),
        ("condition", points(6, "{fact}`toe-common` " + "one " * 10), ["a:4 P007 key points have 96 words; the limit is 90"]),
        ("faq", "{fact}`toe-common`", ["a:4 P008 page cites, but has no list of sources"]),
        ("faq", "{source}`alpha2020drops`\n\nWords.", ["a:6 P008 page cites, but has no list of sources"]),
        ("faq", "{fact}`toe-common`\n\n:::{sources}\n:::", []),
        ("faq", "{doc}`x`", []),
        ("about", "{fact}`toe-common`", []),
        ("about", "One `<b>` <https://x.example> <a@b.example> 2 < 3 > 1 and <3.", []),
        ("about", "One <b>two</b>", ["a:4 P017 raw HTML in “One <b>two</b>”"]),
        ("about", "One\ntwo <span\nclass='x'>three</span>", ["a:5 P017 raw HTML in “two <span”", "a:6 P017 raw HTML in “class='x'>three</span>”"]),
        ("about", "x" * 58 + "<br/>", ["a:4 P017 raw HTML in “" + "x" * 58 + "<b”"]),
        ("about", "[x](javascript:a) [x]( <DATA:b>)", ["a:4 P017 link that would run or load something", "a:4 P017 link that would run or load something"]),
        ("about", "One\n[x](file:///a)", ["a:5 P017 link that would run or load something"]),
        ("about", "[x](profile:a)", []),
        ("about", "```{raw} html\n<b>\n```", ["a:4 P017 directive raw"]),
        ("about", "`a\n<b>\nc` <i>", ["a:6 P017 raw HTML in “c` <i>”"]),
    ],
)
def test_boxes_and_html(kind: str, body: str, expected: list[str]) -> None:
    assert said(structure.boxes(with_pages({"_part": body, "a": page(body, kind)}))) == expected


@pytest.mark.parametrize("kind", sorted(structure.NEEDS_SOURCES | {"home", "about", "glossary", "contributing", "reference"}))
def test_kinds_of_pages_that_need_sources_and_key_points(kind: str) -> None:
    found = said(structure.boxes(with_pages({"a": page("{fact}`toe-common`", kind)})))
    needs_points = kind in {"start", "mechanism", "condition", "treatment", "safety", "access", "evidence"}
    needs_sources = needs_points or kind == "faq"
    assert found == ["a:1 P007 0 key points"] * needs_points + ["a:4 P008 page cites, but has no list of sources"] * needs_sources


def test_every_page_stands_in_a_menu() -> None:
    texts = {
        "_part": "", "index": "```{toctree}\n:hidden:\n\na\nWords <sub/b>\nmissin\n```", "a": "", "sub/b": "```{toctree}\nc\n/d.md\n```", "sub/c": "", "d": "",
        "missing": "", "e": "",
    }  # fmt: skip
    assert said(structure.toctree(with_pages(texts))) == [
        "index:6 L001 no page 'missin' | Did you mean 'missing'?", "missing:1 P009 page stands in no toctree", "e:1 P009 page stands in no toctree",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "body", "missing"),
    [
        ("condition", "{doc}`/treatment/x` {doc}`../safety/x` {doc}`/evidence/x`", []),
        ("condition", "{doc}`/treatment/x`", ["safety", "evidence"]),
        ("condition", "{ref}`/treatment/x` {doc}`treatment`", ["treatment", "safety", "evidence"]),
        ("treatment", "{doc}`/safety/x`", []),
        ("treatment", "{doc}`/conditions/x`", ["safety"]),
        ("safety", "{doc}`/conditions/x`", []),
        ("safety", "{doc}`/treatment/x`", []),
        ("safety", "Words.", ["treatment or conditions"]),
        ("faq", "Words.", []),
    ],
)
def test_pages_lead_on(kind: str, body: str, missing: list[str]) -> None:
    texts = {"_part": page(body, kind), "conditions/a": page(body, kind)}
    assert said(structure.sections(with_pages(texts))) == [f"conditions/a:1 P015 no link to {section}" for section in missing]
