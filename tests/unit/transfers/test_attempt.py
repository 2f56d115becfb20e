"""Which files at a destination a transfer of ours wrote: only those may ever be replaced."""

import datetime as dt
import uuid

import pytest

from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.transfers.attempt import Attempt, Trace, accepted_attempt, trace_of
from session_archive.transfers.submission import End, Outcome, Submission

RECORDED = 1_600_000_000
ACCEPTED = dt.datetime(2026, 1, 1, 22, 0, tzinfo=dt.UTC)
ENDED = ACCEPTED + dt.timedelta(hours=1)
MEANWHILE = int((ACCEPTED + dt.timedelta(minutes=20)).timestamp())
YEAR = 365 * 86400


def entry(size: int, mtime: int, path: str = "a.bin") -> FileEntry:
    return FileEntry(path, size, mtime)


PROMISED = entry(100, RECORDED)


def attempt(**changes) -> Attempt:
    values = {"files": {"a.bin": PROMISED}, "accepted_at": ACCEPTED, "ended_at": ENDED}
    return Attempt(**{**values, **changes})


@pytest.mark.parametrize(
    ("found", "trace"),
    [
        (entry(100, RECORDED), Trace.PARTIAL),  # as promised; the transfer failed, so it is compared again
        (entry(40, MEANWHILE), Trace.PARTIAL),  # half a file
        (entry(0, MEANWHILE), Trace.PARTIAL),
        (entry(100, MEANWHILE), Trace.WHOLE),  # a place that keeps no times
        (entry(101, MEANWHILE), Trace.NONE),  # larger than ours
        (entry(40, RECORDED), Trace.NONE),  # no half file of ours has the promised time
        (entry(40, MEANWHILE - YEAR), Trace.NONE),  # a colleague's, copied with its old time
        (entry(100, MEANWHILE - YEAR), Trace.NONE),
        (entry(40, int(ENDED.timestamp()) + 3), Trace.NONE),  # written after we had ended
        (entry(40, int(ACCEPTED.timestamp()) - 3), Trace.NONE),  # and before the service knew of us
        (entry(40, int(ENDED.timestamp()) + 2), Trace.PARTIAL),  # clocks
        (entry(100, RECORDED, "other.bin"), Trace.NONE),  # never named
    ],
)
def test_a_file_is_ours_only_if_it_has_the_mark_of_the_transfer(found: FileEntry, trace: Trace) -> None:
    source = entry(100, RECORDED, found.path)
    assert attempt().trace(found, source=source) is trace
    assert trace_of([], found, source=source) == (Trace.NONE, None)


def test_what_existed_when_the_transfer_had_ended_decides_about_later_files() -> None:
    just_after = entry(40, int(ENDED.timestamp()) + 1)
    assert attempt().trace(just_after, source=PROMISED) is Trace.PARTIAL
    assert attempt(left={}).trace(just_after, source=PROMISED) is Trace.NONE
    assert attempt(left={"a.bin": just_after}).trace(just_after, source=PROMISED) is Trace.PARTIAL
    # The archive's clock is five minutes ahead: the file as it was listed then is ours, another one is not.
    ahead = entry(40, int(ENDED.timestamp()) + 300)
    assert attempt(left={"a.bin": ahead}).trace(ahead, source=PROMISED) is Trace.PARTIAL
    assert attempt(left={"a.bin": entry(30, ahead.mtime)}).trace(ahead, source=PROMISED) is Trace.NONE
    # A colleague's file with its old time was listed then already.
    old = entry(40, MEANWHILE - YEAR)
    assert attempt(left={"a.bin": old}).trace(old, source=PROMISED) is Trace.NONE


def test_a_copy_with_our_size_and_time_that_came_after_a_failed_transfer_is_not_ours() -> None:
    """A person copied it there, by a program that keeps times; it may be another version with the same size."""
    alike = PROMISED
    assert attempt(left={}).trace(alike, source=PROMISED) is Trace.NONE
    assert attempt(left={"a.bin": entry(40, MEANWHILE)}).trace(alike, source=PROMISED) is Trace.NONE
    assert attempt(left={"a.bin": alike}).trace(alike, source=PROMISED) is Trace.PARTIAL
    # Nobody has looked, or the transfer is still under way.
    assert attempt().trace(alike, source=PROMISED) is Trace.PARTIAL
    assert attempt(ended_at=None).trace(alike, source=PROMISED) is Trace.PARTIAL


def test_what_a_later_transfer_did_not_find_at_its_end_is_of_no_earlier_one_either() -> None:
    unlisted, listed = attempt(), attempt(left={})
    assert trace_of([unlisted, listed], PROMISED, source=PROMISED) == (Trace.NONE, None)
    assert trace_of([listed, unlisted], PROMISED, source=PROMISED) == (Trace.PARTIAL, unlisted)
    other = attempt(files={"b.bin": entry(1, RECORDED, "b.bin")}, left={})
    assert trace_of([unlisted, other], PROMISED, source=PROMISED) == (Trace.PARTIAL, unlisted)


def test_a_file_that_the_service_compared_is_proven_while_it_is_as_it_was() -> None:
    compared = attempt(checksums={"a.bin": ("MD5", "ff")})
    assert compared.trace(PROMISED, source=PROMISED) is Trace.COMPARED
    assert compared.trace(entry(100, MEANWHILE), source=PROMISED) is Trace.COMPARED
    assert compared.trace(entry(99, MEANWHILE), source=PROMISED) is Trace.PARTIAL
    assert compared.trace(entry(100, MEANWHILE + YEAR), source=PROMISED) is Trace.NONE
    changed = entry(100, RECORDED + 5)
    assert compared.trace(PROMISED, source=changed) is Trace.PARTIAL, "the rig has another file now"


@pytest.mark.parametrize("source", [entry(140, RECORDED + 5), entry(140, RECORDED), entry(100, RECORDED + 5)])
def test_a_file_that_changed_while_it_was_sent_is_ours_in_the_version_that_the_source_shows(
    source: FileEntry,
) -> None:
    sent = attempt(succeeded=True, checksums={"a.bin": ("MD5", "ff")})
    assert sent.trace(source, source=source) is Trace.PARTIAL, "Globus compares it with the source again"
    for other in (entry(source.size, source.mtime + 1), entry(source.size + 1, source.mtime)):
        assert sent.trace(other, source=source) is Trace.NONE
    # Globus reports no digest of it: it did not arrive, or was there before.
    for checksums in ({}, {"a.bin": ("", "")}, {"b.bin": ("MD5", "ff")}):
        assert attempt(succeeded=True, checksums=checksums).trace(source, source=source) is Trace.NONE
    # It was not there yet when the transfer had ended: somebody copied it from the rig.
    copied_by_hand = attempt(succeeded=True, checksums={"a.bin": ("MD5", "ff")}, left={})
    assert copied_by_hand.trace(source, source=source) is Trace.NONE


def test_a_transfer_that_succeeded_finished_its_files() -> None:
    assert attempt(succeeded=True).trace(PROMISED, source=PROMISED) is Trace.WHOLE


def test_the_newest_transfer_that_wrote_a_file_decides() -> None:
    first = attempt(checksums={"a.bin": ("MD5", "ff")})
    later = dt.timedelta(days=1)
    second = attempt(accepted_at=ACCEPTED + later, ended_at=ENDED + later)
    assert trace_of([first, second], PROMISED, source=PROMISED) == (Trace.PARTIAL, second)
    half_of_the_first = entry(40, MEANWHILE)
    assert trace_of([first, second], half_of_the_first, source=PROMISED) == (Trace.PARTIAL, first)


def row(**changes) -> Submission:
    values = {
        "submission_id": uuid.uuid4(),
        "data_set_id": uuid.uuid4(),
        "data_set": "raw-ephys/SC022/2021-01-01",
        "route": "upload",
        "source": "rig",
        "destination": "archive",
        "manifest_id": "",
        "items": ("a.bin",),
        "resumes": False,
        "label": "label",
        "begun_at": ACCEPTED - dt.timedelta(seconds=2),
        "accepted_at": ACCEPTED,
    }
    return Submission(**{**values, **changes})


def made(submission: Submission, outcome: Outcome | None) -> Attempt | None:
    promised = Manifest.of([PROMISED, entry(5, RECORDED, "b.bin")])
    return accepted_attempt(submission, outcome, promised=promised, deadline=dt.timedelta(hours=6))


def test_what_the_service_never_accepted_wrote_nothing() -> None:
    assert made(row(accepted_at=None), Outcome(End.LOST)) is None


def test_a_transfer_wrote_only_what_it_was_asked_to_move() -> None:
    found = made(row(), Outcome(End.FAILED, completed_at=ENDED, left=(entry(3, MEANWHILE),)))
    assert found is not None
    assert (set(found.files), found.ended_at, found.succeeded) == ({"a.bin"}, ENDED, False)
    assert found.left == {"a.bin": entry(3, MEANWHILE)}
    assert made(row(), None).ended_at is None


@pytest.mark.parametrize(("hours", "ended"), [(1, 1.0), (30, 6.0)])
def test_a_lost_transfer_ended_when_we_lost_it_or_at_its_deadline(hours: float, ended: float) -> None:
    begun = ACCEPTED - dt.timedelta(seconds=2)
    found = made(row(), Outcome(End.LOST, recorded_at=begun + dt.timedelta(hours=hours)))
    assert found is not None
    assert found.ended_at == begun + dt.timedelta(hours=ended)


def test_an_end_is_never_later_than_its_record() -> None:
    found = made(row(), Outcome(End.FAILED, completed_at=ENDED + dt.timedelta(hours=5), recorded_at=ENDED))
    assert found is not None
    assert found.ended_at == ENDED


@pytest.mark.parametrize(
    ("mtime", "ours"),
    [
        (int(ACCEPTED.timestamp()) - 2, True),
        (int(ACCEPTED.timestamp()), True),
        (int(ACCEPTED.timestamp()) - 3, False),
        (int(ENDED.timestamp()) + 2, True),
        (int(ENDED.timestamp()) + 3, False),
    ],
)
def test_clocks_may_differ_by_two_seconds(mtime: int, ours: bool) -> None:
    found = entry(40, mtime)
    assert (attempt().trace(found, source=PROMISED) is not Trace.NONE) is ours


def test_of_two_names_that_a_place_may_take_for_one_neither_proves_what_is_there() -> None:
    paths = ("v/a.bin", "v/A.bin", "v/b.bin")
    submission = Submission(
        submission_id=uuid.UUID(int=1),
        data_set_id=uuid.UUID(int=2),
        data_set="raw-ephys/SC022/2021-01-01",
        route="upload",
        source="rig",
        destination="archive",
        manifest_id="",
        items=paths,
        resumes=False,
        label="",
        run_id="",
        accepted_at=ACCEPTED,
    )
    files = {path: entry(100, RECORDED, path) for path in paths}
    outcome = Outcome(
        End.SUCCEEDED, completed_at=ENDED, recorded_at=ENDED, checksums=dict.fromkeys(paths, ("MD5", "ab"))
    )
    made = accepted_attempt(
        submission, outcome, promised=Manifest.of(files.values()), deadline=dt.timedelta(days=1)
    )
    assert made is not None
    traces = [made.trace(files[path], source=files[path]) for path in paths]
    assert traces == [Trace.WHOLE, Trace.WHOLE, Trace.COMPARED]
