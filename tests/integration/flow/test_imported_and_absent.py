"""What another catalog recorded is known before anybody has looked: an empty mount point is not believed."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import pytest

from archive_flow.run.context import Run
from archive_flow.run.roots import prepare_destination
from archive_flow.select.claims import Assessments, assess_folders
from archive_flow.select.in_archive import InArchive
from session_archive.errors import DoubtfulListingError
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.recording.cataloged import ImportedRecord
from session_archive.request.selection import Selection
from session_archive.states.state import LabSession, State
from support.stack import Stack

PLACE = "archive-ephys"
SESSIONS = 12


@pytest.fixture
def imported(night: Run, stack: Stack) -> list[DataSetName]:
    """Twelve data sets by names only; some are of the lab's sessions."""
    lab = {(each.subject, each.date): each for each in night.catalog.expected_sessions("raw-ephys")}
    others = [
        LabSession(uuid.UUID(int=day), {"session": day}, "SC038", dt.date(2021, 2, day), dt.time(10))
        for day in range(1, SESSIONS + 1 - len(lab))
    ]
    records = [record(session) for session in (*lab.values(), *others)]
    assert len(records) == SESSIONS
    night.catalog.imports.enter(records, source="publication", imported_by="ann")
    return [each.name for each in records]


def record(session: LabSession) -> ImportedRecord:
    name = DataSetName("raw-ephys", SessionName(session.subject, session.date))
    directory = f"{session.subject}/catgt_{session.subject}_{session.date:%m%d%y}_g0"
    return ImportedRecord(
        name=name,
        session=session,
        place=PLACE,
        directory=directory,
        old_name=str(name),
        files={f"{directory}/a.bin": "ephys-raw"},
    )


def discover(night: Run, **params: object) -> tuple[Run, Assessments]:
    selection = Selection.from_params({"kinds": ["raw-ephys"]}, kinds=tuple(night.settings.data_sets))
    run = replace(night, route="discover", params=params, believed={}, selection=selection, started_by="ann")
    return run, assess_folders(InArchive(run))


def test_imported_data_sets_are_known_until_a_listing_is_believed(
    night: Run, stack: Stack, imported: list[DataSetName]
) -> None:
    location = night.settings.locations[PLACE]
    (stack.archive / "4ElectrodeRig_Ephys").mkdir(exist_ok=True)
    with pytest.raises(DoubtfulListingError, match=f"its root is empty: {SESSIONS} of {SESSIONS} known"):
        prepare_destination(replace(night, believed={}), location)
    _, found = discover(night)
    assert found.rows == ()
    (unlisted,) = (each for notes in found.notes for each in notes.unlisted)
    assert f"{SESSIONS} of {SESSIONS} known data sets that are not archived are missing" in str(unlisted.why)
    _, found = discover(night, accept_missing=[PLACE])
    names = {str(name) for name in imported}
    assert {row.state for row in found.rows if row.data_set in names} == {State.REFUSED}
    _, found = discover(night)
    assert not any(notes.unlisted for notes in found.notes), "it was accepted once"
    assert night.catalog.imports.unseen(PLACE) == frozenset()
