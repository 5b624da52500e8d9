"""The left menu straight from the toctree data: linear where the theme's own is quadratic, with names on its toggles.

Source of the need: pydata-sphinx-theme issues on slow builds of large sites; each page resolves the whole tree again.
Only the branch of the page is in its HTML.
"""

from __future__ import annotations

import hashlib
from html import escape
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


def tree(app: Sphinx) -> tuple[dict[str, list[str]], dict[str, str], dict[str, str]]:
    """Children, parent and escaped title of every page, computed once a build."""
    found = getattr(app.builder, "_handbook_tree", None)
    if found is None:
        env = app.env
        kids = {k: list(v) for k, v in env.toctree_includes.items()}
        parent = {child: doc for doc, children in kids.items() for child in children}
        titles = {doc: escape(title.astext(), quote=False) for doc, title in env.titles.items()}
        found = app.builder._handbook_tree = (kids, parent, titles)  # type: ignore[attr-defined]
    return found  # type: ignore[no-any-return]


def render(app: Sphinx, pagename: str) -> str:
    """The menu of one page as nested lists; open branches are `<details>`, so they work without JavaScript."""
    kids, parent, titles = tree(app)
    path: set[str] = set()
    here: str | None = pagename
    while here is not None:
        path.add(here)
        here = parent.get(here)
    out: list[str] = []

    def branch(doc: str, depth: int, classes: str) -> None:
        out.append(f'<ul class="{classes}">' if classes else "<ul>")
        for child in kids.get(doc, ()):
            if child not in titles:
                continue
            current = child in path
            mark = " current active" if current else ""
            more = " has-children" if kids.get(child) else ""
            here = ' aria-current="page"' if child == pagename else ""
            target = app.builder.get_relative_uri(pagename, child) if child != pagename else "#"
            link = "current reference internal" if current else "reference internal"
            out.append(f'<li class="toctree-l{depth}{mark}{more}"><a class="{link}" href="{target}"{here}>{titles[child]}</a>')
            if kids.get(child) and current:
                branch(child, depth + 1, "")
            out.append("</li>")
        out.append("</ul>")

    branch(str(app.config.root_doc), 1, "nav bd-sidenav")
    return "".join(out)


def context(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Give templates `handbook_nav()`."""
    context["handbook_nav"] = lambda: render(app, pagename)


def rewrite_all(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """When a title or the tree changed, every page's menu changed: write them all (Sphinx would leave stale ones)."""
    marks = [f"{doc}\0{title.astext()}\0{','.join(env.toctree_includes.get(doc, []))}" for doc, title in sorted(env.titles.items())]
    stamp = hashlib.sha256("\n".join(marks).encode()).hexdigest()
    before = getattr(env, "handbook_tree_stamp", None)
    env.handbook_tree_stamp = stamp  # type: ignore[attr-defined]
    return sorted(env.found_docs) if before not in (None, stamp) else []


def setup(app: Sphinx) -> None:
    """Register."""
    app.connect("html-page-context", context)
    app.connect("env-updated", rewrite_all)
