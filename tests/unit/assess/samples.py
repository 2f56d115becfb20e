"""One session of one day, its folder on a rig, and what may be known about both."""

import datetime as dt
import uuid
from typing import Any

from session_archive.assess.coverage import Coverage
from session_archive.assess.known import Known
from session_archive.errors import ListingError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.listing import Folder
from session_archive.listing.unlisted import Unlisted
from session_archive.naming.conventions import load_conventions
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.recording.cataloged import Imported, LinkedDataSet, ReplicaInfo
from session_archive.recording.sessions import Claim, SourceFolder
from session_archive.request.selection import Selection
from session_archive.states.state import LabSession, State

DAY = dt.date(2021, 1, 1)
SESSION = LabSession(uuid.UUID(int=22), {"subject_id": 22, "session": 1}, "SC022", DAY, dt.time(10))
EXPECTED = SessionName("SC022", DAY)
NAME = DataSetName("raw-ephys", EXPECTED)
OTHER = DataSetName("raw-ephys", SessionName("SC023", DAY))
DIRECTORY = "SC022/catgt_SC022_010121_g0"
CONVENTIONS = load_conventions()
LAYOUT = CONVENTIONS.parse(DIRECTORY)[1]
FOUND = SourceFolder("rig1", Folder(NAME, DIRECTORY, LAYOUT))


def replica(*, verified: bool = True, found_by: str = "upload") -> ReplicaInfo:
    return ReplicaInfo("of the archive", verified, 7, 700, found_by)


def known(
    of_replica: ReplicaInfo | None = None,
    *,
    linked: DataSetName | None = None,
    imported: bool = False,
    **more: Any,
) -> Known:
    record = Imported(NAME, SESSION.id, "archive-ephys", DIRECTORY, "old catalog", 9)
    return Known(
        {NAME.id: of_replica} if of_replica else {},
        {SESSION.id: LinkedDataSet(linked, DIRECTORY)} if linked else {},
        {SESSION.id: record} if imported else {},
        **more,
    )


def claim(state: State | None = None, *, decided: bool = False, reason: str = "no such folder") -> Claim:
    """A session whose folder was found; or one without, in a state."""
    if state is None:
        return Claim(SESSION, EXPECTED, found=FOUND)
    return Claim(SESSION, EXPECTED, state=state, reason=reason, decided=decided)


def unlisted(place: str, directory: str = "") -> Unlisted:
    return Unlisted(place, directory, ListingError("it is switched off"))


def coverage(*of: Unlisted, selection: Selection | None = None) -> Coverage:
    return Coverage(CONVENTIONS, {"rig1", "rig2"}, selection or Selection(), of)


def manifest(**sizes: int) -> Manifest:
    """Files by name and size, all of one time."""
    return Manifest.of(FileEntry(f"{name}.bin", size, 1_600_000_000) for name, size in sizes.items())
