"""Which files of a data set are on this machine, as they are cataloged."""

from pathlib import Path

from session_archive.listing.local_copy import look_for

NAME = "raw-ephys/SC022/2021-01-01"


def test_what_is_there_by_name_and_size_and_what_is_missing(tmp_path: Path) -> None:
    folder = tmp_path / "SC022" / "g0"
    (folder / "imec0").mkdir(parents=True)
    for name, content in {"a.bin": b"12", "imec0/b.bin": b"1", "cut.bin": b"1"}.items():
        (folder / name).write_bytes(content)
    (folder / "link.bin").symlink_to(folder / "a.bin")
    (folder / "folder.bin").mkdir()
    files = [("SC022/g0/a.bin", 2), ("SC022/g0/imec0/b.bin", 1)]
    whole = look_for(NAME, files, tmp_path)
    assert whole.complete and whole.directory == folder
    assert whole.files == (folder / "a.bin", folder / "imec0" / "b.bin")
    others = ["SC022/g0/cut.bin", "SC022/g0/link.bin", "SC022/g0/folder.bin", "SC022/none.bin"]
    part = look_for(NAME, [*files, *((path, 2) for path in others)], tmp_path)
    assert part.missing == tuple(others) and not part.complete
    assert part.directory == folder


def test_nothing_is_not_complete(tmp_path: Path) -> None:
    nothing = look_for(NAME, [], tmp_path)
    assert not nothing.complete and nothing.directory is None
