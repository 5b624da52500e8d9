"""The left menu and the list of a page's headings, straight from Sphinx's toctree data.

The theme's own menu resolves the whole tree again for every page, which grows with the square of the pages; this one is
linear. Only the branch of the page is in its HTML, so that a page stays small however many pages there are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from html import escape
from typing import Any, NamedTuple

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

MOST_HEADINGS = 40  # with more than this, a page lists its main headings only


class Tree(NamedTuple):
    """The handbook's pages: children, parent, escaped title and name in the menu of each; the captioned groups of the top level."""

    kids: dict[str, list[str]]
    parent: dict[str, str]
    titles: dict[str, str]
    labels: dict[str, str]
    groups: list[tuple[str, list[str]]]


def tree(app: Sphinx) -> Tree:
    """The tree, computed once a build."""
    found = getattr(app.builder, "_handbook_tree", None)
    if found is None:
        env = app.env
        kids = {k: list(v) for k, v in env.toctree_includes.items()}
        parent = {child: doc for doc, children in kids.items() for child in children}
        titles = {doc: escape(title.astext(), quote=False) for doc, title in env.titles.items()}
        found = app.builder._handbook_tree = Tree(kids, parent, titles, titles | names(env), groups(env))  # type: ignore[attr-defined]
    return found  # type: ignore[no-any-return]


def groups(env: BuildEnvironment) -> list[tuple[str, list[str]]]:
    """The toctrees of the root page with their captions."""
    root = env.config.root_doc
    found = [
        (str(node.get("caption") or ""), [str(doc) for _, doc in node["entries"] if doc in env.titles])
        for node in (env.tocs[root].findall(addnodes.toctree) if root in env.tocs else ())
    ]
    return [group for group in found if group[1]]


def names(env: BuildEnvironment) -> dict[str, str]:
    """Escaped names that a toctree itself gives to pages: `CRPS <crps>`."""
    trees = (node for doc in env.toctree_includes for node in env.tocs[doc].findall(addnodes.toctree))
    return {str(doc): escape(str(title), quote=False) for node in trees for title, doc in node["entries"] if title}


def trail(kids_tree: Tree, pagename: str) -> list[str]:
    """The page, its parent, its parent's parent … up to the root."""
    out = [pagename]
    while (above := kids_tree.parent.get(out[-1])) is not None and above not in out:
        out.append(above)
    return out


def render(app: Sphinx, pagename: str, pathto: Callable[[str], str]) -> str:
    """The menu of one page: a list for every caption, opened along the page's own branch.

    *pathto* is the template's own, because the page for missing addresses needs addresses from the top of the site.
    """
    found = tree(app)
    path = set(trail(found, pagename))
    out: list[str] = []

    def branch(docs: list[str]) -> None:
        out.append("<ul>")
        for child in docs:
            if child not in found.titles:
                continue
            inside = child in path
            below = found.kids.get(child)
            current = ' class="current"' if inside else ""
            here = ' aria-current="page"' if child == pagename else ""
            target = pathto(child)
            out.append(f'<li{current}><a href="{target}"{here}>{found.labels[child]}</a>')
            if below and inside:
                branch(below)
            out.append("</li>")
        out.append("</ul>")

    for caption, docs in found.groups:
        if caption:
            out.append(f'<p class="caption">{escape(caption, quote=False)}</p>')
        branch(docs)
    return "".join(out)


def crumbs(app: Sphinx, pagename: str) -> list[tuple[str, str]]:
    """Address and escaped title of every page above this one, the home page left out."""
    found = tree(app)
    above = [doc for doc in reversed(trail(found, pagename)[1:]) if doc != app.config.root_doc and doc in found.titles]
    return [(app.builder.get_relative_uri(pagename, doc), found.labels[doc]) for doc in above]


def headings(env: BuildEnvironment, pagename: str) -> str:
    """The page's own headings, two levels, as nested lists of links; nothing for fewer than two."""
    page = env.tocs.get(pagename)
    first = page.children[0] if page is not None and page.children else None
    entries = list(_below(first)) if isinstance(first, nodes.Element) else []
    if len(entries) < 2:
        return ""
    deep = len(entries) + sum(len(list(_below(item))) for item, _, _ in entries) <= MOST_HEADINGS
    out = ["<ul>"]
    for item, anchor, words in entries:
        out.append(f'<li><a href="{anchor}">{words}</a>')
        inner = list(_below(item)) if deep else []
        if inner:
            out += ["<ul>", *(f'<li><a href="{a}">{w}</a></li>' for _, a, w in inner), "</ul>"]
        out.append("</li>")
    return "".join([*out, "</ul>"])


def _below(item: nodes.Element) -> Iterator[tuple[nodes.Element, str, str]]:
    """The headings directly below one entry of Sphinx's list of headings: entry, anchor, escaped words."""
    for group in item.children:
        if isinstance(group, nodes.bullet_list):
            for entry in group.children:
                link = next(iter(entry.findall(nodes.reference)), None)
                if isinstance(entry, nodes.list_item) and link is not None and link.get("anchorname"):
                    yield entry, escape(link["anchorname"]), escape(link.astext(), quote=False)


def context(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Give templates `handbook_nav()`, `handbook_crumbs` and `handbook_toc`."""
    context["handbook_nav"] = lambda: render(app, pagename, context["pathto"])
    context["handbook_crumbs"] = crumbs(app, pagename) if pagename in app.env.found_docs else []
    context["handbook_toc"] = headings(app.env, pagename) if pagename != app.config.root_doc else ""


def purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """A page will be read again, or is gone: the tree may change."""
    app._handbook_tree_open = True  # type: ignore[attr-defined]


def rewrite_all(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """When a title or the tree changed, every page's menu changed: write them all (Sphinx would leave stale ones)."""
    if not hasattr(app, "_handbook_tree_open"):
        return []
    marks = [f"{doc}\0{title.astext()}\0{','.join(env.toctree_includes.get(doc, []))}" for doc, title in sorted(env.titles.items())]
    stamp = hashlib.sha256("\n".join([*marks, repr(groups(env)), repr(sorted(names(env).items()))]).encode()).hexdigest()
    before = getattr(env, "handbook_tree_stamp", None)
    env.handbook_tree_stamp = stamp  # type: ignore[attr-defined]
    return sorted(env.found_docs) if before not in (None, stamp) else []


def setup(app: Sphinx) -> None:
    """Register."""
    app.connect("html-page-context", context)
    app.connect("env-purge-doc", purge)
    app.connect("env-updated", rewrite_all)
