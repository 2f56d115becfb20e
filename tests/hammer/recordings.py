"""The recordings of a walk: what lies on the rigs, byte for byte, and everything that ever lay there."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import random
import shutil
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from session_archive.naming.session_name import DataSetName, SessionName
from support import sample_files

#: The first mtime of a walk; each write has a later one, a minute apart.
BEGIN = 1_609_500_000
#: The folder of the archive into which the one kind goes; the other goes into its root.
EPHYS, SECOND = "4ElectrodeRig_Ephys", "second"
#: Location -> its folder on the archive's disk.
FOLDERS = {"archive-ephys": f"{EPHYS}/", "archive-video": "", "second": f"{SECOND}/"}
#: Type -> its first location.
FIRST = {"raw-ephys": "archive-ephys", "raw-video": "archive-video"}


@dataclass(frozen=True)
class Version:
    """One content of one file."""

    content: bytes
    mtime: int


class Tree:
    """A folder on disk that only the walk writes, and what it has written there.

    files   : path -> what lies there now
    history : path -> every version that ever lay there
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files: dict[str, Version] = {}
        self.history: dict[str, list[Version]] = defaultdict(list)

    def write(self, path: str, content: bytes, *, mtime: int) -> None:
        """Write a file, or write it again."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        os.utime(file, (mtime, mtime))
        self._keep(path, Version(content, mtime))

    def _keep(self, path: str, version: Version) -> None:
        self.files[path] = version
        self.history[path].append(version)

    def take_over(self, folder: Path, *, mtime: int) -> list[str]:
        """What another program has just written below the folder belongs to the walk now."""
        paths = sorted(file.relative_to(self.root).as_posix() for file in folder.rglob("*") if file.is_file())
        new = [path for path in paths if path not in self.files]
        for path in new:
            os.utime(self.root / path, (mtime, mtime))
            self._keep(path, Version((self.root / path).read_bytes(), mtime))
        return new

    def remove(self, path: str) -> None:
        """Delete a file."""
        (self.root / path).unlink()
        del self.files[path]

    def rename(self, old: str, new: str) -> None:
        """Rename a folder."""
        (self.root / old).rename(self.root / new)
        for path in [path for path in self.files if path.startswith(f"{old}/")]:
            self._keep(new + path.removeprefix(old), self.files.pop(path))

    def differences(self) -> list[str]:
        """Paths whose content is not what the walk wrote last, and files that it did not write."""
        found = {
            file.relative_to(self.root).as_posix(): file
            for file in self.root.rglob("*")
            if file.is_file() or file.is_symlink()
        }
        wrong = [path for path in self.files.keys() ^ found.keys()]
        wrong += [
            path
            for path, version in self.files.items()
            if path in found
            and (found[path].read_bytes(), int(found[path].stat().st_mtime))
            != (version.content, version.mtime)
        ]
        return sorted(wrong)


def in_archive(place: str, path: str) -> str:
    """Where a file at one of these locations lies, relative to the archive's disk."""
    return f"{FOLDERS[place]}{path}"


@dataclass
class Recording:
    """One data set on a rig.

    rig      : the name of its tree, 'rig' or 'far_rig'
    folder   : where it lies now; '' before it is recorded
    disputed : why a person has to act before it can be archived
    """

    name: DataSetName
    rig: str
    directory: str
    folder: str = ""
    probes: int = 0
    disputed: set[str] = field(default_factory=set)

    @property
    def is_ephys(self) -> bool:
        """SpikeGLX, with checksums of its own; else videos."""
        return self.name.data_set_type == "raw-ephys"

    def destination(self, path: str) -> str:
        """Where a file of it goes, relative to the archive's disk."""
        return in_archive(FIRST[self.name.data_set_type], path)

    def paths(self, tree: Tree) -> list[str]:
        """Its files on the rig now."""
        return sorted(path for path in tree.files if self.folder and path.startswith(f"{self.folder}/"))

    def has_checksum(self, path: str) -> bool:
        """Whether SpikeGLX wrote a checksum of it that the archive can read."""
        return self.is_ephys and self.rig == "rig" and path.endswith(".bin")


def slots(subject: str) -> list[Recording]:
    """The recordings that a walk can make: with and without a local path, of both kinds."""

    def slot(kind: str, day: int, rig: str) -> Recording:
        date = dt.date(2021, 1, day)
        folder = f"catgt_{subject}_{date:%m%d%y}_g0" if kind == "raw-ephys" else f"{date:%m%d%Y}/video"
        return Recording(DataSetName(kind, SessionName(subject, date)), rig, f"{subject}/{folder}")

    return [
        slot("raw-ephys", 1, "rig"),
        slot("raw-ephys", 2, "far_rig"),
        slot("raw-video", 1, "rig"),
        slot("raw-ephys", 3, "rig"),
    ]


def record(recording: Recording, tree: Tree, *, mtime: int) -> None:
    """The rig records it."""
    recording.folder, folder = recording.directory, tree.root / recording.directory
    folder.mkdir(parents=True)
    if recording.is_ephys:
        _write_pair(recording, folder, sample_files.NIDQ)
        add_probe(recording, tree, mtime=mtime)
    else:
        subject, date = recording.name.session.subject, f"{recording.name.session.date:%m%d%Y}"
        for trial in range(2):
            sample_files.write_avi(folder / f"{subject}_side_{trial:03}-0000.avi")
        (folder / f"{subject}_{date}_side.txt").write_text("0\t1\n1\t2\n")
    tree.take_over(folder, mtime=mtime)


def add_probe(recording: Recording, tree: Tree, *, mtime: int) -> None:
    """The files of one more probe arrive."""
    number, recording.probes = recording.probes, recording.probes + 1
    folder = tree.root / recording.folder / f"{_run(recording).name}_g0_imec{number}"
    folder.mkdir()
    _write_pair(recording, folder, sample_files.ap(number))
    tree.take_over(folder, mtime=mtime)


def take_again(path: str, tree: Tree, *, mtime: int) -> None:
    """Another content of the same size; SpikeGLX's checksum fits it."""
    old = tree.files[path].content
    new = random.Random(f"{path} {mtime}").randbytes(len(old))
    tree.write(path, new, mtime=mtime)
    meta = path.removesuffix(".bin") + ".meta"
    if path.endswith(".bin") and meta in tree.files:
        text = tree.files[meta].content.replace(_sha1(old), _sha1(new))
        tree.write(meta, text, mtime=mtime)


def _sha1(content: bytes) -> bytes:
    return hashlib.sha1(content, usedforsecurity=False).hexdigest().upper().encode()


def _run(recording: Recording) -> sample_files.Run:
    session = recording.name.session
    started = dt.datetime.combine(session.date, dt.time(10))
    return sample_files.Run(f"{session.subject}_{session.date:%m%d%y}", started, 1, catgt=False)


def _write_pair(recording: Recording, folder: Path, stream: sample_files.Stream) -> None:
    sample_files.write_pair(folder, _run(recording), stream)


def empty(folder: Path) -> None:
    """Remove everything in a folder."""
    for entry in folder.iterdir():
        shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
