"""A new kind of recording is one convention and some rows of settings: no code changes."""

import datetime as dt

from session_archive.listing import find_folders, list_files, local_directory_reader
from session_archive.naming.explain.path import Verdict, explain
from session_archive.settings.load import load_settings

CONVENTIONS = """
[cameras]
green = ["green", "gcamp"]

[kinds.two-photon]
description = "TIFF stacks of a two-photon microscope"
unknown = "two-photon-unknown"
layouts = [{ id = "P1", directory = "{subject}/{date:%Y_%m_%d}[_{ident}]/stacks" }]
probes = ["plane{probe}"]
names = [{ form = "{subject}_{date}_{camera}_{number}.*", foreign = "reject" }]
refused = { "*preview*" = "a preview, made from the stack" }
[kinds.two-photon.file_types]
two-photon-stack = ["*.tif", "*.tiff"]
two-photon-scan = ["scan.json"]
"""
COLLECTION = 'collection = "c40e971d-0075-4a82-b12f-8f9717762e7b"'
SETTINGS = f"""
conventions = "own.toml"
[catalog]
connection = "archive_catalog"
database = "archive"
link_database = "lab_archive"
[lab]
session = "experiment.Session"
subject = "lab.Subject"
subject_name = "nickname"
date = "session_date"
time = "session_time"
[data_sets.two-photon]
location = "stacks"
link_table = "ArchivedTwoPhoton"
[sources.microscope]
{COLLECTION}
directory = "/data"
data_sets = ["two-photon"]
[locations.stacks]
{COLLECTION}
directory = "/archive/stacks"
"""
DAY = "m1/2024_12_30/stacks"


def test_two_photon_stacks_are_a_convention_and_some_rows(tmp_path):
    (tmp_path / "own.toml").write_text(CONVENTIONS, encoding="utf-8")
    (tmp_path / "archive.toml").write_text(SETTINGS, encoding="utf-8")
    settings = load_settings(tmp_path / "archive.toml")
    conventions = settings.conventions
    assert settings.sources["microscope"].data_sets == ("two-photon",)
    # It does not say which of its files are raw, so that each that it knows may be.
    assert [conventions.kind("two-photon").raw(name) for name in ("a.tif", "scan.json", "notes.txt")] == [
        True,
        True,
        False,
    ]

    data = tmp_path / "data"
    for name in ("plane0/m1_20241230_gcamp_1.tif", "plane0/m1_preview.tif", "scan.json", "notes.txt"):
        (data / DAY / name).parent.mkdir(parents=True, exist_ok=True)
        (data / DAY / name).touch()
    reader = local_directory_reader(data)
    (folder,) = find_folders(reader, conventions=conventions, kinds=["two-photon"]).folders
    assert str(folder.data_set) == "two-photon/m1/2024-12-30"
    assert conventions.directory(folder.data_set) == folder.directory == DAY
    listing = list_files(reader, DAY, conventions=conventions, kind="two-photon")
    assert [file.file_type for file in listing.manifest.files] == [
        "two-photon-unknown",
        "two-photon-stack",
        "two-photon-scan",
    ]
    assert [problem.path for problem in listing.problems] == [f"{DAY}/plane0/m1_preview.tif"]

    explanation = explain(f"{DAY}/plane0/m1_20241230_gcamp_1.tif", conventions=conventions)
    assert (explanation.verdict, explanation.kind, explanation.subject, explanation.date) == (
        Verdict.ACCEPT,
        "two-photon",
        "m1",
        dt.date(2024, 12, 30),
    )
    assert (explanation.probe, explanation.camera, explanation.file_type) == (0, "gcamp", "two-photon-stack")
    other = explain(f"{DAY}/m2_20241230_gcamp_1.tif", conventions=conventions)
    assert (other.verdict, other.kind) == (Verdict.REJECT, "neither")
    # The packaged kinds are as they were.
    assert explain("SC022/12312018/video/SC022_side_1-0000.avi", conventions=conventions).camera == "side"
