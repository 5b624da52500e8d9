"""A build in an invented language: every word of a page is translated, or stands on the list of exceptions with its reason.

Each message of the catalogs is “translated” by writing it in accented letters between ⟦ and ⟧. What is still in plain
letters on a built page was never offered for translation, or was printed past its translation.
"""

from __future__ import annotations

import html
import html.parser
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from handbook import words
from handbook.model import record_fields
from handbook.project import Project

ROOT = Path(__file__).parents[1]
GOOD = ROOT / "tests" / "good"
EXCEPTIONS = ROOT / "tests" / "data" / "pseudo_exceptions.txt"
PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
ACCENTED = str.maketrans(PLAIN, "ȧƀƈḓḗƒɠħīĵķŀḿƞǿƥɋřşŧŭṽẇẋẏẑȦƁƇḒḖƑƓĦĪĴĶĿḾȠǾƤɊŘŞŦŬṼẆẊẎẐ")
# What a translator leaves as it is: roles, targets of links and pictures, code, placeholders of printf.
KEPT = re.compile(r"\{[\w-]+\}`[^`<]*`|<[^<>]*>`?|\{[\w-]+\}`|\]\([^()]*\)|`[^`]*`|https?:\S+|%\(\w+\)s|%s|&\w+;")
WORD = re.compile(r"[A-Za-z]{2,}")
SILENT = {"script", "style"}
SPOKEN = {"alt", "title", "aria-label", "placeholder", "data-label"}


def pseudo(text: str) -> str:
    """*text* in accented letters, with what must not be translated left alone."""
    out, at = [], 0
    for match in KEPT.finditer(text):
        out += [text[at : match.start()].translate(ACCENTED), match[0]]
        at = match.end()
    out.append(text[at:].translate(ACCENTED))
    lead = re.match(r"!?\[.*\]\(.*\)$|\{[\w-]+\}`[^`]*`$", text)  # a picture or role alone must stay one
    return "".join(out) if lead else f"⟦{''.join(out)}⟧"


class Words(html.parser.HTMLParser):
    """All that a page says: its text and the attributes that are read aloud."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        if not self.silent:
            self.said += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.said.append(data)


def sphinx(root: Path, builder: str, out: Path, *settings: str) -> str:
    more = [part for s in settings for part in ("-D", s)]
    command = [sys.executable, "-m", "sphinx", "-q", "-b", builder, "-d", str(out.parent / f"trees-{builder}"), *more, str(root / "docs"), str(out)]
    code = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}  # conf.py looks for handbook/ beside docs/, where the copy has none
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=root, env=code, check=False)
    assert run.returncode == 0, run.stderr
    return run.stderr


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small good handbook, built in the invented language `xx` with the settings and templates of the real one."""
    root = tmp_path_factory.mktemp("pseudo")
    shutil.copytree(GOOD, root, dirs_exist_ok=True)
    for name in ("_templates", "_static"):
        shutil.copytree(ROOT / "docs" / name, root / "docs" / name, dirs_exist_ok=True)
    shutil.copy(ROOT / "docs" / "conf.py", root / "docs" / "conf.py")
    sphinx(root, "gettext", root / "pot")
    catalogs = sorted((root / "pot").rglob("*.pot"))
    assert len(catalogs) == 7  # six pages, and sphinx.pot with the words of the templates
    for pot in catalogs:
        with pot.open("rb") as file:
            catalog = read_po(file, locale="en")
        for message in catalog:
            if message.id:
                message.string = pseudo(str(message.id))
        catalog.fuzzy = False
        target = root / "locales" / "xx" / "LC_MESSAGES" / pot.relative_to(root / "pot").with_suffix(".mo")
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as out:
            write_mo(out, catalog)
    sphinx(root, "html", root / "html", "language=xx", f"locale_dirs={root / 'locales'}")
    return root / "html"


def left_in_english(site: Path) -> dict[str, set[str]]:
    """What the pages of the handbook still say in plain letters, and the pages that say it."""
    found: dict[str, set[str]] = {}
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site).as_posix()
        reader = Words()
        reader.feed(path.read_text(encoding="utf-8"))
        for said in reader.said:
            text = " ".join(said.split())
            if WORD.search(text):
                found.setdefault(text, set()).add(name)
    return found


def exceptions() -> list[str]:
    """The regular expressions of the list."""
    return [line for line in EXCEPTIONS.read_text(encoding="utf-8").split("\n") if line and not line.startswith("#")]


def texts_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from texts_of(one)


def record_texts() -> set[str]:
    """Every text of the small handbook's records, and its findings and harms with their numbers filled in."""
    evidence = Project.read(GOOD).evidence
    found = {t for r in evidence.records() for f in record_fields(type(r)) for t in texts_of(getattr(r, f.name))}
    found |= {words.plain_sentence(f, evidence) for f in evidence.finding.values()}
    found |= {words.harm_sentence(h, evidence) for h in evidence.harm.values()}
    return {" ".join(t.split()).rstrip(".") for t in found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ask {doc}`us </a>` now", "⟦Ȧşķ {doc}`ŭş </a>` ƞǿẇ⟧"),
        ("{fact}`toe-common`", "{fact}`toe-common`"),
        ("![A toe](/_static/toe.svg)", "![Ȧ ŧǿḗ](/_static/toe.svg)"),
        ("See [it](a.md) `code`", "⟦Şḗḗ [īŧ](a.md) `code`⟧"),
    ],
)
def test_a_translation_keeps_what_must_be_kept(text: str, expected: str) -> None:
    assert pseudo(text) == expected


def test_no_english_is_left_outside_the_exceptions(site: Path) -> None:
    left = left_in_english(site)
    records = record_texts()
    rest = {text: pages for text, pages in left.items() if text.rstrip(".") not in records}
    unlisted = {text: sorted(pages) for text, pages in rest.items() if not any(re.fullmatch(rx, text) for rx in exceptions())}
    assert unlisted == {}
    unneeded = [rx for rx in exceptions() if not any(re.fullmatch(rx, text) for text in left)]
    assert unneeded == []


def test_the_words_of_the_pages_are_translated(site: Path) -> None:
    """Headings, paragraphs, items, alternative texts and link texts: each page shows its own in accented letters."""
    project = Project.read(GOOD)
    for page in project.pages.values():
        built = html.unescape((site / f"{page.docname}.html").read_text(encoding="utf-8"))
        for block in page.blocks:
            if block.kind == "heading":
                assert pseudo(block.text) in built, f"{page.path}:{block.line}"
    toe = html.unescape((site / "conditions" / "sore-toe.html").read_text(encoding="utf-8"))
    assert "Ŧẇǿ ŧřīȧŀş ŀǿǿķḗḓ ȧŧ ḓřǿƥş." in toe
    assert 'alt="⟦Ȧ ŧǿḗ, şḗḗƞ ƒřǿḿ ȧƀǿṽḗ⟧"' in toe or 'alt="Ȧ ŧǿḗ, şḗḗƞ ƒřǿḿ ȧƀǿṽḗ"' in toe
