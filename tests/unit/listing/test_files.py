"""The files of a data set: what is archived, and every other name with its reason."""

import os
import socket

import pytest
from tests.unit.listing.descriptors import open_below

from session_archive.errors import ListingError, MissingDirectoryError, NoAnswerError
from session_archive.fixity.manifest import Manifest
from session_archive.listing import Entry, list_files, local_directory_reader
from session_archive.listing.local import _entries
from session_archive.naming.conventions import load_conventions
from session_archive.states.state import State

conventions = load_conventions()
SESSION = "SC022/catgt_SC022_010121_g0"


@pytest.fixture
def session(tmp_path):
    directory = tmp_path / SESSION
    (directory / "SC022_010121_g0_imec0").mkdir(parents=True)
    put(directory / "SC022_010121_g0_imec0/SC022_010121_g0_tcat.imec0.ap.bin", b"12345")
    put(directory / "SC022_010121_g0_fyi.txt", b"1")
    return directory


def put(path, content=b"x", mtime_ns=1_600_000_000_900_000_000):
    path.write_bytes(content)
    os.utime(path, ns=(mtime_ns, mtime_ns))


def listed(root, directory=SESSION, kind="raw-ephys"):
    return list_files(local_directory_reader(root), directory, conventions=conventions, kind=kind)


def reader_of(tree):
    """A reader over a dictionary of directories, as a service would list them."""

    def read(directory):
        if directory not in tree:
            raise MissingDirectoryError(f"{directory} does not exist")
        return (entry for entry in tree[directory])

    return read


def test_files_are_relative_to_the_root_with_whole_seconds_and_types(tmp_path, session):
    listing = listed(tmp_path)
    assert not listing.problems
    assert [(file.path, file.size, file.mtime, file.file_type) for file in listing.manifest.files] == [
        (f"{SESSION}/SC022_010121_g0_fyi.txt", 1, 1_600_000_000, "ephys-raw-unknown"),
        (
            f"{SESSION}/SC022_010121_g0_imec0/SC022_010121_g0_tcat.imec0.ap.bin",
            5,
            1_600_000_000,
            "ephys-raw-neuropixels-ap-bin",
        ),
    ]


def test_the_paths_of_a_manifest_in_memory_are_shared(tmp_path, session):
    promised = Manifest.unpack(listed(tmp_path).manifest.pack())
    reader = local_directory_reader(tmp_path)
    found = list_files(reader, SESSION, conventions=conventions, kind="raw-ephys", shared=True).manifest
    assert found == promised
    assert all(one.path is other.path for one, other in zip(found.files, promised.files, strict=True))


def test_a_time_before_1970_is_rounded_down(tmp_path, session):
    put(session / "old", mtime_ns=-500_000_000)
    assert {file.path: file.mtime for file in listed(tmp_path).manifest.files}[f"{SESSION}/old"] == -1


def test_any_reader_gives_the_same_id_for_the_same_tree(tmp_path, session):
    probe = "SC022_010121_g0_imec0"
    remote = reader_of(
        {
            SESSION: [
                Entry(probe, "dir", 4096, 99),
                Entry("SC022_010121_g0_fyi.txt", "file", 1, 1_600_000_000),
            ],
            f"{SESSION}/{probe}": [Entry("SC022_010121_g0_tcat.imec0.ap.bin", "file", 5, 1_600_000_000)],
        }
    )
    remote_listing = list_files(remote, SESSION, conventions=conventions, kind="raw-ephys")
    assert remote_listing == listed(tmp_path)
    assert remote_listing.manifest.id == listed(tmp_path).manifest.id


def test_an_empty_folder_is_an_empty_manifest(tmp_path):
    (tmp_path / SESSION / "inner").mkdir(parents=True)
    listing = listed(tmp_path)
    assert not listing.manifest.files
    assert not listing.problems


@pytest.mark.fault(60)
def test_links_are_reported_and_never_followed(tmp_path, session):
    outside = tmp_path / "outside"
    outside.mkdir()
    put(outside / "secret")
    (session / "file-link").symlink_to(outside / "secret")
    (session / "folder-link").symlink_to(outside)
    (session / "loop").symlink_to(session)
    (session / "dangling").symlink_to("nowhere")
    listing = listed(tmp_path)
    problems = {problem.path.removeprefix(f"{SESSION}/"): problem for problem in listing.problems}
    assert sorted(problems) == ["dangling", "file-link", "folder-link", "loop"]
    assert {problem.what for problem in problems.values()} == {"symbolic link: not followed, not archived"}
    assert not any(problem.blocks for problem in problems.values())
    assert len(listing.manifest.files) == 2


def test_hidden_files_and_folders_are_reported_once_and_litter_is_left_out(tmp_path, session):
    (session / ".phy").mkdir()
    put(session / ".phy/state.json")
    put(session / ".notes")
    (session / "@eaDir").mkdir()
    put(session / "@eaDir/x.ap.bin")
    for name in (".DS_Store", "Thumbs.db", "x.ap.bin.part", "._x.ap.bin"):
        put(session / name)
    listing = listed(tmp_path)
    assert [(problem.path.removeprefix(f"{SESSION}/"), problem.what) for problem in listing.problems] == [
        (".notes", "hidden file: not archived"),
        (".phy", "hidden folder: not archived"),
    ]
    left_out = [path.removeprefix(f"{SESSION}/") for path in listing.litter]
    assert left_out == [".DS_Store", "._x.ap.bin", "@eaDir", "Thumbs.db", "x.ap.bin.part"]
    assert len(listing.manifest.files) == 2


@pytest.mark.fault(60)
def test_pipes_and_sockets_are_reported_and_never_opened(tmp_path, session, monkeypatch):
    os.mkfifo(session / "pipe")
    monkeypatch.chdir(session)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        listing = listed(tmp_path)
    assert [problem.path.removeprefix(f"{SESSION}/") for problem in listing.problems] == ["pipe", "socket"]
    assert all("neither a file nor a folder" in problem.what for problem in listing.problems)


@pytest.mark.fault(61)
def test_names_that_cannot_be_stored_are_reported_printably_and_block(tmp_path, session):
    for name in (b"\xff.bin", b"a\nb", b"back\\slash"):
        put(session / os.fsdecode(name))
    listing = listed(tmp_path)
    problems = {problem.path.removeprefix(f"{SESSION}/"): problem.what for problem in listing.problems}
    assert sorted(problems) == ["\\udcff.bin", "a\\nb", "back\\slash"]
    assert "is not UTF-8" in problems["\\udcff.bin"]
    assert "control character" in problems["a\\nb"]
    assert all(problem.blocks for problem in listing.problems)
    assert len(listing.manifest.files) == 2


@pytest.mark.fault(61)
def test_odd_names_that_can_be_kept_are_files_of_their_own(tmp_path, session):
    odd = ["M\u00e4us", "Ma\u0308us", "A.bin", "a.bin", " blank ", "-rf", "x" * 255, "\U0001f400"]
    for name in odd:
        put(session / name)
    listing = listed(tmp_path)
    assert not listing.problems
    assert {f"{SESSION}/{name}" for name in odd} <= {file.path for file in listing.manifest.files}


@pytest.mark.fault(60)
@pytest.mark.parametrize("name", ["..", ".", "", "a/b", "/etc/passwd", "../../x", "\ufffd\u00ff.bin", "a\0b"])
def test_a_service_that_lists_impossible_names_gets_no_file_out_of_the_root(name):
    for kind in ("file", "dir"):
        read = reader_of({SESSION: [Entry(name, kind, 1, 1)]})
        listing = list_files(read, SESSION, conventions=conventions, kind="raw-ephys")
        assert not listing.manifest.files
        assert len(listing.problems) == 1


def test_a_file_that_vanishes_while_it_is_listed_is_reported(tmp_path, session):
    put(session / "going")
    descriptor = os.open(session, os.O_RDONLY)
    try:
        entries = _entries(descriptor)
        seen = next(entries)  # by now the directory is read, the status of its files is not
        for path in session.iterdir():
            if path.is_file() and path.name != seen.name:
                path.unlink()
        rest = {entry.name: entry.kind for entry in entries}
    finally:
        os.close(descriptor)
    assert "vanished" in rest.values()
    gone = reader_of({SESSION: [Entry("going", "vanished")]})
    (problem,) = list_files(gone, SESSION, conventions=conventions, kind="raw-ephys").problems
    assert problem.path == f"{SESSION}/going"
    assert "vanished" in problem.what
    assert (problem.blocks, problem.state) == (True, State.WAITING)


def test_a_folder_that_vanishes_is_reported_and_the_rest_is_listed(tmp_path):
    read = reader_of({SESSION: [Entry("gone", "dir"), Entry("x.ap.bin", "file", 1, 1)]})
    listing = list_files(read, SESSION, conventions=conventions, kind="raw-ephys")
    (problem,) = listing.problems
    assert (problem.path, problem.blocks, problem.state) == (f"{SESSION}/gone", True, State.WAITING)
    assert "vanished" in problem.what
    assert len(listing.manifest.files) == 1


@pytest.mark.parametrize(
    ("trouble", "state", "raised"),
    [
        (MissingDirectoryError("gone"), State.WAITING, ListingError),
        (NoAnswerError("rig1 does not answer"), State.WAITING, NoAnswerError),
        (ListingError("refused"), State.REFUSED, ListingError),
    ],
)
def test_an_incomplete_listing_raises_its_own_error_and_never_means_absence(trouble, state, raised):
    read = reader_of({SESSION: [Entry("closed", "dir"), Entry("x.ap.bin", "file", 1, 1)]})

    def reading(directory):
        if directory.endswith("closed"):
            raise trouble
        return read(directory)

    listing = list_files(reading, SESSION, conventions=conventions, kind="raw-ephys")
    assert [(problem.path, problem.state) for problem in listing.problems] == [(f"{SESSION}/closed", state)]
    with pytest.raises(raised) as error:
        listing.require_whole()
    assert type(error.value) is raised
    whole = list_files(reader_of({SESSION: []}), SESSION, conventions=conventions, kind="raw-ephys")
    assert whole.require_whole() is whole


def test_a_missing_data_set_is_an_error_that_names_it(tmp_path):
    with pytest.raises(MissingDirectoryError, match=f"{SESSION}.* does not exist"):
        listed(tmp_path)


def test_each_directory_is_listed_once(tmp_path, session):
    read, calls = local_directory_reader(tmp_path), []

    def counting(directory):
        calls.append(directory)
        return read(directory)

    list_files(counting, SESSION, conventions=conventions, kind="raw-ephys")
    assert sorted(calls) == [SESSION, f"{SESSION}/SC022_010121_g0_imec0"]


def test_a_missing_root_is_an_error_that_says_what_to_do(tmp_path):
    with pytest.raises(
        MissingDirectoryError, match=r"none, a root, does not exist; .*local_path in archive.toml"
    ):
        local_directory_reader(tmp_path / "none")("")


def test_a_file_cannot_be_a_root(tmp_path):
    put(tmp_path / "file")
    with pytest.raises(ListingError, match="is not a directory"):
        local_directory_reader(tmp_path / "file")("")


def test_no_link_is_entered_as_a_parent(tmp_path):
    (tmp_path / "real/inner").mkdir(parents=True)
    (tmp_path / "link").symlink_to("real")
    read = local_directory_reader(tmp_path)
    assert [entry.name for entry in read("real")] == ["inner"]
    for path in ("link", "link/inner"):
        with pytest.raises(ListingError, match="symbolic link"):
            read(path)


@pytest.mark.parametrize("path", ["..", "a/../b", "/etc", "a//b", ".", "a/", "a\0b"])
def test_no_path_leaves_the_root(tmp_path, path):
    with pytest.raises(ListingError, match="not a path inside"):
        local_directory_reader(tmp_path)(path)


def test_the_root_itself_may_be_a_link(tmp_path):
    (tmp_path / "real/inner").mkdir(parents=True)
    (tmp_path / "root").symlink_to("real")
    assert [entry.name for entry in local_directory_reader(tmp_path / "root")("")] == ["inner"]


def test_no_descriptor_is_left_open(tmp_path, session):
    listed(tmp_path)
    with pytest.raises(ListingError):
        local_directory_reader(tmp_path)("SC022/none")
    assert open_below(tmp_path) == []


def test_several_folders_are_listed_as_one_and_may_be_missing_only_if_partial(tmp_path):
    for camera in ("side", "bottom"):
        (tmp_path / camera / "DL027").mkdir(parents=True)
        put(tmp_path / camera / "DL027/a.mp4")
    both = "bottom/DL027\nside/DL027"

    def paths(directory, **options):
        reader = local_directory_reader(tmp_path)
        found = list_files(reader, directory, conventions=conventions, kind="raw-video", **options)
        return [file.path for file in found.manifest.files]

    assert paths(both) == ["bottom/DL027/a.mp4", "side/DL027/a.mp4"]
    assert paths(f"{both}\nback/DL027", partial=True) == paths(both)
    for nowhere in ("back/DL027", "back/DL027\nfront/DL027"):
        with pytest.raises(MissingDirectoryError, match=r"(back|front)/DL027"):
            paths(nowhere, partial=True)
    with pytest.raises(MissingDirectoryError, match="back/DL027"):
        paths(f"{both}\nback/DL027")


def test_a_folder_in_another_one_of_its_data_set_would_be_listed_twice():
    for directory in ("a\na/b", "a/b\na"):
        with pytest.raises(ListingError, match="a/b"):
            list_files(reader_of({"a": [], "a/b": []}), directory, conventions=conventions, kind="raw-ephys")
    apart = list_files(reader_of({"a": [], "ab": []}), "a\nab", conventions=conventions, kind="raw-ephys")
    assert apart.manifest.files == ()


def test_each_directory_of_a_data_set_is_compared_with_its_own_day():
    names = [Entry(f"SC022_{day}_g0_t0.imec0.ap.bin", "file", 1, 1) for day in ("010121", "010221")]
    tops = ["SC022/catgt_SC022_010121_g0", "SC022/catgt_SC022_010221_g0"]
    listing = list_files(
        reader_of(dict.fromkeys(tops, names)), "\n".join(tops), conventions=conventions, kind="raw-ephys"
    )
    own = [f"{top}/{entry.name}" for top, entry in zip(tops, names, strict=True)]
    assert [file.path for file in listing.manifest.files] == own
    assert [problem.other for problem in listing.problems] == [True, True]
