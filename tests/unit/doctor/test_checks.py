"""What the doctor decides, on values."""

import datetime as dt

import pytest

from session_archive.doctor.check import Grade
from session_archive.doctor.grants import grant_checks
from session_archive.doctor.machine import clock_check, space_check
from session_archive.doctor.same_folder import folder_check, likeness
from session_archive.doctor.settings_conflicts import settings_checks
from session_archive.doctor.trial import Leg, answers_check, leg_check, smallest, trial_directory
from session_archive.listing import Entry
from session_archive.settings.load import load_settings

WHOLE = [
    "GRANT USAGE ON *.* TO `nightly`@`%` IDENTIFIED BY PASSWORD '*1' REQUIRE SSL",
    r"GRANT SELECT, INSERT ON `lab\_archive`.* TO `nightly`@`%`",
    "GRANT SELECT, INSERT ON `links`.* TO `nightly`@`%`",
    "GRANT SELECT ON `lab`.* TO `nightly`@`%`",
]


def grants(*rows: str) -> list[tuple[str, str, str]]:
    found = grant_checks(rows, own=("lab_archive", "links"), lab=("lab",))
    return [(str(check.grade), check.subject, check.found) for check in found]


def test_the_rights_of_setup_are_whole():
    assert [each[:2] for each in grants(*WHOLE)] == [("ok", "grants")]
    with_table = [*WHOLE[:3], "GRANT SELECT (`a`, `b`) ON `lab`.`session` TO `nightly`@`%`"]
    assert [each[0] for each in grants(*with_table)] == ["ok"], "whether that suffices, reading tells"


@pytest.mark.parametrize(
    ("row", "grade", "subject", "words"),
    [
        ("GRANT UPDATE, DELETE ON `links`.* TO `n`@`%`", "warning", "links.*", "has DELETE, UPDATE"),
        ("GRANT ALL PRIVILEGES ON `lab`.* TO `n`@`%`", "warning", "lab.*", "has ALL PRIVILEGES"),
        ("GRANT SELECT ON `payroll`.* TO `n`@`%`", "warning", "payroll.*", "has SELECT"),
        ("GRANT INSERT ON `lab`.`session` TO `n`@`%`", "warning", "lab.session", "has INSERT"),
        ("GRANT SELECT ON `lab`.* TO `n`@`%` WITH GRANT OPTION", "warning", "lab.*", "has GRANT OPTION"),
        ("GRANT FILE, SUPER ON *.* TO `n`@`%`", "warning", "*.*", "has FILE, SUPER"),
    ],
)
def test_rights_that_no_night_needs(row: str, grade: str, subject: str, words: str):
    [(found, about, told)] = grants(*WHOLE, row)
    assert (found, about) == (grade, f"grants on {subject}")
    assert words in told


def test_rights_that_are_missing_or_come_by_a_wider_grant():
    assert [each[:2] for each in grants(WHOLE[0], *WHOLE[2:])] == [("failure", "grants on lab_archive")]
    one_table = "GRANT SELECT, INSERT ON `lab_archive`.`data_set` TO `nightly`@`%`"
    assert ("failure", "grants on lab_archive") in [
        each[:2] for each in grants(WHOLE[0], *WHOLE[2:], one_table)
    ]
    found = grants("GRANT ALL PRIVILEGES ON *.* TO `root`@`%`")
    assert [each[0] for each in found] == ["warning"], "they suffice, and are too many"
    found = grants(*WHOLE[2:], "GRANT SELECT, INSERT ON `lab%`.* TO `n`@`%`")
    assert [each[:2] for each in found] == [("warning", "grants on lab%.*")]
    found = grants(*WHOLE[2:], "GRANT SELECT ON `lab_archive`.* TO `n`@`%`", "GRANT `role` TO `n`@`%`")
    assert [each[2] for each in found] == ["the nightly login lacks INSERT"]


def folder(*entries: Entry) -> list[Entry]:
    return [Entry("SC022", "dir"), Entry("SC023", "dir"), *entries]


@pytest.mark.parametrize(
    ("here", "there", "grade", "words"),
    [
        (folder(), folder(), Grade.OK, "2 names alike"),
        ([], [], Grade.WARNING, "both empty"),
        ([], folder(), Grade.FAILURE, "SC022 is on the collection only"),
        ([Entry("x", "dir")], folder(), Grade.FAILURE, "SC022 is on the collection only"),
        (
            folder(Entry("a", "file", 1)),
            folder(Entry("a", "file", 2)),
            Grade.WARNING,
            "1 bytes in local_path, 2",
        ),
        (folder(Entry("a", "link")), folder(), Grade.WARNING, "a is in local_path only"),
        (folder(Entry("a", "unreadable")), folder(Entry("a", "file", 2)), Grade.OK, "3 names alike"),
        (
            [Entry(f"n{i}", "dir") for i in range(5)],
            [Entry(f"m{i}", "dir") for i in range(5)],
            Grade.FAILURE,
            "; and 7 more",
        ),
    ],
)
def test_one_folder_or_two(here, there, grade: Grade, words: str):
    check = folder_check("source rig", "/rig", likeness(before=here, there=there, after=here))
    assert check.grade is grade
    assert words in check.found


def test_what_is_being_written_tells_nothing():
    before, after = folder(Entry("a", "file", 1)), folder(Entry("a", "file", 9), Entry("new", "file", 1))
    found = likeness(before=before, there=folder(Entry("a", "file", 5)), after=after)
    assert (found.alike, found.differ) == (2, ())


@pytest.mark.parametrize(
    ("seconds", "grade"), [(9, "ok"), (-9, "ok"), (60, "warning"), (-60, "warning"), (300, "failure")]
)
def test_clocks(seconds: int, grade: str):
    ours = dt.datetime(2021, 1, 1, tzinfo=dt.UTC)
    check = clock_check("globus", theirs=ours - dt.timedelta(seconds=seconds), ours=ours)
    assert check.grade == grade
    if grade != "ok":
        assert ("ahead" in check.found) == (seconds > 0)


@pytest.mark.parametrize(
    ("free", "total", "night", "grade"),
    [
        (2e12, 4e12, 1e12, "ok"),
        (2e12, 4e12, 3e12, "warning"),
        (4e9, 4e12, 0, "warning"),
        (9e8, 4e12, 0, "failure"),
    ],
)
def test_space(free: float, total: float, night: float, grade: str):
    assert space_check("rig", "/rig", free=int(free), total=int(total), night=int(night)).grade == grade


def leg(arrived: int | None = 3, checksum: str = "MD5 ab", **digests: str) -> Leg:
    return Leg("rig:a", "archive:b", "t1", 3, arrived, checksum, digests)


@pytest.mark.parametrize(
    ("case", "grade", "words"),
    [
        (leg(here="MD5 ab"), "ok", "checksum MD5 ab, read and compared on this machine: here"),
        (leg(checksum="", here="MD5 ab"), "ok", "the service told no checksum"),
        (leg(arrived=None), "failure", "archive:b is not there"),
        (leg(arrived=4), "failure", "4 bytes instead of 3"),
        (leg(here="MD5 ab", there="MD5 cd"), "failure", "reports MD5 ab, and there has MD5 cd"),
    ],
)
def test_a_leg_of_the_trial(case: Leg, grade: str, words: str):
    check = leg_check(case)
    assert check.grade == grade
    assert words in check.found


def test_the_smallest_file_that_is_not_empty_and_small_enough():
    assert smallest({"a": 0, "b": 7, "c": 5, "d": 5, "e": 20_000_000}) == "c"
    assert smallest({"a": 0, "e": 20_000_000}) is None
    assert [check.grade for check in answers_check(["task.x"])] == ["warning"]
    at = dt.datetime(2021, 1, 1, 3, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    assert trial_directory(at) == ".session-archive/doctor/20210101T010000Z"


SETTINGS = """
[catalog]
connection = "c"
database = "archive"
link_database = "links"
[lab]
session = "experiment.Session"
subject = "lab.Subject"
subject_name = "name"
date = "day"
[data_sets.raw-ephys]
location = "archive"
link_table = "ArchivedRawEphys"
[data_sets.raw-video]
location = "archive"
link_table = "ArchivedRawVideo"
{tables}
[locations.archive]
collection = "5b875fda-4185-11e8-bb52-0ac6873fc732"
directory = "/archive"
"""
RIG = '[sources.rig]\ncollection = "0b2f1d8a-51a0-4b0e-9d55-6f3f0c2f8a11"\ndirectory = "/rig"\n'
STAGING = RIG.replace("sources.rig", "staging").replace("0b2f", "9a6f") + 'local_path = "/nowhere"\n'


@pytest.mark.parametrize(
    ("tables", "subject"),
    [
        (RIG, None),
        ("", "sources"),
        (RIG + 'local_path = "/nowhere"', "sources.rig"),
        (RIG + 'data_sets = ["raw-ephys"]', "data_sets.raw-video"),
        (RIG + STAGING, "staging"),
        (RIG + "[fixity]\nsource_sha256 = true", "fixity.source_sha256"),
        (RIG + '[limits]\ntransfer_deadline = "10 h"', "limits.run_deadline"),
        (RIG + '[limits]\npoll_interval = "30 h"', "limits.poll_interval"),
        (RIG + '[limits]\nfault_patience = "80 h"', "limits.fault_patience"),
        (RIG + '[readiness]\nsettle_gap = "21 h"', "readiness.settle_gap"),
    ],
)
def test_settings_that_contradict_each_other_or_this_machine(tmp_path, tables: str, subject: str | None):
    file = tmp_path / "archive.toml"
    file.write_text(SETTINGS.format(tables=tables))
    [check] = settings_checks(load_settings(file))
    assert (check.grade, check.subject) == (("warning", subject) if subject else ("ok", str(file)))
