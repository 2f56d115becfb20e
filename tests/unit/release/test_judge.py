"""What may be deleted at a rig: only what every condition allows."""

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_archive.fixity.compare import compare
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.release.judge import ArchivedCopy, AtRig, Candidate, reasons_against
from session_archive.settings.release_table import ReleaseSettings
from session_archive.states.state import State, StateRow

NOW = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
NAME = DataSetName("raw-ephys", SessionName("SC022", dt.date(2021, 1, 1)))
A = FileEntry("SC022/a.bin", 10, 1_600_000_000, vouched_by="globus")
B = FileEntry("SC022/b.meta", 2, 1_600_000_000, vouched_by="globus")
FILES = Manifest.of([A, B])
RULES = ReleaseSettings(copies=1)
ROW = StateRow(
    "raw-ephys", uuid.uuid4(), State.ARCHIVED, session="SC022 2021-01-01 10:00", data_set=str(NAME)
)


def copy(**changes: Any) -> ArchivedCopy:
    good = ArchivedCopy(
        place="archive",
        site="basement",
        verified=True,
        unvouched=0,
        proven_at=NOW - dt.timedelta(days=40),
        readable=True,
        report=compare(promised=FILES, found=FILES),
    )
    return replace(good, **changes)


GOOD = Candidate(
    name=NAME,
    at_rig=AtRig("rig1", FILES),
    archived=FILES,
    state=ROW,
    archived_at=NOW - dt.timedelta(days=40),
    copies=(copy(),),
)
SIBLING = StateRow("raw-video", ROW.target, State.WAITING, session="SC022 2021-01-01 10:00")
TOUCHED = Manifest.of([replace(A, mtime=A.mtime + 1), B])
#: Each alone is a reason to keep the data set at the rig.
AGAINST: dict[str, tuple[dict[str, Any], str]] = {
    "kept": ({"kept": "kept at the rig by ann on 2026-01-02: figure 3"}, "kept at the rig by ann"),
    "never seen": ({"state": None}, "no run has seen it"),
    "not archived": ({"state": replace(ROW, state=State.CHANGED, reason="x")}, "it is not archived: changed: x"),
    "under way": ({"under_way": True}, "a transfer of it is under way"),
    "rig unlisted": ({"at_rig": AtRig("rig1", FILES, unlisted="it is off")}, "rig1 could not be listed: it is off"),
    "rig changed": ({"at_rig": AtRig("rig1", TOUCHED)}, "1 file changed since archiving, the first: SC022/a.bin"),
    "came later": (
        {"at_rig": AtRig("rig1", Manifest.of([A, B, FileEntry("SC022/c.bin", 1, 1)]))},
        "1 file at rig1 not in the archive, the first: SC022/c.bin",
    ),
    "others": ({"at_rig": AtRig("rig1", FILES, others=("SC022/x (odd)",))}, "1 path in its folder not archived"),
    "no copy": ({"copies": ()}, "good copies at 0 different sites"),
    "unverified": ({"copies": (copy(verified=False),)}, "its copy at archive is not verified"),
    "unvouched": ({"copies": (copy(unvouched=1),)}, "1 files that nothing vouches for"),
    "archive unlisted": ({"copies": (copy(report=None, unlisted="off"),)}, "could not be listed now: off"),
    "archive differs": (
        {"copies": (copy(report=compare(promised=FILES, found=Manifest.of([A]))),)},
        "not as cataloged: 1 of 2 files",
    ),
    "never proven": ({"copies": (copy(proven_at=None),)}, "was never proven"),
    "proven long ago": ({"copies": (copy(proven_at=NOW - dt.timedelta(days=91)),)}, "last proven on 2026-03-02"),
    "too new": ({"archived_at": NOW - dt.timedelta(days=29)}, "older_than has not passed"),
    "sibling": ({"siblings": (SIBLING,)}, "of the same session, SC022 2021-01-01 10:00 raw-video is waiting"),
}  # fmt: skip


def words(candidate: Candidate, rules: ReleaseSettings = RULES) -> str:
    return " | ".join(each.words for each in reasons_against(candidate, rules, now=NOW))


def test_yes_if_every_condition_holds() -> None:
    assert words(GOOD) == ""


@pytest.mark.parametrize("name", AGAINST)
def test_each_condition_alone_keeps_it_and_says_what_to_do(name: str) -> None:
    changes, expected = AGAINST[name]
    against = reasons_against(replace(GOOD, **changes), RULES, now=NOW)
    assert expected in " | ".join(each.words for each in against)
    assert all(each.to_do for each in against)


@given(st.sets(st.sampled_from(sorted(AGAINST)), min_size=1))
def test_no_combination_of_them_says_yes(names: set[str]) -> None:
    changes: dict[str, Any] = {}
    for name in sorted(names):
        changes |= AGAINST[name][0]
    assert reasons_against(replace(GOOD, **changes), RULES, now=NOW)


COMMAND = "session-archive audit --read --subject SC022 --date 2021-01-01 --kind raw-ephys --location archive"
WITH_CHECKSUMS = Manifest.of([replace(A, checksum="ab", checksum_algorithm="SHA1")])
NO_AUDIT = "no audit can prove 2 files without a cataloged checksum"


@pytest.mark.parametrize(
    ("files", "changes", "expected"),
    [
        (WITH_CHECKSUMS, {}, COMMAND),
        (
            WITH_CHECKSUMS,
            {"readable": False},
            f"give archive a local_path, or set [audit] scratch, since no worker can read it; then {COMMAND}",
        ),
        (FILES, {}, f"keep it at the rig, or allow a longer [release] proven_within: {NO_AUDIT}"),
        (FILES, {"proven_at": None}, f"keep it at the rig: {NO_AUDIT}"),
    ],
)
def test_old_content_is_proven_by_an_audit_where_one_can(
    files: Manifest, changes: dict[str, Any], expected: str
) -> None:
    report = compare(promised=files, found=files)
    old = copy(**{"proven_at": NOW - dt.timedelta(days=91), "report": report} | changes)
    candidate = replace(GOOD, archived=files, at_rig=AtRig("rig1", files), copies=(old,))
    assert reasons_against(candidate, RULES, now=NOW)[0].to_do == expected


def test_files_that_the_rig_has_no_more_are_no_reason() -> None:
    assert words(replace(GOOD, at_rig=AtRig("rig1", Manifest.of([A])))) == ""


@pytest.mark.parametrize(("site", "enough"), [("basement", False), ("cloud", True)])
def test_two_copies_at_one_site_count_once(site: str, enough: bool) -> None:
    two = replace(GOOD, copies=(copy(), copy(place="second", site=site)))
    assert (words(two, ReleaseSettings(copies=2)) == "") is enough
    assert "1 different sites (basement)" in words(GOOD, ReleaseSettings(copies=2))


def test_a_second_copy_that_is_not_good_is_a_reason_although_one_is_enough() -> None:
    damaged = copy(place="second", site="cloud", report=compare(promised=FILES, found=Manifest.of([A])))
    assert "its copy at second is not as cataloged" in words(replace(GOOD, copies=(copy(), damaged)))
