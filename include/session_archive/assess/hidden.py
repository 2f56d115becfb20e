"""Absences that no longer hold once a place has fallen silent: they were judged before that was known. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from session_archive.assess.coverage import Coverage
from session_archive.assess.unclaimed import FOLDER_GONE
from session_archive.naming.session_name import DataSetName
from session_archive.recording.sessions import Claim
from session_archive.states.state import State, StateRow


def without_hidden(
    rows: Iterable[StateRow], claims: Iterable[Claim], coverage: Coverage
) -> tuple[StateRow, ...]:
    """The new states without those of sessions and folders that may be where this run could not list after all.

    claims   : of all sessions without a folder
    coverage : at the end of the run's look
    """
    hidden = {claim.session.id for claim in claims if coverage.may_hide(claim)}
    return tuple(row for row in rows if not _hidden(row, coverage, absent=row.target in hidden))


def _hidden(row: StateRow, coverage: Coverage, *, absent: bool) -> bool:
    if row.state is State.NOT_FOUND:
        return absent
    if row.state is not State.GONE or row.reason != FOLDER_GONE:
        return False
    session = DataSetName.parse(row.data_set).session
    return not coverage.shows_absence(session, place=row.path.partition(":")[0])
