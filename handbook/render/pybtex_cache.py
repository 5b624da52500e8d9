"""Look up the pybtex style once, not at every citation.

sphinxcontrib-bibtex 2.7 calls `find_plugin` for each cite, and pybtex then reads the metadata of every installed package:
nine tenths of the reading time of this handbook. Remove this file when `foot_roles` keeps its style; the test
`test_pybtex_cache` fails when the name patched here goes away.
"""

from __future__ import annotations

from functools import lru_cache

from sphinxcontrib.bibtex import foot_roles


def apply() -> None:
    """Memoize the look-up in the one module that makes it."""
    if not hasattr(foot_roles.find_plugin, "cache_info"):  # type: ignore[attr-defined]
        foot_roles.find_plugin = lru_cache(foot_roles.find_plugin)  # type: ignore[attr-defined]
