"""The Sphinx layer: roles, directives, notices, menu, terms and page data. Each module registers its own parts."""

from __future__ import annotations

import atexit
import gc
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from handbook.cache import digest
from handbook.render import (
    audit,
    base,
    bibliography,
    boxes,
    changes,
    citing,
    data,
    downloads,
    glance,
    head,
    html,
    ledger,
    menu,
    nodes,
    notices,
    packed,
    plots,
    questions,
    quicker_nodes,
    quicker_settings,
    quicker_transforms,
    quicker_yaml,
    rebuild,
    records,
    reference,
    search,
    tables,
    terms,
    tips,
    weight,
    writer,
)  # fmt: skip

MODULES = (
    base, nodes, citing, records, boxes, tables, plots, ledger, glance, bibliography, questions, notices, terms, menu, head, html,
    tips, search, data, changes, reference, audit, downloads, weight, writer,
    quicker_transforms, rebuild, packed,
)  # fmt: skip


def code_version(folder: Path) -> int:
    """A number that changes when a module or a word list in *folder* does: Sphinx keeps no page that other code has made."""
    files = sorted(path for path in folder.rglob("*") if path.suffix == ".py" or path.parent.name == "lists")
    return int(digest(*(path.read_bytes() for path in files))[:12], 16)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register every part; called by Sphinx because `conf.py` lists `handbook.render`."""
    # A build makes millions of nodes that live until its end: looking for garbage as often as usual costs a fifth of its time.
    gc.set_threshold(300_000, 20, 100)
    # Python looks for garbage once more when it ends, which takes longer than a build in which nothing changed.
    atexit.register(gc.freeze)
    quicker_nodes.apply()
    quicker_settings.apply()
    quicker_yaml.apply()
    for module in MODULES:
        module.setup(app)
    return {"version": "1", "env_version": code_version(Path(__file__).parents[1]), "parallel_read_safe": True, "parallel_write_safe": True}
