"""The places where a flow will send, listed before it assesses anything for them."""

from __future__ import annotations

from archive_flow.run.report import Notes, add_up
from archive_flow.run.roots import prepare_destination
from archive_flow.run.unlisted import could_not_list
from archive_flow.select.assessor import Assessor
from session_archive.errors import DoubtfulListingError


def receivable_copies(assessor: Assessor) -> tuple[list[tuple[str, str]], Notes]:
    """Each requested data set type with each of its locations, without those that are doubtful; and a note on each.

    No copy at such a location is assessed, so that its state stays as it is.
    """
    run = assessor.run
    doubtful: dict[str, Notes] = {}
    for location in sorted(assessor.destinations()):
        try:
            prepare_destination(run, run.place(location))
        except DoubtfulListingError as error:
            doubtful[location] = could_not_list(location, "", error)
    copies = [
        (kind, location)
        for kind in sorted(run.selection.kinds)
        for location in run.locations_of(kind)
        if location not in doubtful
    ]
    return copies, add_up(doubtful.values())
