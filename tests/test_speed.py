"""What makes builds quick changes nothing that is built: walks, transforms, kept records, and which pages are read again."""

from __future__ import annotations

import dataclasses
import io
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.readers import standalone
from docutils.utils import DependencyList, new_document
from myst_parser.config.main import read_topmatter
from myst_parser.mdit_to_docutils import base as myst
from myst_parser.parsers.sphinx_ import MystParser
from sphinx.application import Sphinx
from sphinx.builders.latex.transforms import FootnoteDocnameUpdater
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxSmartQuotes
from sphinx.transforms.i18n import TranslationProgressTotaliser
from sphinx.transforms.references import SphinxDanglingReferences
from sphinx.util import docutils as sphinx_docutils
from test_received import GOOD, build, tiny

from handbook import asked, cache
from handbook.project import Project
from handbook.render import packed, quicker_nodes, quicker_settings, quicker_transforms, quicker_yaml

ROOT = Path(__file__).parents[1]


def tree() -> nodes.document:
    document = new_document("x", get_default_settings())
    for n in range(3):
        inner = nodes.paragraph("", "", nodes.Text(f"a{n}"), nodes.strong("", f"b{n}"), nodes.Text(f"c{n}"))
        document += nodes.section("", nodes.title("", f"t{n}"), nodes.bullet_list("", nodes.list_item("", inner)), ids=[f"s{n}"])
    return document


@pytest.mark.parametrize("condition", [None, nodes.Text, nodes.TextElement, nodes.image, lambda node: isinstance(node, nodes.strong)])
def test_walks_give_the_same_nodes_in_the_same_order(condition: object) -> None:
    document = tree()
    for start in (document, document[1], document[1][0]):
        expected = list(quicker_nodes.as_it_comes(start, condition))
        assert list(quicker_nodes.findall(start, condition)) == expected
        for sideways in ({"siblings": True}, {"ascend": True}, {"include_self": False}, {"descend": False}):
            assert list(quicker_nodes.findall(start, condition, **sideways)) == list(quicker_nodes.as_it_comes(start, condition, **sideways))


def test_a_walk_sees_what_is_put_below_the_node_just_given() -> None:
    for walk in (quicker_nodes.as_it_comes, quicker_nodes.findall):
        document, seen = tree(), []
        for node in walk(document, nodes.Element):
            seen.append(type(node).__name__)
            if isinstance(node, nodes.strong):
                node += nodes.emphasis("", "new")
        assert seen.count("emphasis") == 3


class Guide(nodes.GenericNodeVisitor):
    """Notes every visit and departure, and turns off at the second node of one kind."""

    def __init__(self, document: nodes.document, kind: str, way: type[Exception] | None) -> None:
        super().__init__(document)
        self.kind, self.way, self.met, self.path = kind, way, 0, list[str]()

    def default_visit(self, node: nodes.Node) -> None:
        self.path.append(f"+{type(node).__name__} {node.astext()[:9]!r}")
        self.met += type(node).__name__ == self.kind
        if self.way and self.met == 2 and type(node).__name__ == self.kind:
            raise self.way

    def default_departure(self, node: nodes.Node) -> None:
        self.path.append(f"-{type(node).__name__}")


@pytest.mark.parametrize("kind", ["section", "paragraph", "strong", "Text"])
@pytest.mark.parametrize("way", [None, nodes.SkipChildren, nodes.SkipNode, nodes.SkipDeparture, nodes.SkipSiblings, nodes.StopTraversal])
def test_visitors_take_the_same_way(kind: str, way: type[Exception] | None) -> None:
    pairs = (
        (quicker_nodes.walk_as_it_comes, quicker_nodes.walk, "walk"),
        (quicker_nodes.walkabout_as_it_comes, quicker_nodes.walkabout, "walkabout"),
    )
    for plain, quicker, name in pairs:
        ways = []
        for walk in (plain, quicker):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(nodes.Node, name, walk)
                guide = Guide(tree(), kind, way)
                ways.append((getattr(guide.document, name)(guide), guide.path))
        assert ways[0] == ways[1]
        assert len(ways[0][1]) > 6


def test_the_names_patched_are_still_there_and_recursive() -> None:
    quicker_nodes.apply()
    assert nodes.Node.findall is quicker_nodes.findall and nodes.Node.walk is quicker_nodes.walk and nodes.Node.walkabout is quicker_nodes.walkabout
    for plain in (quicker_nodes.as_it_comes, quicker_nodes.walk_as_it_comes, quicker_nodes.walkabout_as_it_comes):
        assert plain.__module__ == "docutils.nodes"
    assert "_fast_findall" in vars(nodes.Node), "docutils walks in another way now: see whether quicker_nodes is still needed"
    for plain in (quicker_nodes.walk_as_it_comes, quicker_nodes.walkabout_as_it_comes):
        assert "debug" in plain.__code__.co_names, "docutils words nothing for debugging any more: see whether quicker_nodes is still needed"


FRONT = "kind: condition\nedited: 2026-01-01\naudience: [patient, 'x']\nscope: >\n  A long\n  text: é\nnone:\nyes: true\nn: 1.50\n"


def test_front_matter_has_the_same_values_and_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml, "safe_load", quicker_yaml.as_it_comes)
    quicker_yaml.apply()
    assert yaml.safe_load is quicker_yaml.safe_load or not yaml.__with_libyaml__
    for asks in (read_topmatter, myst.DocutilsRenderer.render_front_matter):
        assert "safe_load" in asks.__code__.co_names, "MyST reads front matter in another way now: see whether quicker_yaml is still needed"
    found = yaml.safe_load(FRONT)
    assert found == quicker_yaml.as_it_comes(FRONT) and len(found) == 7
    for path in (ROOT / "docs").rglob("*.md"):
        front = path.read_text(encoding="utf-8").removeprefix("---\n").split("---\n")[0] if path.parent.name != "_includes" else ""
        assert yaml.safe_load(front) == quicker_yaml.as_it_comes(front), path
    for broken in ("a: [1", "a: b: c", "a: 'x", "- a\nb: 1", "d: 2026-13-45"):
        with pytest.raises((yaml.YAMLError, ValueError)) as plain:
            quicker_yaml.as_it_comes(broken)
        with pytest.raises(plain.type) as ours:
            yaml.safe_load(broken)
        assert str(ours.value) == str(plain.value)
    assert yaml.safe_load(io.StringIO("a: 1")) == {"a": 1}


def test_every_page_has_settings_of_its_own_which_are_those_of_sphinx() -> None:
    quicker_settings.apply()
    assert quicker_settings.as_sphinx_does.__module__ == "sphinx.util.docutils" and quicker_settings.as_docutils_does.__module__ == "docutils.frontend"
    assert "get_default_settings" in myst.make_document.__code__.co_names, "MyST asks docutils in another way now: see whether it still does"
    parts, given = (standalone.Reader, MystParser()), {"traceback": True, "smart_quotes": True, "strip_classes": ["x"]}
    one, two = (sphinx_docutils._get_settings(*parts, defaults=given, read_config_files=True) for _ in range(2))
    for settings, plain in (
        (one, quicker_settings.as_sphinx_does(*parts, defaults=given, read_config_files=True)),
        (myst.get_default_settings(MystParser), quicker_settings.as_docutils_does(MystParser)),
    ):
        expected, found = dict(vars(plain)), dict(vars(settings))
        assert found.pop("record_dependencies").list == expected.pop("record_dependencies").list == []
        assert found == expected and len(found) > 40
    one.smart_quotes, one.record_dependencies = False, DependencyList()
    one.strip_classes.append("y")
    three = sphinx_docutils._get_settings(*parts, defaults=given, read_config_files=True)
    for settings in (two, three):
        assert settings.smart_quotes is True and settings.strip_classes == ["x"]
    assert two.record_dependencies is not three.record_dependencies
    assert sphinx_docutils._get_settings(*parts, defaults={**given, "smart_quotes": "alt"}, read_config_files=True).smart_quotes == "alt"


def test_every_transform_that_is_held_back_is_registered(tmp_path: Path) -> None:
    root = tiny(tmp_path / "handbook")
    # Without the sitemap: it starts a process that would outlive the test and keep what other tests have open.
    needed = {"extensions": ["myst_parser", "sphinx_design", "sphinxcontrib.bibtex", "handbook.render"], "suppress_warnings": ["*"]}
    app = Sphinx(root / "docs", root / "docs", root / "out", root / "doctrees", "html", confoverrides=needed, status=None, warning=None)
    first = sphinx_docutils._READER_TRANSFORMS
    there = {f"{t.__module__}.{t.__name__}" for t in [*app.registry.transforms, *app.registry.post_transforms, *first]}
    assert len(first) == len(quicker_transforms.OF_READER) and sum(t not in quicker_transforms.OF_READER for t in first) == 3
    assert set(quicker_transforms.NEEDS) <= there
    assert {quicker_transforms.Quotes, quicker_transforms.References} <= set(app.registry.transforms)
    assert quicker_transforms.Footnotes in app.registry.transforms
    assert not {SphinxSmartQuotes, SphinxDanglingReferences, TranslationProgressTotaliser, FootnoteDocnameUpdater} & set(app.registry.transforms)


MANY_THINGS = """

It's "so", she said -- 'yes' ... and `"code"` & a < b; rock 'n' roll, me@example.org.

No sign here. [Another page](../conditions/sore-toe.md), [a heading](#drops), {ref}`a place <here>`, {term}`Toe` and a note.[^note]

[^note]: The note.

(here)=
## A *place* & more

{bdg-ref-primary}`here <here>` {bdg-ref-info}`tip <here> ; a tip`

:::{button-ref} here
:ref-type: ref

To the **place**
:::

```{index} place
```

```{eval-rst}
.. only:: html

   In |release| only. A |word| that is none. An anonymous__ link and a nearby_ one.

   __ https://example.org/one

.. _nearby: https://example.org/two

.. only:: nothing

   Never.

.. versionadded:: 1.0

.. glossary::
   :sorted:

   second
     B

   first
     A
```

```python
x = "1"
```

| a | b |
| - | - |
| 1 | 2 |

::::{tab-set}
:::{tab-item} One
A
:::
:::{tab-item} Two
B
:::
::::

:::{dropdown} More
C
:::

![A picture](../_static/favicon.svg)
"""
WITHOUT = """
from handbook.render import html, quicker_nodes, quicker_settings, quicker_transforms, quicker_yaml
quicker_nodes.apply = quicker_settings.apply = quicker_yaml.apply = lambda: None
quicker_transforms.replace = html.setup = lambda *_: None
suppress_warnings = ["*"]
"""


def test_every_page_comes_out_as_without_us(tmp_path: Path) -> None:
    root = tiny(tmp_path / "handbook")
    page, conf = root / "docs" / "treatment" / "drops.md", root / "docs" / "conf.py"
    page.write_text(page.read_text(encoding="utf-8") + MANY_THINGS, encoding="utf-8")
    settings = conf.read_text(encoding="utf-8")
    conf.write_text(settings + 'suppress_warnings = ["*"]\n', encoding="utf-8")
    ours, _ = build(root, "html")
    ours = ours.rename(root / "ours")
    shutil.rmtree(root / "build")
    conf.write_text(settings + WITHOUT, encoding="utf-8")
    plain, _ = build(root, "html")
    text = (ours / "treatment" / "drops.html").read_text(encoding="utf-8")
    for part in ("It’s “so”, she said – ‘yes’ … and", "&amp; a &lt; b", "me&#64;example", "highlight-python", "sd-tab-set", "sd-btn", "sd-badge", "a tip",
                 "In 0.0.1 only", 'class="problematic"', "the <strong>place</strong>", "The note.", "Added in version", "favicon.svg"):  # fmt: skip
        assert part in text, part
    assert "Never." not in text and text.index('id="term-first"') < text.index('id="term-second"')
    names = sorted(p.relative_to(ours) for p in ours.rglob("*") if p.is_file() and p.name != ".buildinfo")
    assert names == sorted(p.relative_to(plain) for p in plain.rglob("*") if p.is_file() and p.name != ".buildinfo") and len(names) > 20
    assert [name for name in names if (ours / name).read_bytes() != (plain / name).read_bytes()] == []


def test_records_are_kept_by_their_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, path = shutil.copytree(GOOD, tmp_path / "handbook"), tmp_path / "kept" / "handbook.pickle"
    fresh, stamps = cache.read(root, path), cache.stamps(root)
    assert fresh == Project.read(root)
    monkeypatch.setattr(cache, "read_file", lambda path, root, kind: pytest.fail(f"{path.name} was read again"))
    monkeypatch.setattr(cache, "scan", lambda path, root: pytest.fail(f"{path} was read again"))
    assert (cache.read(root, path), cache.stamps(root)) == (fresh, stamps)
    facts = root / "evidence" / "facts" / "toe.yaml"
    facts.write_text(facts.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(pytest.fail.Exception, match=r"toe\.yaml was read again"):
        cache.read(root, path)
    monkeypatch.undo()
    assert cache.stamps(root).whole != stamps.whole
    cache.read(root, path)
    page = root / "docs" / "treatment" / "drops.md"
    page.write_text(page.read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")
    read: list[str] = []
    scan, read_file = cache.scan, cache.read_file
    monkeypatch.setattr(cache, "scan", lambda path, root: read.append(path.stem) or scan(path, root))
    monkeypatch.setattr(cache, "read_file", lambda path, root, kind: read.append(path.name) or read_file(path, root, kind))
    assert cache.read(root, path) == Project.read(root)
    assert read == ["drops"]
    read.clear()
    change(root / "evidence" / "claims" / "toe.yaml", "  why: ", "  why: In short: ")
    assert cache.read(root, path) == Project.read(root)
    assert read == ["toe.yaml"]


@pytest.mark.parametrize("broken", [b"", b"no pickle", pickle.dumps(["other"]), pickle.dumps({"code": "of another day", "stamp": "x"})])
def test_what_cannot_be_used_is_read_anew(tmp_path: Path, broken: bytes) -> None:
    path = tmp_path / "handbook.pickle"
    path.write_bytes(broken)
    assert cache.read(GOOD, path) == Project.read(GOOD)
    assert cache.kept(path)["code"] == cache.code()


def test_looks_at_records_are_noted_while_a_page_is_read() -> None:
    project = asked.watched(Project.read(GOOD))
    assert project.evidence.fact["toe-common"]
    asked.notebook.questions = set()
    try:
        assert project.evidence.fact.get("none") is None
        assert "toe-common" in project.evidence.fact
        asked.select(project.evidence, "claim", page=["conditions/sore-toe"])
        with asked.notebook.closed():
            list(project.evidence.source)
        assert asked.notebook.questions == {("record", "fact", "none"), ("record", "fact", "toe-common"), ("select", "claim", "page=conditions/sore-toe")}
        for look in (len, list, dict.keys, lambda d: d.keys(), lambda d: d.values(), lambda d: d.items()):
            look(project.evidence.harm)
        assert ("all", "harm") in asked.notebook.questions
    finally:
        asked.notebook.questions = None


def test_every_question_has_an_answer_that_tells_changes_apart() -> None:
    project = Project.read(ROOT)
    answers = asked.Answers(project)
    some = next(iter(project.evidence.claim.values()))
    for question in (
        ("record", "claim", some.id), ("record", "page", some.page), ("all", "condition"), ("all", "page"), ("select", "claim", f"page={some.page}"),
        ("listed", "ledger", f"topic={some.topic}"), ("leaning", "A-C"), ("terms",),
    ):  # fmt: skip
        assert answers.of(question) == asked.Answers(Project.read(ROOT)).of(question) != answers.of(("record", "claim", "none")), question
        others = {docname: dataclasses.replace(page, text="", meta={}, directives=[], roles=[]) for docname, page in project.pages.items()}
        other = asked.Answers(dataclasses.replace(project, pages=others)).of(question)
        assert (other != answers.of(question)) == asked.about_pages(question), question
    with pytest.raises(ValueError, match="no such question: why"):
        answers.of(("why",))


def read_again(root: Path) -> set[str]:
    """Build; return the pages that were read."""
    folder = root / "build" / "doctrees"
    before = {p: p.stat().st_mtime_ns for p in folder.rglob("*.doctree")}
    build(root, "html")
    return {p.relative_to(folder).with_suffix("").as_posix() for p in folder.rglob("*.doctree") if before.get(p) != p.stat().st_mtime_ns}


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_changed_record_rebuilds_the_pages_that_show_it(tmp_path: Path) -> None:
    root = tiny(tmp_path / "handbook")
    assert len(read_again(root)) == 6
    assert read_again(root) == set()
    index = root / "build" / "html" / "searchindex.js"
    written = index.stat().st_mtime_ns
    assert read_again(root) == set() and index.stat().st_mtime_ns == written, "nothing changed, and the index was written anew"
    facts = root / "evidence" / "facts" / "toe.yaml"
    change(facts, "  text: ", "  text: In short: ")
    assert read_again(root) == {"conditions/sore-toe", "treatment/drops"}
    assert index.stat().st_mtime_ns > written
    change(facts, "- id:", "\n- id:")
    assert read_again(root) == set(), "lines moved, and no page shows a line"
    change(root / "evidence" / "claims" / "toe.yaml", "  why: ", "  why: In short: ")
    assert read_again(root) == {"conditions/sore-toe"}
    change(root / "docs" / "treatment" / "drops.md", "# Drops", "# Small drops")
    assert read_again(root) == {"treatment/drops"}


def test_changed_code_makes_every_page_anew(tmp_path: Path) -> None:
    root = tiny(tmp_path / "handbook")
    shutil.copytree(ROOT / "handbook", root / "handbook", ignore=shutil.ignore_patterns("__pycache__"))
    assert len(read_again(root)) == 6
    assert read_again(root) == set()
    change(root / "handbook" / "render" / "base.py", "A directive that prints records", "A directive which prints records")
    assert len(read_again(root)) == 6


def test_what_is_packed_is_unpacked_when_asked_for_and_kept_with_its_changes() -> None:
    headings = packed.Packed({"a": nodes.bullet_list("", nodes.list_item()), "b": nodes.bullet_list("")})
    again = pickle.loads(pickle.dumps(headings))
    assert list(again) == ["a", "b"] and all(isinstance(value, bytes) for value in again.inside.values())
    assert again["a"] is again["a"] and len(again["a"]) == 1 and isinstance(again.inside["b"], bytes)
    again["a"] += nodes.list_item()
    again["c"] = nodes.bullet_list("")
    assert again.pop("b") is not None and again.pop("b", None) is None and again.get("b") is None
    last = pickle.loads(pickle.dumps(again))
    assert [(key, len(value)) for key, value in last.items()] == [("a", 2), ("c", 0)]


def environment(root: Path) -> BuildEnvironment:
    found: BuildEnvironment = pickle.loads((root / "build" / "doctrees" / "environment.pickle").read_bytes())
    return found


def test_headings_are_packed_and_follow_their_pages(tmp_path: Path) -> None:
    root = tiny(tmp_path / "handbook")
    build(root, "html")
    assert isinstance(environment(root).tocs, packed.Packed)
    change(root / "docs" / "treatment" / "drops.md", "# Drops", "# Small drops")
    (root / "docs" / "safety" / "itch.md").unlink()
    change(root / "docs" / "index.md", "safety/itch\n", "")
    build(root, "html")
    tocs = environment(root).tocs
    assert tocs.keys() == environment(root).all_docs.keys() and "safety/itch" not in tocs
    assert tocs["treatment/drops"].astext().startswith("Small drops") and tocs["conditions/sore-toe"].astext().startswith("A sore toe")


def test_a_build_in_which_nothing_changed_reads_no_record(tmp_path: Path) -> None:
    root = tiny(tmp_path / "handbook")
    build(root, "html")
    kept = root / "build" / "doctrees" / "handbook.pickle"
    kept.write_bytes(b"unread")
    build(root, "html")
    assert kept.read_bytes() == b"unread"
    change(root / "evidence" / "facts" / "toe.yaml", "  text: ", "  text: In short: ")
    build(root, "html")
    assert cache.kept(kept)


def test_python_ends_without_looking_for_garbage() -> None:
    last = "import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count()))"
    ours = "from types import SimpleNamespace; from handbook import render; render.MODULES = (); render.setup(SimpleNamespace())"
    done = subprocess.run([sys.executable, "-c", f"{last}; {ours}"], capture_output=True, text=True, check=True, cwd=ROOT)
    assert int(done.stdout) > 1000
