"""How many listings a second one run may ask Globus for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyrate_limiter import Limiter


def listing_rate(per_second: int) -> Limiter:
    """Limits how many listings a second all threads of a task together may ask Globus for."""
    # The import takes a tenth of a second: not at DAG parse.
    from pyrate_limiter import Duration, InMemoryBucket, Limiter, Rate

    return Limiter(InMemoryBucket([Rate(per_second, Duration.SECOND)]))
