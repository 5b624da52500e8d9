"""Work out the settings of docutils once a build, not twice a page.

For every page Sphinx makes docutils' command-line parser, with its 74 options, to take the default settings from it, and
MyST makes another for a document that it then does not need: 3 % of the build. Here every page gets a copy of its own.
The settings follow from the parts that read, from what Sphinx hands over and from `docutils.conf`, which does not change
during a build. docutils means to replace this parser (see `frontend.OptionParser`); remove this file then.
`tests/test_speed.py` fails when a name patched here goes away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from docutils.frontend import Values, get_default_settings
from docutils.utils import DependencyList
from myst_parser.mdit_to_docutils import base as myst
from sphinx.util import docutils as sphinx_docutils

as_sphinx_does, as_docutils_does = sphinx_docutils._get_settings, get_default_settings
kept: dict[tuple[object, ...], tuple[Mapping[str, Any], Values]] = {}


def copy_of(parts: tuple[Any, ...], given: Mapping[str, Any], make: Callable[[], Values]) -> Values:
    """The settings that were made for *parts* with the same *given*, or new ones; what a page adds to them stays with the page."""
    key = tuple(part if isinstance(part, type) else type(part) for part in parts)
    if key not in kept or kept[key][0] != given:
        kept[key] = given, make()
    out = Values.__new__(Values)
    vars(out).update((name, list(value) if isinstance(value, list) else value) for name, value in vars(kept[key][1]).items())
    out.record_dependencies = DependencyList()
    return out


def of_page(*parts: Any, defaults: Mapping[str, Any], read_config_files: bool = False) -> Values:
    """As `sphinx.util.docutils._get_settings`."""
    given = {**defaults, "read_config_files": read_config_files}
    return copy_of(parts, given, lambda: as_sphinx_does(*parts, defaults=defaults, read_config_files=read_config_files))


def of_parts(*parts: Any) -> Values:
    """As `docutils.frontend.get_default_settings`."""
    return copy_of(parts, {}, lambda: as_docutils_does(*parts))


def apply() -> None:
    """Put them in the place of those of Sphinx and MyST."""
    kept.clear()
    sphinx_docutils._get_settings = of_page
    vars(myst)["get_default_settings"] = of_parts
