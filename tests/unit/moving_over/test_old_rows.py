"""Which rows of map-ephys' own catalog can be imported, and the reasons why others cannot."""

import datetime as dt
import re
import uuid
from dataclasses import replace
from typing import Any

import pytest

from session_archive.moving_over.old_data_sets import OldDataSet, Surroundings
from session_archive.moving_over.old_rows import read_all
from session_archive.naming.conventions import load_conventions
from session_archive.settings.places import Place
from session_archive.states.state import LabSession

PETREL = uuid.UUID("5b875fda-4185-11e8-bb52-0ac6873fc732")
FOLDER = "SC022/catgt_SC022_080819_g0"
AP = f"{FOLDER}/SC022_080819_g0_imec0/SC022_080819_g0_tcat.imec0.ap.bin"


def lab_session(subject: str, number: int, *began: Any) -> LabSession:
    start = dt.datetime(*began)
    key = {"subject_id": 1000 + int(subject[2:]), "session": number}
    return LabSession(uuid.uuid5(uuid.NAMESPACE_URL, str(key)), key, subject, start.date(), start.time())


SC022 = lab_session("SC022", 1, 2019, 8, 8, 10, 0)
NEW_YEAR = lab_session("SC038", 2, 2021, 1, 1, 11, 0)
TWO = (lab_session("SC035", 1, 2020, 1, 7, 10, 30), lab_session("SC035", 2, 2020, 1, 7, 15, 45))
SESSIONS = (SC022, NEW_YEAR, *TWO)

AROUND = Surroundings(
    conventions=load_conventions(),
    locations={
        "ephys": Place(name="ephys", collection=PETREL, directory="/4ElectrodeRig_Ephys"),
        "video": Place(name="video", collection=PETREL, directory="/"),
    },
    place_of={"raw-ephys": "ephys", "raw-video": "video"},
    sessions=SESSIONS,
    expected={"raw-ephys": SESSIONS, "raw-video": SESSIONS},
)


def ephys(*paths: str, session: LabSession = SC022, **changes) -> OldDataSet:
    old = OldDataSet(
        location="raw-ephys",
        endpoint=str(PETREL),
        root="/4ElectrodeRig_Ephys",
        name=f"ephys-raw-{session.subject}-{session.key['session']}",
        sessions=(session.key,),
        files=tuple((path, "ephys-raw-unknown") for path in paths),
    )
    return replace(old, **changes)


def entered(old: OldDataSet, around: Surroundings = AROUND) -> list[str]:
    """The paths that are entered."""
    return [path for record in read_all([old], around)[0] for path in record.files]


def reasons(*old: OldDataSet, around: Surroundings = AROUND) -> list[str]:
    return [f"{each.what}: {each.why}" for each in read_all(old, around)[1]]


@pytest.mark.parametrize(
    "spelled",
    [
        AP,
        f"/{AP}",
        f"//{AP}",
        AP.replace("/", "//"),
        AP.replace("/", "\\"),
        f"./{AP}",
        AP.replace("/", "/./"),
    ],
)
def test_every_spelling_of_a_path_is_the_one_that_this_archive_writes(spelled: str):
    [record], rejected = read_all([ephys(spelled)], AROUND)
    assert (str(record.name), record.place, record.directory, list(record.files)) == (
        "raw-ephys/SC022/2019-08-08",
        "ephys",
        FOLDER,
        [AP],
    )
    assert (record.session, rejected) == (SC022, [])


def test_the_root_may_have_another_spelling_too():
    assert entered(ephys(AP, root="4ElectrodeRig_Ephys/")) == [AP]
    assert entered(ephys(f"4ElectrodeRig_Ephys/{AP}", root="/")) == [AP]


def test_videos_are_found_below_a_root_that_contains_the_other():
    path = "SC022\\20190808\\video\\SC022_side_001-0000.avi"
    old = replace(ephys(path), location="raw-video", root="/", name="tracking-video-SC022-1")
    [record], rejected = read_all([old], AROUND)
    assert (str(record.name), record.directory, rejected) == (
        "raw-video/SC022/2019-08-08",
        "SC022/20190808/video",
        [],
    )


@pytest.mark.parametrize(
    ("path", "why"),
    [
        (f"{FOLDER}/../../secret.bin", "the path is not a path inside a root"),
        (f"{FOLDER}/a\nb.bin", "the path contains a control character"),
        (f"C:\\map\\raw\\{FOLDER}\\a.bin", "not in a recording's folder"),
        ("SC022/notes.txt", "not in a recording's folder"),
        ("SC023/catgt_SC023_080819_g0/a.bin", "the folder is of 'SC023', the session of 'SC022'"),
        (
            "SC022/catgt_SC022_080919_g0/a.bin",
            "the folder says 2019-08-09, the session is of 2019-08-08",
        ),
        (f"{FOLDER}/{'x' * 120}.bin", "as long as the old column"),
    ],
)
def test_a_file_that_cannot_be_entered_is_left_out_with_the_reason_and_the_others_are_entered(
    path: str, why: str
):
    old = ephys(AP, path)
    assert entered(old) == [AP]
    [reason] = reasons(old)
    assert reason.startswith("raw-ephys/ephys-raw-SC022-1: ") and f": {why}" in reason


def test_a_file_under_two_spellings_is_entered_once():
    assert entered(ephys(AP, f"/{AP}")) == [AP]
    [reason] = reasons(ephys(AP, f"/{AP}"))
    assert f"the same file as '{AP}', in another spelling" in reason


def test_the_year_of_the_iso_week_is_recognized():
    old = ephys("SC038/catgt_SC038_010120_g0/a.bin", session=NEW_YEAR)
    assert entered(old) == []
    file, data_set = reasons(old)
    assert (
        "says 2020-01-01, the session is of 2021-01-01: the predecessor wrote the year of the ISO week"
        in file
    )
    assert data_set == "raw-ephys/ephys-raw-SC038-2: no file of it can be entered"
    assert entered(ephys("SC038/catgt_SC038_010121_g0/a.bin", session=NEW_YEAR)) != []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"sessions": ()}, "no session: the predecessor stopped before it recorded one"),
        (
            {"sessions": ({"subject_id": 9, "session": 1},)},
            "the lab's pipeline has no session subject_id=9, session=1",
        ),
        ({"sessions": (SC022.key, NEW_YEAR.key)}, "2 sessions: subject_id=1022, session=1; subject_id=1038"),
        (
            {"endpoint": "petrel#map"},
            "'petrel#map', which is not a collection's id; .*--location raw-ephys=NAME",
        ),
        ({"root": "/elsewhere"}, "not in a recording's folder"),
        ({"endpoint": str(uuid.UUID(int=1))}, "lies outside of every place in"),
        ({"files": ()}, "no file of it can be entered"),
    ],
)
def test_a_data_set_that_cannot_be_entered_is_left_out(changes: dict, why: str):
    old = ephys(AP, **changes)
    assert entered(old) == []
    assert any(re.search(why, reason) for reason in reasons(old))


def test_a_person_can_name_the_place_of_a_location_that_has_moved():
    assert entered(ephys(AP, endpoint="petrel#map"), replace(AROUND, given={"raw-ephys": "ephys"})) == [AP]


def test_a_folder_is_entered_for_the_session_of_the_day_that_it_numbers():
    first, second = "SC035/catgt_SC035_010720_g0/a.bin", "SC035/catgt_SC035_010720_1_g0/a.bin"
    assert entered(ephys(first, session=TWO[0])) == [first]
    assert entered(ephys(second, session=TWO[1])) == [second]
    assert (
        "has no number, but SC035 2020-01-07 15:45 is session 2 of its day"
        in reasons(ephys(first, session=TWO[1]))[0]
    )
    assert (
        "says 'surface', but"
        in reasons(ephys("SC035/catgt_SC035_010720_surface_g0/a.bin", session=TWO[1]))[0]
    )
    [both] = reasons(ephys(first, second, session=TWO[0]))
    assert (
        "its files lie in the folders of raw-ephys/SC035/2020-01-07 and raw-ephys/SC035/2020-01-07/1" in both
    )


def test_a_session_that_need_not_have_the_type_is_reported():
    [reason] = reasons(ephys(AP), around=replace(AROUND, expected={"raw-ephys": (), "raw-video": ()}))
    assert "is not expected to have raw-ephys: data_sets.raw-ephys.expected leaves it out" in reason


def test_two_data_sets_of_one_session_are_both_left_out():
    records, rejected = read_all([ephys(AP), ephys(AP, name="by hand")], AROUND)
    assert records == [] and [each.what for each in rejected] == [
        "raw-ephys/ephys-raw-SC022-1",
        "raw-ephys/by hand",
    ]
