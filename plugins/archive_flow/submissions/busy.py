"""The data sets to which a transfer is unfinished: what is seen of them now is of a moment in between."""

from __future__ import annotations

import uuid

from archive_flow.run.context import Run


def busy_data_sets(run: Run, place: str = "", *, but_by: str = "") -> frozenset[uuid.UUID]:
    """Ids of the data sets with an unfinished transfer.

    place  : only transfers to this place; '' for any
    but_by : without those of this route, which takes its own up again
    """
    return frozenset(
        each.data_set_id
        for each in run.catalog.ledger.unfinished()
        if place in ("", each.destination) and each.route != but_by
    )
