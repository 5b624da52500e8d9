"""A Sphinx extension with everything of ours that makes words, and nothing that makes pages light or builds fast.

With it the same pages are built by the book theme and sphinxcontrib-bibtex as they come, which is what the bars of
`performance.md` are ratios to. `BENCH_MEMOISED=1` keeps our memoised look-up of the citation style, to tell its part.
"""

from __future__ import annotations

import os
from typing import Any

from pybtex.plugin import find_plugin
from sphinx.application import Sphinx
from sphinxcontrib.bibtex import foot_roles

from handbook.render import MODULES, html, menu, quicker_transforms, weight

CONF = '''"""The real settings without our templates, menu and weight: the book theme as it comes."""

from pathlib import Path

HERE = Path(__file__).resolve()
__file__ = str(HERE.parents[1] / "docs" / "conf.py")
exec(compile(Path(__file__).read_text(encoding="utf-8"), __file__, "exec"))
extensions = [{"handbook.render": "handbook.bench.stock"}.get(name, name) for name in extensions]
templates_path, html_sidebars, html_theme_options, html_css_files, html_js_files = [], {}, {}, [], []
html_static_path = ["../docs/_static"]
notfound_template = "page.html"
'''


def setup(app: Sphinx) -> dict[str, Any]:
    """Register every part that makes words; take the memoised look-up back."""
    for module in MODULES:
        if module not in (html, menu, weight, quicker_transforms):
            module.setup(app)
    if not os.environ.get("BENCH_MEMOISED"):
        vars(foot_roles)["find_plugin"] = find_plugin
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
