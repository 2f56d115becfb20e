"""A folder that is left out although it may hold a recording is seen, with a reason that is true."""

import pytest
from tests.unit.listing.test_folders import Tree, conventions

from session_archive.errors import ListingError
from session_archive.listing import Entry, find_folders
from session_archive.listing.left_out import LeftOutFolder

BOTH = ("raw-ephys", "raw-video")


def left_out(*paths: str, kinds=BOTH, **options) -> dict[str, LeftOutFolder]:
    found = find_folders(Tree(*paths), conventions=conventions, kinds=kinds, **options)
    return {" + ".join(each.directories): each for each in found.left_out}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("SC022/catgt_SC022_010121_g1/", "a further gate of the same run"),
        (
            "SC022/SC022_010121_g0/",
            'a run as SpikeGLX wrote it; the archive keeps CatGT\'s output (enable = ["E4"]',
        ),
        ("SC022/SC022_010121_g0_imec0/", "no convention reads this name"),
        ("20210101/SC022/", "no convention reads this name"),
        ("SC022/supercat_SC022_010121_g0/", "joined from several runs"),
        ("SC022/catgt_SC022_010121_g0 - Copy/", "looks like a backup copy"),
        ("SC022/catgt_SC022_022919_g0/", "is not a date of the calendar"),
        ("SC022/surface scan/", "no convention reads this name"),
        ("SC022/01012021/", "contains no recording"),
        ("side/SC022/2021_01_01/", "the multi-target rig's folders"),
        ("SC022/20190101/1/", "a layout of 2018"),
        ("SC022/2019-01-01/1/", "a layout of 2018"),
        (
            "SC022/catgt_SC022_010121_g0.part/",
            "the name is one of those that systems and unfinished copies leave",
        ),
        (
            "SC022/SC022_010121_g0_imec0~/",
            "the name is one of those that systems and unfinished copies leave",
        ),
        ("SC022/.catgt_SC022_010121_g0/", "hidden folder: not archived"),
        ("SC022_010121_g0.tmp/", "the name is one of those that systems and unfinished copies leave"),
    ],
)
def test_each_has_its_reason(path: str, words: str) -> None:
    (found,) = left_out(path).items()
    assert (found[0], words in found[1].why) == (path.rstrip("/"), True)


@pytest.mark.parametrize(
    "path",
    [
        "SC022/catgt_SC022_010121_g0/SC022_010121_g0_imec0/",
        "SC022/01012021/video/",
        "SC022/histology/deep/",
        "SC022/01012021/tracking/",
        "SC022/01012021/.hidden/",
        "SC022/@eaDir/",
        "SC022/notes.txt",
    ],
)
def test_what_is_known_or_no_recording_is_not_among_them(path: str) -> None:
    assert left_out(path) == {}


def test_the_folders_of_one_session_are_one() -> None:
    found = left_out("SC022/20190101/2/", "SC022/20190101/1/", "SC022/20190102/1/")
    assert list(found) == ["SC022/20190101/1 + SC022/20190101/2", "SC022/20190102/1"]
    assert str(found["SC022/20190102/1"].data_set) == "raw-ephys/SC022/2019-01-02"


def test_recordings_outside_any_folder_make_their_folder_visible() -> None:
    (found,) = left_out(
        "SC022/SC022_010121_g0_t0.imec0.ap.bin", "SC022/SC022_010121_g0_t0.imec0.ap.meta"
    ).items()
    assert found[0] == "SC022"
    assert "SC022_010121_g0_t0.imec0.ap.bin" in found[1].why
    assert left_out("SC022/notes.txt", "x.bin") == {}
    assert "\x1b" not in left_out("SC022/\x1b[31m.bin")["SC022"].why


def test_a_recording_that_lies_too_deep_is_named_where_folders_are_looked_into() -> None:
    paths = ("SC022/SC022_010121_g0/catgt_SC022_010121_g0/", "SC022/SC022_020121/catgt_SC022_020121_g0/")
    deep = left_out(*paths, look_inside=True)
    assert deep.keys() == {"SC022/SC022_010121_g0", "SC022/SC022_020121"} == left_out(*paths).keys()
    for folder, inside in (("SC022_010121_g0", "010121"), ("SC022_020121", "020121")):
        assert deep[f"SC022/{folder}"].why.endswith(
            f"; inside lies SC022/{folder}/catgt_SC022_{inside}_g0: move it to SC022/catgt_SC022_{inside}_g0, "
            "where layout E1 reads it"
        )
    assert left_out("SC022/SC022_010121_g0/catgt_x/", look_inside=True)["SC022/SC022_010121_g0"].why.endswith(
        "accepts it)"
    )


@pytest.mark.parametrize(
    ("inside", "seen"),
    [
        ("notes.txt", False),
        ("inner/notes.txt", False),
        ("x_t0.imec0.ap.bin", True),
        ("inner/x.avi", True),
        ("x_t0.imec0.ap.cbin", True),
        ("SC022_010121_g0_imec0/", True),
        ("a/b/c/catgt_SC022_010121_g0/", True),
        ("a/b/c/d/x.avi", True),
        ("a/b/c/d/e/x.avi", False),
        (".hidden/x.avi", False),
    ],
)
def test_a_name_that_says_nothing_is_judged_by_what_lies_inside(inside: str, seen: bool) -> None:
    assert list(left_out(f"SC022/surface scan/{inside}", look_inside=True)) == ["SC022/surface scan"] * seen
    for found in left_out(f"SC022/surface scan/{inside}", look_inside=True).values():
        assert found.why.endswith(f"; inside lies SC022/surface scan/{inside.rstrip('/')}")
    # What cannot be looked into may be a recording.
    assert list(left_out(f"SC022/surface scan/{inside}")) == ["SC022/surface scan"]


def test_only_folders_of_requested_kinds_are_read() -> None:
    assert left_out("SC022/SC022_010121_g0/", kinds=["raw-video"]) == {}


def test_a_link_that_a_layout_would_read_is_seen_and_not_followed() -> None:
    entries = {
        "": [Entry("SC022", "dir")],
        "SC022": [Entry("catgt_SC022_010121_g0", "link"), Entry("notes", "link")],
    }
    found = find_folders(lambda directory: entries[directory], conventions=conventions, kinds=BOTH)
    assert [(each.directories, each.data_set) for each in found.left_out] == [
        (("SC022/catgt_SC022_010121_g0",), None)
    ]
    assert "symbolic link" in found.left_out[0].why


def test_a_link_whose_name_has_a_day_is_seen_though_no_layout_reads_it() -> None:
    entries = {
        "": [Entry("SC022", "dir")],
        "SC022": [Entry("01012021", "link"), Entry("SC022_010121", "link")],
    }
    found = find_folders(lambda directory: entries[directory], conventions=conventions, kinds=BOTH)
    assert [each.directories for each in found.left_out] == [("SC022/01012021",), ("SC022/SC022_010121",)]


def test_a_folder_that_cannot_be_looked_into_is_seen_all_the_same() -> None:
    def list_directory(directory):
        if directory == "side/SC022":
            raise ListingError("side/SC022 may not be read")
        return {"": [Entry("side", "dir")], "side": [Entry("SC022", "dir")]}[directory]

    found = find_folders(list_directory, conventions=conventions, kinds=BOTH)
    (only,) = found.left_out
    assert (only.directories, only.why.endswith("; side/SC022 may not be read")) == (("side/SC022",), True)
    assert found.unlisted == ()
