"""Which sidecar manifests of a data set are trusted, and why the others are not."""

import datetime as dt
import uuid
from dataclasses import replace

from tests.unit.sidecar.test_document import CARRIED, DIRECTORY, FILES

from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.sidecar.document import SidecarError, SidecarManifest
from session_archive.sidecar.trust import TrustReport, assess_trust
from session_archive.states.decisions import Verdict
from session_archive.states.state import LabSession

KEY = {"subject_id": 407513, "session": 2}
LATER = FileEntry(f"{DIRECTORY}/z.npy", 5, 1_600_000_002, "ephys-sorted")
OF_DAY = LabSession(uuid.UUID(int=3), KEY, "SC022", dt.date(2021, 1, 1), dt.time(10, 30))
OF_ANOTHER_DAY = replace(OF_DAY, date=dt.date(2021, 1, 2))


def carried(**changes) -> SidecarManifest:
    return CARRIED.model_copy(update={"decisions": (), **changes})


def trust(*read, listed=FILES, claimed=None, sessions=(OF_DAY,)) -> TrustReport:
    return assess_trust(
        read,
        data_set=CARRIED.name,
        location="ephys",
        directory=DIRECTORY,
        listed=Manifest.of(listed),
        claimed=claimed or {},
        sessions=sessions,
    )


def test_the_newest_is_trusted_with_those_that_it_continues() -> None:
    first, second = carried(), carried(revision=1, files=(*FILES, LATER))
    report = trust(second, first, listed=(*FILES, LATER))
    assert report.revisions == (first, second)
    assert report.newest == second
    assert report.words == ""


def test_an_older_one_that_it_does_not_continue_is_reported() -> None:
    other = carried(files=(replace(FILES[0], size=9), FILES[1]))
    second = carried(revision=1, files=(*FILES, LATER))
    report = trust(other, second, listed=(*FILES, LATER))
    assert report.revisions == (second,)
    assert "a.bin is missing or different in revision 1" in report.words


def test_a_newer_one_that_the_archive_contradicts_is_reported() -> None:
    first, second = carried(), carried(revision=1, files=(*FILES, LATER))
    report = trust(first, second)
    assert report.revisions == (first,)
    assert "z.npy: not there" in report.words


def test_one_that_cannot_be_read_stops_no_other() -> None:
    report = trust(SidecarError("x.json: no manifest"), carried())
    assert report.revisions == (carried(),)
    assert report.words == "its sidecar manifest was rejected: x.json: no manifest"
    assert trust(SidecarError("x"), SidecarError("y")).words.endswith("(and 1 more)")


def test_it_names_a_session_of_its_day_or_one_that_a_person_chose() -> None:
    assert trust(carried(), sessions=()).doubts == (
        "revision 0: the lab's pipeline has no session {'subject_id': 407513, 'session': 2}",
    )
    assert "but no decision assigns it" in trust(carried(), sessions=[OF_ANOTHER_DAY]).words
    assert trust(CARRIED, sessions=[OF_ANOTHER_DAY]).revisions == (CARRIED,)
    assert trust(carried(), sessions=(), claimed=KEY).revisions
    assert trust(carried(session_key=None), sessions=()).revisions


def test_only_a_decision_that_assigns_this_very_session_makes_it_right() -> None:
    (chosen,) = [each for each in CARRIED.decisions if each.verdict is Verdict.SESSION]
    here = replace(chosen, place=CARRIED.location, directory=DIRECTORY)
    for decision, trusted in (
        (here, True),
        (replace(here, verdict=Verdict.IGNORE), False),
        (replace(here, session_key={**KEY, "session": 3}), False),
    ):
        report = trust(carried(decisions=(decision,)), sessions=[OF_ANOTHER_DAY])
        assert bool(report.revisions) is trusted, decision


def test_a_session_that_the_lab_does_not_have_is_wrong_whoever_claims_the_folder() -> None:
    report = trust(carried(), sessions=(), claimed={**KEY, "session": 3})
    assert "the lab's pipeline has no session" in report.words


def test_times_are_all_as_written_or_the_place_keeps_none() -> None:
    touched = tuple(replace(file, mtime=1) for file in FILES)
    assert trust(carried(), listed=touched).revisions
    assert "UTC in the archive" in trust(carried(), listed=(FILES[0], touched[1])).words
