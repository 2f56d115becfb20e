"""Which manifests of a data set are believed, and which are told of."""

import datetime as dt
import uuid
from dataclasses import replace

from tests.unit.sidecar.test_document import CARRIED, DIRECTORY, FILES

from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.sidecar.document import SidecarError, SidecarManifest
from session_archive.sidecar.trust import TrustReport, assess_trust
from session_archive.states.state import LabSession

KEY = {"subject_id": 407513, "session": 2}
LATER = FileEntry(f"{DIRECTORY}/z.npy", 5, 1_600_000_002, "ephys-sorted")
OF_DAY = LabSession(uuid.UUID(int=3), KEY, "SC022", dt.date(2021, 1, 1), dt.time(10, 30))
OF_ANOTHER_DAY = replace(OF_DAY, date=dt.date(2021, 1, 2))


def carried(**changes) -> SidecarManifest:
    return CARRIED.model_copy(update={"decisions": (), **changes})


def believed(*read, found=FILES, claimed=None, sessions=(OF_DAY,)) -> TrustReport:
    return assess_trust(
        read,
        data_set=CARRIED.name,
        location="ephys",
        directory=DIRECTORY,
        found=Manifest.of(found),
        claimed=claimed or {},
        sessions=sessions,
    )


def test_the_newest_is_believed_with_those_that_led_up_to_it() -> None:
    first, second = carried(), carried(revision=1, files=(*FILES, LATER))
    told = believed(second, first, found=(*FILES, LATER))
    assert told.revisions == (first, second)
    assert told.newest == second
    assert told.words == ""


def test_an_older_one_that_did_not_lead_there_is_told_of() -> None:
    other = carried(files=(replace(FILES[0], size=9), FILES[1]))
    second = carried(revision=1, files=(*FILES, LATER))
    told = believed(other, second, found=(*FILES, LATER))
    assert told.revisions == (second,)
    assert "a.bin is missing or different in revision 1" in told.words


def test_a_newer_one_that_the_archive_does_not_bear_out_is_told_of() -> None:
    first, second = carried(), carried(revision=1, files=(*FILES, LATER))
    told = believed(first, second)
    assert told.revisions == (first,)
    assert "z.npy: not at the destination" in told.words


def test_one_that_cannot_be_read_stops_no_other() -> None:
    told = believed(SidecarError("x.json: no manifest"), carried())
    assert told.revisions == (carried(),)
    assert told.words == "its sidecar manifest was rejected: x.json: no manifest"
    assert believed(SidecarError("x"), SidecarError("y")).words.endswith("(and 1 more)")


def test_it_names_a_session_of_its_day_or_one_that_a_person_chose() -> None:
    assert believed(carried(), sessions=()).doubts == (
        "revision 0: the lab's pipeline has no session {'subject_id': 407513, 'session': 2}",
    )
    assert "but no decision says so" in believed(carried(), sessions=[OF_ANOTHER_DAY]).words
    assert believed(CARRIED, sessions=[OF_ANOTHER_DAY]).revisions == (CARRIED,)
    assert believed(carried(), sessions=(), claimed=KEY).revisions
    assert believed(carried(session_key=None), sessions=()).revisions


def test_times_are_all_as_written_or_the_place_keeps_none() -> None:
    touched = tuple(replace(file, mtime=1) for file in FILES)
    assert believed(carried(), found=touched).revisions
    assert "UTC in the archive" in believed(carried(), found=(FILES[0], touched[1])).words
