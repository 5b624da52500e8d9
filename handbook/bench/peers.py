"""Other generators, each on the same words: MkDocs Material and Zensical from PyPI, Hugo and mdBook where they are present."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from handbook.bench.cost import Failed, run

MKDOCS = """site_name: Handbook
site_url: https://example.org/
use_directory_urls: false
theme:
  name: material
  font: false
  features: [navigation.indexes, navigation.top]
plugins: [search]
markdown_extensions: [tables]
"""
HUGO = 'baseURL = "https://example.org/"\ntitle = "Handbook"\ndisableKinds = ["taxonomy", "term", "RSS"]\ncontentDir = "docs"\n'
HUGO_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ .Title }}</title></head><body>
<nav><ul>{{ range .Site.RegularPages }}<li><a href="{{ .RelPermalink }}">{{ .RelPermalink }}</a></li>{{ end }}</ul></nav>
<main>{{ .Content }}</main></body></html>
"""


class Peer(NamedTuple):
    """A generator: how to build in a folder that holds `docs/`, and what it needs there."""

    name: str
    command: list[str]
    prepare: Callable[[Path, list[str]], None]


def _mkdocs(folder: Path, names: list[str]) -> None:
    (folder / "mkdocs.yml").write_text(MKDOCS, encoding="utf-8", newline="\n")


def _hugo(folder: Path, names: list[str]) -> None:
    (folder / "hugo.toml").write_text(HUGO, encoding="utf-8", newline="\n")
    layouts = folder / "layouts" / "_default"
    layouts.mkdir(parents=True)
    for name in ("single.html", "list.html"):
        (layouts / name).write_text(HUGO_PAGE, encoding="utf-8", newline="\n")


def _mdbook(folder: Path, names: list[str]) -> None:
    (folder / "book.toml").write_text('[book]\ntitle = "Handbook"\nsrc = "docs"\n', encoding="utf-8", newline="\n")
    summary = "# Summary\n\n" + "".join(f"- [{name}]({name}.md)\n" for name in names)
    (folder / "docs" / "SUMMARY.md").write_text(summary, encoding="utf-8", newline="\n")


def found(folder: Path) -> tuple[list[Peer], dict[str, str]]:
    """The peers that can run here, and why the others cannot. Environments are made in *folder* and used again."""
    out, why = [], {}
    for name, package, program, args in (
        ("MkDocs Material", "mkdocs-material", "mkdocs", ["build", "-q", "-d", "site"]),
        ("Zensical", "zensical", "zensical", ["build"]),
    ):
        place = folder / program
        tool = place / "bin" / program
        try:
            if not tool.exists():
                folder.mkdir(parents=True, exist_ok=True)
                run([sys.executable, "-m", "venv", str(place)], folder)
                run([str(place / "bin" / "python"), "-m", "pip", "install", "-q", package], folder)
            out.append(Peer(name, [str(tool), *args], _mkdocs))
        except (Failed, OSError) as error:
            why[name] = f"could not be installed: {str(error).strip().splitlines()[-1][:120]}"
    for name, program, args, prepare in (("Hugo", "hugo", ["--quiet"], _hugo), ("mdBook", "mdbook", ["build"], _mdbook)):
        if path := shutil.which(program):
            out.append(Peer(name, [path, *args], prepare))
        else:
            why[name] = "not on the path"
    return out, why
