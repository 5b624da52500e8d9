"""A Sphinx extension with everything of ours that makes words, and none of what makes pages light: the stock book theme's side."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

from handbook.render import MODULES, menu, weight

CONF = '''"""The real settings without our templates, menu and weight: the book theme as it comes."""

from pathlib import Path

HERE = Path(__file__).resolve()
__file__ = str(HERE.parents[1] / "docs" / "conf.py")
exec(compile(Path(__file__).read_text(encoding="utf-8"), __file__, "exec"))
extensions = [{"handbook.render": "handbook.bench.stock"}.get(name, name) for name in extensions]
templates_path, html_sidebars, html_theme_options, html_css_files, html_js_files = [], {}, {}, [], []
html_static_path = ["../docs/_static"]
'''


def setup(app: Sphinx) -> dict[str, Any]:
    """Register every part but menu and weight."""
    for module in MODULES:
        if module not in (menu, weight):
            module.setup(app)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
