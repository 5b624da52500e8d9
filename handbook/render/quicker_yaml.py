"""Let `yaml.safe_load` read with libyaml, as our own records are read: eight times faster, the same values.

MyST reads the front matter of each page twice with PyYAML's reader in Python: 4 % of the build. PyYAML keeps that reader as
the default of `safe_load` and leaves the quicker one to those who ask for it (its documentation, “LibYAML bindings”).
What libyaml cannot read is read again as it would be without us, so that a fault is told in the same words.
Remove this file when `yaml.safe_load` uses libyaml by itself; `tests/test_speed.py` fails when MyST asks in another way.
"""

from __future__ import annotations

from typing import Any

import yaml

as_it_comes = yaml.safe_load


def safe_load(stream: Any) -> Any:
    """As `yaml.safe_load`; what is no text, such as an open file, is left to it."""
    if isinstance(stream, str):
        try:
            return yaml.load(stream, Loader=yaml.CSafeLoader)
        except (yaml.YAMLError, ValueError, RecursionError):
            pass
    return as_it_comes(stream)


def apply() -> None:
    """Put it in the place of that of PyYAML, where libyaml is there."""
    if yaml.__with_libyaml__:
        yaml.safe_load = safe_load
