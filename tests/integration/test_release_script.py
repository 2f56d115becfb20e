"""The script that a person runs at a rig, run by a real sh: it deletes nothing unless asked to, and is careful then."""

import datetime as dt
import os
import subprocess
import uuid
from pathlib import Path

import pytest

from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.release.release_list import ReleasedDataSet, ReleaseList, ReleaseLog, Removed, read_log
from session_archive.release.script import ENCODINGS, written

T = 1_600_000_000
#: What a rig's names may have; a tab or a newline no cataloged name has.
ODD = [
    "a b.bin",
    "it's $HOME `id`.bin",
    " leading.bin",
    "-rf",
    "é\u0301😀.bin",
    "end of the list",
    "data set",
    "'@",
]


def data_set(subject: str, *names: str) -> ReleasedDataSet:
    name = DataSetName("raw-ephys", SessionName(subject, dt.date(2021, 1, 1)))
    return ReleasedDataSet(name, Manifest.of(FileEntry(f"{subject}/{each}", 4, T) for each in names))


def release(root: Path, *data_sets: ReleasedDataSet, given_at: dt.datetime | None = None) -> ReleaseList:
    for each in data_sets:
        for file in each.files.files:
            path = root / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("data")
            os.utime(path, (T, T))
    given_at = given_at or dt.datetime.now(dt.UTC)
    return ReleaseList(uuid.uuid4(), "rig1", str(root), "ann", given_at, data_sets)


class Rig:
    """A root, and a folder where a person runs scripts."""

    def __init__(self, folder: Path) -> None:
        self.root, self.here = folder / "it's the root", folder / "here"
        self.root.mkdir()
        self.here.mkdir()

    def run(self, listed: ReleaseList, *arguments: str) -> subprocess.CompletedProcess[str]:
        script = self.here / "release.sh"
        script.write_text(written(listed, "sh"), encoding=ENCODINGS["sh"], newline="")
        return subprocess.run(
            ["sh", script.name, *arguments], cwd=self.here, capture_output=True, text=True, check=False
        )

    def log(self, listed: ReleaseList) -> ReleaseLog:
        path = self.here / f"release-{listed.id}.log"
        return read_log(path.read_text(encoding="utf-8"), name=path.name)

    def files(self) -> list[str]:
        return sorted(str(each.relative_to(self.root)) for each in self.root.rglob("*") if not each.is_dir())


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def test_without_its_switch_it_says_what_it_would_delete_and_writes_nothing(rig: Rig) -> None:
    listed = release(rig.root, data_set("SC022", *ODD))
    done = rig.run(listed)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("would delete\traw-ephys/SC022/2021-01-01\t") == len(ODD)
    assert len(rig.files()) == len(ODD)
    assert [each.name for each in rig.here.iterdir()] == ["release.sh"]


def test_it_deletes_the_files_of_its_list_alone_and_its_log_says_so(rig: Rig) -> None:
    listed = release(rig.root, data_set("SC022", *ODD), data_set("SC023", "x/y.bin"))
    (rig.root / "SC022" / "other.txt").write_text("mine")
    done = rig.run(listed, "--delete")
    assert (done.returncode, done.stderr) == (0, "")
    assert rig.files() == ["SC022/other.txt"]
    assert rig.log(listed) == ReleaseLog(
        listed.id,
        (Removed("raw-ephys/SC022/2021-01-01", len(ODD)), Removed("raw-ephys/SC023/2021-01-01", 1)),
        ended=True,
    )


@pytest.mark.parametrize("change", ["time", "size", "gone", "link", "folder"])
def test_a_data_set_of_which_one_file_has_changed_is_left_whole(rig: Rig, change: str) -> None:
    listed = release(rig.root, data_set("SC022", "a.bin", "b.bin"), data_set("SC023", "c.bin"))
    path = rig.root / "SC022" / "b.bin"
    if change == "time":
        os.utime(path, (T + 1, T + 1))
    elif change == "size":
        path.write_text("data and more")
        os.utime(path, (T, T))
    else:
        path.unlink()
    if change == "link":
        (rig.root / "elsewhere").write_text("data")
        os.utime(rig.root / "elsewhere", (T, T))
        path.symlink_to("../elsewhere")
    if change == "folder":
        path.mkdir()
    done = rig.run(listed, "--delete")
    assert done.returncode == 1
    assert (rig.root / "SC022" / "a.bin").exists()
    assert not (rig.root / "SC023" / "c.bin").exists()
    first, second = rig.log(listed).removed
    assert (first.n_files, len(first.left), second) == (0, 1, Removed("raw-ephys/SC023/2021-01-01", 1))
    assert first.left[0].startswith("SC022/b.bin: it is not as it was when it was compared")


def test_it_refuses_after_a_day(rig: Rig) -> None:
    yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(hours=24)
    done = rig.run(release(rig.root, data_set("SC022", "a.bin"), given_at=yesterday), "--delete")
    assert (done.returncode, rig.files()) == (2, ["SC022/a.bin"])
    assert "run session-archive releasable again" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--force"], "unknown argument: --force"),
        (["--delete", "--root"], "--root: expected a folder"),
        (["--root", "/no/such"], "/no/such is not a folder; expected the root of rig1"),
    ],
)
def test_a_wrong_argument_is_one_line(rig: Rig, arguments: list[str], words: str) -> None:
    done = rig.run(release(rig.root, data_set("SC022", "a.bin")), *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith(words) and done.stderr.count("\n") == 1
    assert rig.files() == ["SC022/a.bin"]


def test_run_again_after_it_was_stopped_it_leaves_what_is_not_whole_any_more(rig: Rig) -> None:
    listed = release(rig.root, data_set("SC022", "a.bin", "b.bin"))
    (rig.root / "SC022" / "a.bin").unlink()
    (rig.here / f"release-{listed.id}.log").write_text(
        f"session-archive release list\t{listed.id}\nremoved\traw-ephys/SC022/2021-01-01\tSC022/a.bin\n"
    )
    assert rig.run(listed, "--delete").returncode == 1
    assert rig.files() == ["SC022/b.bin"]
    assert rig.log(listed).removed[0].n_files == 1


def test_the_script_for_windows_has_every_file_and_its_line_ends(tmp_path: Path) -> None:
    listed = release(tmp_path, data_set("SC022", *ODD))
    text = written(listed, "powershell")
    assert text.count("\r\n") == text.count("\n")
    assert f"'{tmp_path!s}'" in text
    lines = text.split("\r\n")
    assert [f"4\t{T}\t{file.path}" for file in listed.data_sets[0].files.files] == [
        line for line in lines if line.startswith("4\t")
    ]
    assert "@FILES@" not in text and "@ROOT@" not in text
