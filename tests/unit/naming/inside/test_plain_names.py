"""Tests of reading plain names fast: what is kept from one day never decides otherwise than the rules do."""

import datetime as dt
from dataclasses import replace
from itertools import product

import pytest

from session_archive.naming.any_layout import recording_folder
from session_archive.naming.conventions import Conventions, load_conventions
from session_archive.naming.inside.file import Within, read_name
from session_archive.naming.inside.plain_names import PlainNames

DAYS = (
    dt.date(2021, 1, 1),
    dt.date(2021, 2, 10),
    dt.date(2021, 10, 21),
    dt.date(2020, 12, 20),
    dt.date(2022, 2, 22),
)
#: With digits that are in some days, with words that look like other parts of a name, and with a day.
SUBJECTS = ("SC022", "SC1", "SC0", "dl_10", "side", "SC010121", "22")
RUN_NAMES = (
    "{s}_{d}_g0_t0.imec0.ap.bin",
    "{s}_{d}_g0_t0.imec1.ap.bin",
    "{s}_{d}_g1_t0.imec0.ap.bin",
    "{s}_{d}_1_g0_t0.imec0.ap.bin",
    "{s}_{d}_{d}_g0_t0.imec0.ap.bin",
    "{s}_{d}_{d}_{d}_g0_t0.imec0.ap.bin",
    "{s}_{d}_g{d}_t0.bin",
    "x_{s}_{d}_g0_imec{d}_.bin",
    "{s}_g0_{d}_t0.imec0.lf.bin",
    "{d}_{s}_g0.txt",
    "{s}_\0000_g0_t0.imec0.ap.bin",
    "{s}_{d}_old.txt",
    "{s}_{d}_g0_imec0",
    "notes {d}.txt",
    "notes.txt",
    "temp_wh.dat",
    ".{s}_{d}_g0",
)
VIDEO_NAMES = (
    "{s}_side_{d}-0000.avi",
    "{s}_{d}_side_1.mp4",
    "{s}_{d}_1_side_1.mp4",
    "{s}_{d}_side.txt",
    "{s}_{d}_roof_1.mp4",
)
SPELLINGS = ("%m%d%y", "%Y%m%d", "%Y-%m-%d", "%m%d%Y", "%Y_%m_%d")
FOLDERS = {
    "raw-ephys": (
        "{s}/catgt_{s}_{d:%m%d%y}_g0",
        "{s}/catgt_{s}_{d:%Y%m%d}_1_g0",
        "{s}/catgt_{s}_{d:%m%d%y}_g1",
    ),
    "raw-video": ("{s}/{d:%m%d%Y}/video", "{s}/{d:%Y%m%d}_1/video"),
}
conventions = load_conventions()


def within(known: Conventions, kind: str, folder: str, probe: int | None = None) -> Within:
    read = recording_folder(folder, kind, known)
    assert read
    return Within(known.kind(kind), read, probe)


@pytest.mark.parametrize("kind", FOLDERS)
def test_a_name_is_read_as_if_no_other_day_had_been_seen(kind):
    known = load_conventions()
    forms = RUN_NAMES if kind == "raw-ephys" else VIDEO_NAMES
    n_archived = 0
    for subject, template, day, probe in product(SUBJECTS, FOLDERS[kind], DAYS, (None, 0, 1)):
        here = within(known, kind, template.format(s=subject, d=day), probe)
        plain = PlainNames(here, known)
        others = {each.strftime(spelling) for each in {day, DAYS[1]} for spelling in SPELLINGS}
        for name in {form.format(s=subject, d=text) for form in forms for text in others}:
            check = read_name(name, here, conventions)
            read = plain.read(name)
            assert read == (check if check.archived and "\0" not in name else None), (name, here)
            assert plain.types(1)(name) == (here.kind.file_type(name) if read else ""), (name, here)
            n_archived += read is not None
    assert n_archived > 1000


def test_names_that_differ_only_in_the_day_are_kept_once():
    known, folder = load_conventions(), FOLDERS["raw-ephys"][0]
    kept = []
    for day in DAYS:
        plain = PlainNames(within(known, "raw-ephys", folder.format(s="SC022", d=day)), known)
        assert plain.read(f"SC022_{day:%m%d%y}_g0_t0.imec0.ap.bin")
        kept.append(sum(len(each.names) for each in known.plain_names.values()))
    # In 2022-02-22 stands '022' too, so that its digits may mean something, and the name is not kept.
    assert kept == [1, 1, 1, 1, 1]
    assert not known.plain_names.keys() - {("raw-ephys", ("SC022", "", "", ""), None, 0)}


def test_names_that_tell_digits_apart_are_not_kept_for_other_days(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text('[names]\nscratch = ["*_0101*_g0_*"]\n')
    known = load_conventions(path)
    read = []
    for day in (dt.date(2021, 2, 3), dt.date(2021, 1, 1)):
        here = within(known, "raw-ephys", f"SC9/catgt_SC9_{day:%m%d%y}_g0")
        read.append(PlainNames(here, known).read(f"SC9_{day:%m%d%y}_g0_t0.imec0.ap.bin"))
    assert read[0] is not None
    assert read[1] is None


def test_what_is_known_of_a_day_holds_for_the_same_gate_and_the_same_patterns(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text('[names]\nscratch = ["*_0203*_g0_*"]\n')
    kept = []
    for own, gate in ((None, 0), (None, 20321), (path, 0), (None, 0)):
        known = load_conventions(own)
        PlainNames(within(known, "raw-ephys", f"SC8/catgt_SC8_020321_g{gate}"), known).read(
            "notes_020321_.txt"
        )
        kept.append([len(each.names) for each in known.plain_names.values()])
    # Where the day's digits may mean something, nothing is kept.
    assert kept == [[1], [0], [0], [1]]


def test_what_is_known_of_a_day_holds_for_the_same_spellings():
    known, read = load_conventions(), []
    for day, spellings in ((4, SPELLINGS[:1]), (4, SPELLINGS), (5, SPELLINGS)):
        here = within(known, "raw-ephys", f"SC7/catgt_SC7_02{day:02}21_g0")
        kind = replace(here.kind, spellings=spellings)
        plain = PlainNames(replace(here, kind=kind), known)
        # The first time, only the spellings are to be seen.
        read.append(plain.read("SC7_20210204_g0_t0.imec0.ap.bin" if spellings == SPELLINGS else "notes.txt"))
    assert read[1] is not None
    assert read[2] is None, "the name of another day"


def test_random_names_do_not_fill_the_memory():
    known = load_conventions()
    for number in range(1500):
        subject = f"SC{number:04}"
        plain = PlainNames(within(known, "raw-ephys", f"{subject}/catgt_{subject}_030521_g0"), known)
        plain.read("a.txt")
    assert len(known.plain_names) <= 500
    for number in range(1000):
        plain.read(f"{number}.txt")
    assert max(len(each.names) for each in known.plain_names.values()) <= 200
