"""What releases changed, from the committed reports `docs/changes/vX.Y.Z.json`: lists, and a line on every page."""

from __future__ import annotations

import hashlib
import json
from itertools import groupby
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from handbook.render.base import RecordDirective, doc_link, para, project_of, span, table
from handbook.versions import redirects
from handbook.versions.kinds import KINDS, count_words
from handbook.versions.releases import number_of
from handbook.words import CERTAINTY_LABEL, VERDICT_LABEL

MOST_ON_A_PAGE = 8  # changes listed below one page for one release; the rest are on the release's own page
WORDS = CERTAINTY_LABEL | VERDICT_LABEL
_ATTRIBUTE = "_handbook_reports"


def reports(docs: Path) -> list[dict[str, Any]]:
    """All reports, newest release first."""
    found = [json.loads(p.read_text(encoding="utf-8")) for p in (docs / "changes").glob("v*.json") if number_of(p.stem)]
    return sorted(found, key=lambda r: [int(n) for n in str(r["to"]).split(".")], reverse=True)


def values(change: dict[str, Any]) -> str:
    """`Low certainty → Very low certainty`; empty where there is nothing to compare."""
    before, after = (str(change.get(k, "")) for k in ("before", "after"))
    name, mark, value = before.partition(": ")
    if mark and after.startswith(name + ": "):  # the name of the field once
        return f"{name.replace('_', ' ')}: {WORDS.get(value, value)} → {WORDS.get(after[len(name) + 2 :], after[len(name) + 2 :])}"
    return f"{WORDS.get(before, before)} → {WORDS.get(after, after)}" if before or after else ""


class ChangesDirective(RecordDirective):
    """`changes` with a version as argument: everything that this release changed in meaning."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        docs = Path(self.env.srcdir)
        path = docs / "changes" / f"v{self.arguments[0]}.json"
        self.env.note_dependency(str(path))
        if not path.is_file():
            return self.warn(f"no report of changes {path.name} beside the page")
        report = json.loads(path.read_text(encoding="utf-8"))
        if not report.get("from"):
            return [para(f"Released on {report['date']}. This is the first release, so there is nothing to compare it with.")]
        counts = count_words([c["kind"] for c in report["changes"]])
        out: list[nodes.Node] = [para(f"Released on {report['date']}; compared with version {report['from']}. {counts}")]
        for kind, group in groupby(report["changes"], key=lambda c: c["kind"]):
            items = nodes.bullet_list("", *(self.item(c) for c in group))
            name = f"changes-{kind}"
            out.append(nodes.section("", nodes.title("", KINDS[kind][0]), items, ids=[name], names=[name]))
        edited = report.get("edited", {})
        words = f"Edited without a change of meaning: {edited.get('pages', 0)} pages and {edited.get('records', 0)} records."
        notes = [para(f"Not compared: {note}.") for note in report.get("notes", ())]
        return [out[0], para(words), *notes, *out[1:]]

    def item(self, change: dict[str, Any]) -> nodes.list_item:
        """One change: what, from what to what, and on which pages."""
        out = nodes.list_item("", para(str(change["text"])))
        if change["kind"] != "page-moved" and (words := values(change)):
            out += para(span(words, "hb-change"))
        known = [p for p in change.get("pages", ()) if p in self.project.pages][:5]
        if known:
            line: list[str | nodes.Node] = ["See "]
            for n, page in enumerate(known):
                line += [", " * bool(n), doc_link(page, self.project.pages[page].title, from_=self.env.docname)]
            out += para(*[part for part in line if part])
        return out


class ReleasesDirective(RecordDirective):
    """`releases`: all releases with date and number of changes."""

    def run(self) -> list[nodes.Node]:
        found = reports(Path(self.env.srcdir))
        if not found:
            return [para("Nothing has been released yet.")]
        rows: list[list[list[nodes.Node] | str]] = []
        for report in found:
            version = str(report["to"])
            page = f"changes/v{version}"
            name: str | nodes.Node = doc_link(page, version, from_=self.env.docname) if page in self.project.pages else version
            words = count_words([c["kind"] for c in report["changes"]]) if report.get("from") else "First release."
            rows.append([[para(name)], str(report["date"]), words])
        return [table(["Version", "Date", "Changes of meaning"], rows, "Releases", [1, 1, 4])]


def on_page(found: list[dict[str, Any]], docname: str, moved: dict[str, str], pages: Any) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """(version, date, changes) of every release that changed this page; a page that moved keeps its history."""
    out = []
    for report in found:
        mine = []
        for change in report["changes"]:
            names = {(redirects.follow(p, moved, pages) or p).partition("#")[0] for p in change.get("pages", ())}
            if docname in names:
                mine.append(change)
        if mine:
            out.append((str(report["to"]), str(report["date"]), mine))
    return out


def add(app: Sphinx, doctree: nodes.document) -> None:
    """Put “Changes to this page” into its list of dates."""
    project, docname = project_of(app), app.env.docname
    found: list[dict[str, Any]] | None = getattr(app, _ATTRIBUTE, None)
    if found is None:  # read once a build, not once a page
        found = reports(Path(app.srcdir))
        setattr(app, _ATTRIBUTE, found)
    compared = [r for r in found if r.get("from")]
    if not compared or docname.startswith("changes/"):
        return
    sections = (s for first in doctree.children if isinstance(first, nodes.section) for s in first.children if isinstance(s, nodes.section))
    fields = next((f for s in sections if "hb-dates" in s["classes"] for f in s.children if isinstance(f, nodes.field_list)), None)
    if fields is None:
        return
    body = nodes.field_body("")
    mine = on_page(compared, docname, project.moved, project.pages)
    items = nodes.bullet_list("")
    for version, day, group in mine:
        for change in group[:MOST_ON_A_PAGE]:
            more = values(change)
            words = f"{version}, {day}. {KINDS[change['kind']][1].capitalize()}: {change['text']}"
            items += nodes.list_item("", para(words.rstrip(".") + (f" ({more})." if more else ".")))
        if len(group) > MOST_ON_A_PAGE:
            page = f"changes/v{version}"
            words = f"and {len(group) - MOST_ON_A_PAGE} more"
            where: str | nodes.Node = doc_link(page, words, from_=docname) if page in project.pages else words
            items += nodes.list_item("", para(f"{version}, {day}: ", where, "."))
    body += items if mine else para(f"No change of meaning since version {compared[-1]['from']}")
    fields += nodes.field("", nodes.field_name("", "Changes to this page"), body)


def outdated(app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
    """A new report, or a new redirect, is read by every page."""
    total = hashlib.sha256()
    for path in [*sorted((Path(app.srcdir) / "changes").glob("v*.json")), Path(app.srcdir) / "redirects.csv"]:
        total.update(path.name.encode() + b"\0" + (path.read_bytes() if path.exists() else b""))
    before = getattr(env, "handbook_changes_stamp", None)
    env.handbook_changes_stamp = total.hexdigest()  # type: ignore[attr-defined]
    return sorted(env.found_docs) if before not in (None, total.hexdigest()) else []


def setup(app: Sphinx) -> None:
    """Register."""
    app.add_directive("changes", ChangesDirective)
    app.add_directive("releases", ReleasesDirective)
    app.connect("doctree-read", add, priority=410)  # after the notices, whose list of dates it completes
    app.connect("env-get-outdated", outdated)
