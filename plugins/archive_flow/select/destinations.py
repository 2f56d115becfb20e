"""The places where a flow will send, listed before it assesses anything for them."""

from __future__ import annotations

from archive_flow.run.report import Notes, add_up
from archive_flow.run.roots import prepare_destination
from archive_flow.run.unlisted import could_not_list
from archive_flow.select.assessor import Assessor
from session_archive.errors import DoubtfulListingError


def receivable_types(assessor: Assessor) -> tuple[list[str], Notes]:
    """The requested data set types, in their order, without those whose location is doubtful; and a note on each.

    No data set of such a type is assessed, so that its state stays as it is.
    """
    run = assessor.run
    doubtful: dict[str, Notes] = {}
    for location in sorted(assessor.destinations()):
        try:
            prepare_destination(run, run.place(location))
        except DoubtfulListingError as error:
            doubtful[location] = could_not_list(location, "", error)
    types = [kind for kind in sorted(run.selection.kinds) if run.location_of(kind) not in doubtful]
    return types, add_up(doubtful.values())
