"""What `explain` accepts inside a session's folder is exactly what a listing of it archives."""

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from session_archive.listing import Entry, Listing, list_files
from session_archive.naming.conventions import load_conventions
from session_archive.naming.explain.path import Verdict, explain
from session_archive.naming.surroundings import Assumptions, Context
from session_archive.recording.verdict import judge_listing
from session_archive.states.state import State

conventions = load_conventions()
ASSUMED = Assumptions(today=dt.date(2025, 11, 22))
NUMBERED = Context(siblings=("catgt_SC033_111219_g0", "11122019"), catalog_sessions_that_day=2)
EPHYS, VIDEO = "SC033/catgt_SC033_111219_g0", "SC033/11122019/video"
FOLDERS = {
    EPHYS: Context(),
    "SC033/catgt_SC033_20191112_g0": Context(),
    "SC033/catgt_SC033_111219_1_g0": NUMBERED,
    VIDEO: Context(),
    "SC033/11122019_1/video": NUMBERED,
    "MY_01/11122019/video": Context(),
}


def kind_of(folder: str) -> str:
    return "raw-video" if folder.endswith("/video") else "raw-ephys"


def any_of(*words: str) -> st.SearchStrategy[str]:
    return st.sampled_from(words)


def joined(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map("".join)


subjects = any_of("SC033", "sc033", "SC022", "MY_01", "SC03", "SC0333")
days = any_of("111219", "20191112", "11122019", "111319", "121119", "20191113", "2019_11_12", "999999")
idents = any_of("", "_1", "_2", "_10", "_surface")
gates = any_of("_g0", "_g1", "_g00", "_g10")
probes = any_of("0", "1", "3", "03", "12", "1010", "")
cameras = any_of("side", "side_face", "side_body", "bottom", "face", "Side")
numbers = st.integers(0, 1200).map(str)
runs = joined(subjects, any_of("_"), days, idents, gates)
endings = any_of("", "", "", "~", ".bak", " - Copy", ".part", " (1)", ".old")
copies = any_of("", "", "", " - Copy", " (1)", "_old", " copy", ".exported")
names = st.one_of(
    joined(
        runs,
        any_of("_tcat", "_t0", "_t7"),
        copies,
        any_of(".imec"),
        probes,
        any_of(".ap.bin", ".lf.meta"),
        endings,
    ),
    joined(runs, any_of("_imec"), probes, copies),
    joined(subjects, any_of("_"), days, any_of("_imec"), probes),
    joined(any_of("imec"), probes, any_of("_ks2", "_ks2_old")),
    joined(
        subjects,
        any_of("_"),
        cameras,
        any_of("_"),
        numbers,
        any_of("-"),
        numbers,
        copies,
        any_of(".avi"),
        endings,
    ),
    joined(
        subjects,
        any_of("_"),
        days,
        idents,
        any_of("_"),
        cameras,
        any_of("_"),
        numbers,
        copies,
        any_of(".mp4"),
    ),
    joined(subjects, any_of("_"), days, idents, any_of("_"), cameras, copies, any_of(".txt"), endings),
    any_of(
        "Copy of notes.txt", "temp_wh.dat", ".phy", "rez.mat", "SC033_side_735-NNNN.avi", "\ufffda", "a\\b"
    ),
    st.text(min_size=1, max_size=8).filter(lambda name: "/" not in name and name not in (".", "..")),
)
trees = st.dictionaries(
    names, st.one_of(st.none(), st.dictionaries(names, st.none(), min_size=1, max_size=4)), max_size=8
)


def listing_of(folder: str, tree: dict[str, dict[str, None] | None]) -> Listing:
    """The listing of `tree`: name -> None for a file, or the names in a folder."""
    directories = {folder: [Entry(name, "dir" if inner else "file", 1, 2) for name, inner in tree.items()]}
    for name, inner in tree.items():
        directories[f"{folder}/{name}"] = [Entry(each, "file", 1, 2) for each in inner or ()]
    return list_files(
        directories.__getitem__, folder, conventions=conventions, kind=kind_of(folder), concurrency=1
    )


@given(any_of(*FOLDERS), trees)
# Names are remembered by their shape: these differ in digits only.
@example(EPHYS, {"SC033_111219_g0_a": None, "SC033_121119_g0_a": None, "SC044_111219_g0_a": None})
@example(
    EPHYS,
    {
        "SC033_111219_g0_imec4": {
            f"SC033_111219_g0_tcat.imec{probe}.ap.bin": None for probe in ("4", "5", "04", "12")
        }
    },
)
@example("SC033/catgt_SC033_111219_1_g0", {f"SC033_111219_{ident}_g0_a": None for ident in (1, 4, 5)})
def test_what_is_accepted_is_what_is_listed(folder, tree):
    context = FOLDERS[folder]
    assert (
        explain(folder, conventions=conventions, assumptions=ASSUMED, context=context).verdict
        is Verdict.ACCEPT
    )
    listing = listing_of(folder, tree)
    paths = [
        f"{folder}/{name}" + (f"/{each}" if each else "")
        for name, inner in tree.items()
        for each in inner or [""]
    ]
    explained = {
        path: explain(
            path,
            conventions=conventions,
            assumptions=ASSUMED,
            context=context.model_copy(update={"dir": False, "size": 1}),
        )
        for path in paths
    }
    accepted = {path: each.file_type for path, each in explained.items() if each.verdict is Verdict.ACCEPT}
    doubtful = tuple(problem.path for problem in listing.problems if problem.doubtful)
    certain = [
        file
        for file in listing.manifest.files
        if not any(f"{file.path}/".startswith(f"{path}/") for path in doubtful)
    ]
    assert {file.path: file.file_type for file in certain} == accepted
    reported = [problem.path for problem in listing.problems] + list(listing.litter)
    # Every name that is not archived is reported, itself or the folder that it lies in.
    assert len(reported) >= len(
        {path.removeprefix(f"{folder}/").split("/")[0] for path in paths if path not in accepted}
    )
    assert not any(".exported." in path and "-ap-" in file_type for path, file_type in accepted.items())


@pytest.mark.parametrize(
    ("folder", "name", "why"),
    [
        (EPHYS, "SC022_111219_g0_t0.nidq.bin", "named after subject SC022"),
        (EPHYS, "SC033_111319_g0_imec0", "named after the day 111319"),
        (EPHYS, "SC033_111219_g0_tcat.exported.imec0.ap.bin", "an excerpt that FileViewer exported"),
        (EPHYS, "temp_wh.dat", "a large scratch file"),
        (EPHYS, "SC033_111219_g0_tcat.imec0.ap.bin.bak", "looks like a backup copy"),
        (EPHYS, "Copy of notes.txt", "looks like a backup copy"),
        (VIDEO, "SC033_side_1-0000 (1).avi", "looks like a backup copy"),
        (VIDEO, "SC022_side_1-0000.avi", "named after subject SC022"),
        (VIDEO, "SC033_11132019_side.txt", "named after the day 11132019"),
    ],
)
def test_a_copy_or_a_file_of_another_session_is_left_out_and_reported(folder, name, why):
    listing = listing_of(folder, {name: None, "kept.txt": None})
    (problem,) = listing.problems
    assert (problem.path, problem.blocks, why in problem.what) == (f"{folder}/{name}", False, True), problem
    assert [file.path for file in listing.manifest.files] == [f"{folder}/kept.txt"]


@pytest.mark.parametrize(
    ("folder", "tree", "why"),
    [
        (VIDEO, {"SC033_face_1-0000.avi": None}, "no camera position is called 'face'"),
        (EPHYS, {"SC033_111219_g1_t0.nidq.bin": None}, "gate 1 of a run"),
        (EPHYS, {"SC033_111219_2_g0_t0.nidq.bin": None}, "named with ident '2'"),
        (
            EPHYS,
            {"SC033_111219_g0_imec3": {"SC033_111219_g0_tcat.imec5.ap.bin": None}},
            "the folder says probe 3, the name inside says 5",
        ),
    ],
)
def test_a_file_that_may_belong_to_the_session_waits_for_a_person(folder, tree, why):
    state, reason = judge_listing(listing_of(folder, {**tree, "kept.txt": None}), max_files=9) or (None, "")
    assert (state, why in reason) == (State.AMBIGUOUS, True), reason


@pytest.mark.parametrize("camera", ["side", "side_face", "side_body"])
def test_the_map_of_a_camera_with_an_underscore_belongs_to_this_session(camera):
    listing = listing_of(VIDEO, {f"SC033_11122019_{camera}.txt": None, f"SC033_{camera}_1-0000.avi": None})
    assert (listing.problems, len(listing.manifest.files)) == ((), 2)
