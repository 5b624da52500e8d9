"""Keep the headings of every page pickled apart in Sphinx's environment, until someone asks for those of a page.

Sphinx reads the lists of headings of all pages in every build and writes them again in most, for the few pages that a
build has to do with: at 1000 pages half of the environment. `env.tocs` is a public mapping, used by key only;
`tests/test_speed.py` fails when Sphinx asks for more than a mapping gives.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any, TypeVar

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

T = TypeVar("T")


class Packed(MutableMapping[str, T]):
    """Values by name, none of them bytes: bytes are values that nobody has asked for since they were read from a file."""

    def __init__(self, values: Mapping[str, T]) -> None:
        self.inside: dict[str, Any] = dict(values)

    def __getitem__(self, key: str) -> T:
        value = self.inside[key]
        if isinstance(value, bytes):
            value = self.inside[key] = pickle.loads(value)
        return value  # type: ignore[no-any-return]

    def __setitem__(self, key: str, value: T) -> None:
        self.inside[key] = value

    def __delitem__(self, key: str) -> None:
        del self.inside[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.inside)

    def __len__(self) -> int:
        return len(self.inside)

    def __getstate__(self) -> dict[str, Any]:
        # What someone asked for may have changed since, so it is packed anew.
        return {"inside": {k: v if isinstance(v, bytes) else pickle.dumps(v, pickle.HIGHEST_PROTOCOL) for k, v in self.inside.items()}}


def pack(app: Sphinx, env: BuildEnvironment) -> None:
    """Before Sphinx writes its environment."""
    if not isinstance(env.tocs, Packed):
        env.tocs = Packed(env.tocs)  # type: ignore[assignment]


def setup(app: Sphinx) -> None:
    """Register."""
    app.connect("env-updated", pack, priority=900)
