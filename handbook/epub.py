"""Build the EPUB with Sphinx, complete what Sphinx leaves out, and check it; `python -m handbook.epub FOLDER`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

from lxml import etree

from handbook import edition
from handbook.problems import Problem, as_text

NAME = "ketamine-for-chronic-pain.epub"
ROOT = Path(__file__).parents[1]
# The web pages' templates, styles and scripts are not for books.
SETTINGS = {
    "templates_path": "_epub", "html_static_path": "_epub", "html_css_files": "epub.css", "html_js_files": "",
    "html_search_scorer": "", "html_favicon": "",
}  # fmt: skip
ACCESS = {
    "schema:accessMode": ("textual", "visual"),
    "schema:accessModeSufficient": ("textual",),
    "schema:accessibilityFeature": ("alternativeText", "longDescription", "readingOrder", "structuralNavigation", "tableOfContents"),
    "schema:accessibilityHazard": ("none",),
    "schema:accessibilitySummary": ("Every picture has its numbers in words. Tables have header cells. Not yet tried with a screen reader by people.",),
}
OPF = "{http://www.idpf.org/2007/opf}"


def epoch(root: Path) -> int:
    """The date of the edition in seconds, so that no clock is needed."""
    day = datetime.fromisoformat(edition.read(root).date).replace(tzinfo=UTC)
    return int(day.timestamp())


def build(root: Path, folder: Path) -> Path:
    """Run Sphinx, then write the completed book; return its path. Raise `CalledProcessError` when Sphinx fails."""
    work = folder / "sphinx"
    settings = [part for key, value in SETTINGS.items() for part in ("-D", f"{key}={value}")]
    command = [sys.executable, "-m", "sphinx", "-b", "epub", "-W", "--keep-going", "-n", "-q", "-d", str(folder / "doctrees"), *settings]
    shutil.rmtree(work, ignore_errors=True)
    env = os.environ | {"SOURCE_DATE_EPOCH": str(epoch(root)), "PYTHONUTF8": "1"}
    subprocess.run([*command, str(root / "docs"), str(work)], check=True, env=env, cwd=root)
    made = next(work.glob("*.epub"))
    files = completed(made)
    path = folder / NAME
    write(path, files, epoch(root))
    shutil.rmtree(work)
    return path


def completed(path: Path) -> dict[str, bytes]:
    """The files of Sphinx's book with accessibility metadata, and `svg` declared where a page draws."""
    with zipfile.ZipFile(path) as book:
        files = {name: book.read(name) for name in book.namelist()}
    tree = etree.fromstring(files["content.opf"])
    metadata = tree.find(f"{OPF}metadata")
    for name, values in ACCESS.items():
        for value in values:
            etree.SubElement(metadata, f"{OPF}meta", property=name).text = value
    for item in tree.iter(f"{OPF}item"):
        if b"<svg" in files.get(item.get("href"), b""):
            item.set("properties", f"{item.get('properties', '')} svg".strip())
    if "toc.ncx" in files:  # Sphinx writes its `epub_uid` there, which must be the book's identifier
        ncx = etree.fromstring(files["toc.ncx"])
        for meta in ncx.iter("{*}meta"):
            if meta.get("name") == "dtb:uid":
                meta.set("content", identifier(tree))
        files["toc.ncx"] = etree.tostring(ncx, xml_declaration=True, encoding="utf-8")
    files["content.opf"] = etree.tostring(tree, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return files


def identifier(opf: etree._Element) -> str:
    """The identifier of the book by its package file."""
    return next((el.text or "" for el in opf.iter("{http://purl.org/dc/elements/1.1/}identifier")), "")


def write(path: Path, files: dict[str, bytes], seconds: int) -> None:
    """Write the archive: `mimetype` first and stored, the rest sorted, all with the date of the edition."""
    stamp = datetime.fromtimestamp(seconds, UTC).timetuple()[:6]
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as book:
        for name in ["mimetype", *sorted(set(files) - {"mimetype"})]:
            info = zipfile.ZipInfo(name, stamp)
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            book.writestr(info, files[name])


def check(path: Path) -> list[Problem]:
    """What a reading system would stumble on: order, metadata, broken pages, dead links, pictures without words."""
    with zipfile.ZipFile(path) as book:
        order = book.namelist()
        files = {name: book.read(name) for name in order}
    where = path.name
    problems = []
    if order[0] != "mimetype" or files["mimetype"] != b"application/epub+zip":
        problems.append(Problem(where, 1, "B001", "mimetype is not the first file"))
    ids: dict[str, set[str]] = {}
    links: list[tuple[str, int, str]] = []
    for name, data in files.items():
        if not name.endswith((".xhtml", ".opf", ".ncx")):
            continue
        try:
            tree = etree.fromstring(data)
        except etree.XMLSyntaxError as error:
            problems.append(Problem(f"{where}/{name}", error.lineno or 1, "B002", f"is not well-formed: {error.msg}"))
            continue
        ids[name] = set(tree.xpath("//@id"))
        if name.endswith(".xhtml"):
            links += [(name, el.sourceline or 1, href) for el in tree.iter("{*}a") if (href := el.get("href"))]
            for el in tree.iter("{*}img"):
                if not el.get("alt"):
                    problems.append(Problem(f"{where}/{name}", el.sourceline or 1, "P010", "image has no alternative text"))
    for name, line, href in links:
        parts = urlsplit(href)
        if parts.scheme or parts.netloc:
            continue
        target = normpath(join(dirname(name), unquote(parts.path))) if parts.path else name
        if target not in files:
            problems.append(Problem(f"{where}/{name}", line, "B003", f"link to {href!r}, which is not in the book"))
        elif parts.fragment and unquote(parts.fragment) not in ids.get(target, set()):
            problems.append(Problem(f"{where}/{name}", line, "B003", f"link to {href!r}: no such place on that page"))
    opf = files["content.opf"].decode("utf-8")
    for wanted in ("<dc:language>en", "<dc:title", "<dc:identifier", *(f'property="{name}"' for name in ACCESS)):
        if wanted not in opf:
            problems.append(Problem(f"{where}/content.opf", 1, "B004", f"metadata without {wanted.strip('<')}"))
    declared = set(re.findall(r"(\w+): http", opf)) | {"schema", "dcterms", "rendition", "media", "a11y"}
    for prefix in sorted(set(re.findall(r'property="(\w+):', opf)) - declared):
        problems.append(Problem(f"{where}/content.opf", 1, "B004", f"prefix {prefix!r} is not declared"))
    uid = re.search(r'content="([^"]*)" name="dtb:uid"|name="dtb:uid" content="([^"]*)"', files.get("toc.ncx", b"").decode("utf-8"))
    if uid and (uid[1] or uid[2]) != identifier(etree.fromstring(files["content.opf"])):
        problems.append(Problem(f"{where}/toc.ncx", 1, "B004", "identifier is not that of the book"))
    if not re.search(r'properties="[^"]*\bnav\b', opf):
        problems.append(Problem(f"{where}/content.opf", 1, "B004", "no table of contents (nav)"))
    return problems


def epubcheck() -> list[str]:
    """The command of epubcheck where it can run: some systems install a script, Debian a bare Java archive."""
    program, java = shutil.which("epubcheck"), shutil.which("java")
    if program and Path(program).read_bytes()[:2] == b"PK":
        return [java, "-jar", program] if java else []
    return [program] if program else []


def main(argv: list[str]) -> int:
    """Build into the folder named, check, and run epubcheck where it is installed."""
    folder, start = Path(argv[0] if argv else "build/epub"), time.perf_counter()
    try:
        path = build(ROOT, folder)
    except subprocess.CalledProcessError as error:
        return error.returncode or 1
    problems = check(path)
    if problems:
        print(as_text(problems))
    checker = epubcheck()
    code = subprocess.run([*checker, str(path)], check=False).returncode if checker else 0
    print(f"{path} ({path.stat().st_size / 1024:.0f} KiB), {len(problems)} problems, {time.perf_counter() - start:.0f} s")
    if not checker:
        print("epubcheck is not installed; our own checks ran")
    return 1 if problems or code else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
