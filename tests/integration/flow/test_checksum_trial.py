"""`doctor --transfer` learns from small files which checksums a place computes, on a real local Globus and catalog."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from archive_flow.doctor import checksum_trial
from archive_flow.doctor.stop import Stop
from archive_flow.doctor.transcript import Transcript
from archive_flow.run.context import Run
from session_archive.doctor.check import Check
from session_archive.doctor.report import trial_record
from session_archive.fixity.place_checksums import ChecksumAnswer, PlaceChecksums
from support.stack import Stack

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def switches() -> Sequence[str]:
    return ("--checksums=archive=any-is-MD5", "--checksums=scratch=MD5,SHA256")


@pytest.fixture
def trying(stack: Stack, night: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trials]:
    _, password, _ = stack.secrets
    for name, value in {
        "USER": "session_archive",
        "PASSWORD": password,
        "PORT": str(stack.database.port),
    }.items():
        monkeypatch.setenv(f"SESSION_ARCHIVE_CATALOG_{name}", value)
    monkeypatch.setattr(checksum_trial, "POLL", 0.2)
    monkeypatch.setattr(checksum_trial, "GIVE_UP_AFTER", 3.0)
    (stack.rig / "SC022").mkdir(exist_ok=True)
    (stack.rig / "SC022/small.meta").write_text("typeThis=imec")
    yield Trials(stack, night)
    stack.globus.clear_faults()


class Trials:
    """The trial of all places, and what it has learned."""

    def __init__(self, stack: Stack, night: Run) -> None:
        self.stack, self.night, self.transcript = stack, night, Transcript()

    def checks(self, *, renew: bool = False, now: dt.datetime = NOW, source: str = "rig") -> dict[str, Check]:
        settings = self.night.settings
        stops = [Stop(settings.sources[source], "SC022/small.meta")]
        checks = checksum_trial.checksum_checks(
            settings, self.night.hook_of, stops, renew=renew, now=now, transcript=self.transcript
        )
        return {check.subject: check for check in checks}

    @property
    def known(self) -> PlaceChecksums:
        settings = self.night.settings
        places = {**settings.locations, **settings.scratch}
        return self.night.catalog.place_checksums.known(
            {name: place.collection for name, place in places.items()}
        )


def answers(known: PlaceChecksums, place: str) -> dict[str, tuple[bool | None, bool | None]]:
    found = {name: known.answer(place, name) for name in ("MD5", "SHA1", "SHA256", "SHA512")}
    return {name: (each.computes, each.notices) for name, each in found.items() if each}


@pytest.mark.fault(63)
def test_each_place_is_tried_once_and_what_it_answered_is_kept(trying: Trials, stack: Stack) -> None:
    checks = trying.checks()
    assert {subject: str(check.grade) for subject, check in checks.items()} == {
        "archive-ephys checksums": "warning",
        "archive-video checksums": "warning",
        "analysis checksums": "warning",
    }
    assert "cannot compute SHA1 (a right checksum did not match" in checks["archive-ephys checksums"].found
    assert "stay in archive-ephys:.session-archive/doctor/20260101T000000Z/checksums" in (
        checks["archive-ephys checksums"].found
    )
    md5_only = {"MD5": (True, True), "SHA1": (False, True), "SHA256": (False, True), "SHA512": (False, True)}
    assert answers(trying.known, "archive-ephys") == md5_only
    assert answers(trying.known, "archive-video") == md5_only
    assert answers(trying.known, "analysis") == {
        "MD5": (True, True),
        "SHA1": (False, True),
        "SHA256": (True, True),
        "SHA512": (False, True),
    }
    assert trying.night.hook.unfinished() == [], "what did not end is cancelled"
    kept = sorted(path.name for path in stack.archive.glob("4ElectrodeRig_Ephys/.session-archive/**/*.meta"))
    assert kept == ["MD5-right-small.meta", "plain-small.meta"]
    submitted = len(stack.globus.effects("accepted"))

    again = trying.checks()
    assert {str(check.grade) for check in again.values()} == {"ok"}
    assert all("known since" in check.found for check in again.values())
    assert len(stack.globus.effects("accepted")) == submitted

    record = trial_record(
        checks.values(),
        trying.transcript.records,
        unexpected={},
        places=trying.night.settings.places,
        made_at=NOW,
    )
    written = json.dumps(record)
    assert "a right checksum did not match" in written
    assert "is not supported on" in written
    assert "EXTERNAL_CHECKSUM_MISMATCH" in written
    for secret in ("small.meta", "SC022", "4ElectrodeRig", "archive-ephys", str(stack.directory), "analysis"):
        assert secret not in written
    for collection in stack.globus.collections.values():
        assert collection not in written


def test_a_doubt_is_tried_again_and_the_newest_answer_counts(trying: Trials) -> None:
    location = trying.night.settings.locations["archive-ephys"]
    doubt = ChecksumAnswer(location.name, location.collection, "SHA1", None, None, "three", "night 3")
    trying.night.catalog.place_checksums.record([doubt, replace(doubt, algorithm="MD5", computes=True)])
    checks = trying.checks(now=NOW + dt.timedelta(days=1))
    assert "cannot compute SHA1" in checks["archive-ephys checksums"].found
    assert "known since" in checks["analysis checksums"].found
    assert answers(trying.known, "archive-ephys")["MD5"] == (True, True)
    assert answers(trying.known, "archive-ephys")["SHA1"] == (False, True)


def test_a_place_in_trouble_is_not_judged_and_does_not_stop_the_others(trying: Trials, stack: Stack) -> None:
    stack.globus.fault(file="/4ElectrodeRig_Ephys/*", do="no_space", times=0)
    before = answers(trying.known, "archive-ephys")
    later = NOW + dt.timedelta(days=2)
    checks = trying.checks(renew=True, now=later)
    assert str(checks["archive-ephys checksums"].grade) == "warning"
    assert "NO_SPACE_LEFT" in checks["archive-ephys checksums"].found
    assert answers(trying.known, "archive-ephys") == before
    answer = trying.known.answer("archive-video", "MD5")
    assert answer is not None
    assert answer.observed_at == later, "it was renewed"


def test_where_no_place_can_be_read_here_nothing_is_concluded(trying: Trials, stack: Stack) -> None:
    submitted = len(stack.globus.effects("accepted"))
    checks = trying.checks(renew=True, source="far-rig")
    assert all("not tried" in check.found for check in checks.values())
    assert len(stack.globus.effects("accepted")) == submitted
