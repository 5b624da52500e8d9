"""Our own nodes, with a form in HTML and a plain form for every other builder."""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from handbook.render.base import build_of


class badge(nodes.General, nodes.Inline, nodes.TextElement):
    """A certainty badge: its words are its children; `reasons` opens without JavaScript where a browser can."""


class disclosure(nodes.General, nodes.Element):
    """A box that is closed in HTML and open everywhere else; the first child is its `disclosure_title`."""


class disclosure_title(nodes.General, nodes.TextElement):
    """The heading of a disclosure."""


class drawing(nodes.General, nodes.Element):
    """An inline SVG in the page's own colors: attributes `svg`, `alt` (the words of the picture)."""


class DrawingsInWords(SphinxPostTransform):
    """Builders that cannot draw print the words of a picture."""

    default_priority = 20

    def run(self, **_: Any) -> None:
        """Replace each drawing by a paragraph, unless the builder shows SVG."""
        if build_of(self.env).builder.format in {"html", "pdf"}:
            return
        for node in list(self.document.findall(drawing)):
            node.replace_self(nodes.paragraph("", node["alt"]))


def _visit_badge(self: Any, node: badge) -> None:
    classes = f"hb-badge hb-{node['level']}"
    whys: dict[str, str] | None = getattr(self, "whys", None)  # where reasons are gathered: on our pages, not in other HTML
    if whys is None or self.builder.name == "epub" or not node.get("reasons"):
        self.body.append(f'<span class="{classes}">')
        node["_end"] = "</span>"
        return
    reasons = "".join(f"<p>{escape(line)}</p>" for line in node["reasons"])
    target = whys.setdefault(reasons, f"why-{len(whys) + 1}")
    self.body.append(f'<button type="button" class="{classes}" popovertarget="{target}">')
    node["_end"] = "</button>"


def _depart_badge(self: Any, node: badge) -> None:
    self.body.append(node["_end"])


def _visit_disclosure(self: Any, node: disclosure) -> None:
    self.body.append(self.starttag(node, "details", CLASS="hb-details"))


def _depart_disclosure(self: Any, node: disclosure) -> None:
    self.body.append("</details>\n")


def _visit_disclosure_title(self: Any, node: disclosure_title) -> None:
    self.body.append("<summary>")


def _depart_disclosure_title(self: Any, node: disclosure_title) -> None:
    self.body.append("</summary>\n")


def _visit_drawing(self: Any, node: drawing) -> None:
    self.body.append(f'<div class="hb-drawing">{node["svg"]}</div>\n')
    raise nodes.SkipNode


def _through(self: Any, node: nodes.Node) -> None:
    """Children speak for themselves."""


def _visit_title_paragraph(self: Any, node: nodes.Node) -> None:
    self.visit_paragraph(node)


def _depart_title_paragraph(self: Any, node: nodes.Node) -> None:
    self.depart_paragraph(node)


def setup(app: Sphinx) -> None:
    """Register the nodes for every builder that Sphinx brings."""
    plain = dict.fromkeys(("latex", "text", "man", "texinfo"), (_through, _through))
    titles = dict.fromkeys(plain, (_visit_title_paragraph, _depart_title_paragraph))
    app.add_node(badge, html=(_visit_badge, _depart_badge), **plain)  # type: ignore[arg-type]
    app.add_node(disclosure, html=(_visit_disclosure, _depart_disclosure), **plain)  # type: ignore[arg-type]
    app.add_node(disclosure_title, html=(_visit_disclosure_title, _depart_disclosure_title), **titles)  # type: ignore[arg-type]
    app.add_node(drawing, html=(_visit_drawing, None))  # type: ignore[arg-type]
    app.add_post_transform(DrawingsInWords)
