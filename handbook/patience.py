"""Run Sphinx with a link check that gives up on sites which keep saying “later”: `python -m handbook.patience -b linkcheck …`.

Sphinx waits as often and as long as a site asks it to, so one site that always answers “too many requests” would keep
the whole run from ending. Here each site is waited for a few times and a limited time, then counts as refusing.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from urllib.parse import urlsplit

from sphinx.builders import linkcheck
from sphinx.cmd.build import main

WAITS = 3  # how often one site may ask us to come back later

_waited: Counter[str] = Counter()


class Worker(linkcheck.HyperlinkAvailabilityCheckWorker):
    """A worker whose patience ends."""

    def limit_rate(self, response_url: str, retry_after: str | None) -> float | None:
        """When to ask again, in seconds of the clock; nothing when the site has asked too often or for too long."""
        site = urlsplit(response_url).netloc
        _waited[site] += 1
        again = super().limit_rate(response_url, retry_after)
        if again is None or _waited[site] > WAITS or again - time.time() > self.rate_limit_timeout:
            return None
        return again


def run(argv: list[str]) -> int:
    """Build with Sphinx; its exit code."""
    linkcheck.HyperlinkAvailabilityCheckWorker = Worker  # type: ignore[misc]  # Sphinx has no setting for this
    return main(argv)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
