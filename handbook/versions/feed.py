"""The Atom feed of releases, and the committed reports of what each release changed."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any

from handbook.versions.onpage import Site
from handbook.versions.releases import number_of

FOLDER = "docs/changes"


def reports(root: Path) -> dict[str, str]:
    """Version → JSON text of `docs/changes/vX.Y.Z.json`."""
    found = {}
    for path in sorted((root / FOLDER).glob("v*.json")):
        number = number_of(path.stem)
        if number:
            found[number] = path.read_text(encoding="utf-8")
    return found


def summary(report: dict[str, Any]) -> str:
    """One line: how many changes of each kind."""
    from handbook.versions.kinds import count_words

    return count_words([c["kind"] for c in report.get("changes", [])])


def atom(site: Site, title: str, found: dict[str, str]) -> str:
    """The feed; its times are the dates of the releases, because a build has no clock."""
    released = [e for e in site.entries if not e.dev]
    newest = released[0].date if released else site.latest.date
    out = [
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">',
        f"<title>{escape(title)}: releases</title>",
        f"<id>{site.base}feed.xml</id>",
        f'<link rel="self" type="application/atom+xml" href="{site.base}feed.xml"/>',
        f'<link rel="alternate" type="text/html" href="{site.base}versions/index.html"/>',
        f"<updated>{newest}T00:00:00Z</updated>",
        "<author><name>The handbook's contributors</name></author>",
    ]
    for e in released:
        page = f"latest/changes/v{e.name}.html" if f"changes/v{e.name}" in site.latest.pages else f"{e.name}/index.html"
        words = summary(json.loads(found[e.name])) if e.name in found else "Released."
        out += [
            "<entry>",
            f"<title>Version {e.name}</title>",
            f"<id>{site.base}{e.name}/</id>",
            f'<link rel="alternate" type="text/html" href="{site.base}{page}"/>',
            f"<updated>{e.date}T00:00:00Z</updated>",
            f"<summary>{escape(words)}</summary>",
            "</entry>",
        ]
    return "\n".join([*out, "</feed>"]) + "\n"
