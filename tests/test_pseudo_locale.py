"""A build in an invented language: every word of a page is translated, or stands on the list of exceptions with its reason.

Each message of the catalogs is “translated” by writing it in accented letters between ⟦ and ⟧. What is still in plain
letters on a built page was never offered for translation, or was printed past its translation.
"""

from __future__ import annotations

import csv
import html.parser
import io
import re
import shutil
import subprocess
import sys
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
SILENT = {"script", "style", "svg", "math"}
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
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=root, check=False)
    assert run.returncode == 0, run.stderr
    return run.stderr


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small good handbook, built in the invented language `xx` with the settings and templates of the real one."""
    root = tmp_path_factory.mktemp("pseudo")
    shutil.copytree(GOOD, root, dirs_exist_ok=True)
    for name in ("_templates", "_static"):
        shutil.copytree(ROOT / "docs" / name, root / "docs" / name, dirs_exist_ok=True)
    (root / "handbook").symlink_to(ROOT / "handbook")  # conf.py looks for the code beside docs/
    shutil.copy(ROOT / "docs" / "conf.py", root / "docs" / "conf.py")
    sphinx(root, "gettext", root / "pot")
    catalogs = sorted((root / "pot").rglob("*.pot"))
    assert len(catalogs) == 6
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


if __name__ == "__main__":
    for text, pages in sorted(left_in_english(Path(sys.argv[1])).items()):
        print(repr(text), len(pages), sorted(pages)[0])
