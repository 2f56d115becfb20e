"""A rig to try everything on: recordings of a few kB, and the table of the state that each must end in.

`SAMPLES` is the reference: the lab's sessions are inserted from it, and the demo compares its results with it.
It is written by hand, not derived from the files, so that a mistake in either becomes visible.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from session_archive.states.state import State
from support import sample_files
from support.sample_files import NIDQ, Run, ap, lf, write_avi, write_pair

CAMERAS = ("side", "bottom")
TRIALS = 3


@dataclass(frozen=True)
class LabSession:
    """One row of the lab's `experiment.Session`, with the animal's short name.

    number : the lab's own, in the order in which the animal was recorded
    time   : rig-local; None if the lab has no such session
    """

    subject_id: int
    subject: str
    number: int
    date: dt.date
    time: dt.time | None

    def __str__(self) -> str:
        """`SC022 2021-01-01 10:30`, for a person."""
        return f"{self.subject} {self.date}" + (f" {self.time:%H:%M}" if self.time else "")

    @property
    def started(self) -> dt.datetime:
        """Date and time; noon if the lab has no such session."""
        return dt.datetime.combine(self.date, self.time or dt.time(12))


@dataclass(frozen=True)
class Sample:
    """The result that one data set must have.

    n_files   : how many of its files the archive must hold
    directory : its folder, relative to the rig; '' if it has none
    """

    lab_session: LabSession
    data_set_type: str
    state: State
    n_files: int = 0
    directory: str = ""

    @property
    def session(self) -> str:
        """The session in words, as in the catalog's states."""
        return str(self.lab_session)

    @property
    def subject(self) -> str:
        """The animal's short name."""
        return self.lab_session.subject

    @property
    def date(self) -> dt.date:
        """Rig-local."""
        return self.lab_session.date


ONE = LabSession(440956, "SC022", 1, dt.date(2019, 8, 8), dt.time(10, 0))
FIRST_OF_TWO = LabSession(453475, "SC035", 1, dt.date(2020, 1, 7), dt.time(10, 30))
SECOND_OF_TWO = LabSession(453475, "SC035", 2, dt.date(2020, 1, 7), dt.time(15, 45))
# '%m%d%g' names the folder of 2020-01-01 for the session of 2021-01-01: %g is the year of the ISO week.
NEW_YEAR_BEFORE = LabSession(456773, "SC038", 1, dt.date(2020, 1, 1), dt.time(11, 0))
NEW_YEAR = LabSession(456773, "SC038", 2, dt.date(2021, 1, 1), dt.time(11, 0))
EMPTY = LabSession(460432, "SC045", 1, dt.date(2020, 3, 2), dt.time(14, 0))
NO_FOLDER = LabSession(460432, "SC045", 2, dt.date(2020, 3, 3), dt.time(14, 0))
# One folder without a number on a day with two sessions; its recording began at noon, with neither of them.
DOUBTFUL = LabSession(471324, "SC050", 1, dt.date(2020, 9, 14), dt.time(9, 0))
DOUBTFUL_TOO = LabSession(471324, "SC050", 2, dt.date(2020, 9, 14), dt.time(16, 0))
DOUBTFUL_FOLDER = LabSession(471324, "SC050", 0, dt.date(2020, 9, 14), None)
UNCLAIMED = LabSession(440956, "SC022", 0, dt.date(2019, 8, 9), None)

SAMPLES = (
    Sample(ONE, "raw-ephys", State.ARCHIVED, 27, "SC022/catgt_SC022_080819_g0"),
    Sample(ONE, "raw-video", State.ARCHIVED, 8, "SC022/08082019/video"),
    Sample(FIRST_OF_TWO, "raw-ephys", State.ARCHIVED, 7, "SC035/catgt_SC035_010720_g0"),
    Sample(FIRST_OF_TWO, "raw-video", State.ARCHIVED, 8, "SC035/01072020/video"),
    Sample(SECOND_OF_TWO, "raw-ephys", State.ARCHIVED, 7, "SC035/catgt_SC035_010720_1_g0"),
    Sample(SECOND_OF_TWO, "raw-video", State.ARCHIVED, 8, "SC035/01072020_1/video"),
    Sample(NEW_YEAR_BEFORE, "raw-ephys", State.ARCHIVED, 10, "SC038/catgt_SC038_010120_g0"),
    Sample(NEW_YEAR_BEFORE, "raw-video", State.NOT_FOUND),
    Sample(NEW_YEAR, "raw-ephys", State.ARCHIVED, 6, "SC038/catgt_SC038_010121_g0"),
    Sample(NEW_YEAR, "raw-video", State.ARCHIVED, 8, "SC038/01012021/video"),
    Sample(EMPTY, "raw-ephys", State.EMPTY, 0, "SC045/catgt_SC045_030220_g0"),
    Sample(EMPTY, "raw-video", State.EMPTY, 0, "SC045/03022020/video"),
    Sample(NO_FOLDER, "raw-ephys", State.NOT_FOUND),
    Sample(NO_FOLDER, "raw-video", State.NOT_FOUND),
    Sample(DOUBTFUL, "raw-ephys", State.AMBIGUOUS, 0, "SC050/catgt_SC050_091420_g0"),
    Sample(DOUBTFUL, "raw-video", State.NOT_FOUND),
    Sample(DOUBTFUL_TOO, "raw-ephys", State.AMBIGUOUS, 0, "SC050/catgt_SC050_091420_g0"),
    Sample(DOUBTFUL_TOO, "raw-video", State.NOT_FOUND),
    Sample(UNCLAIMED, "raw-ephys", State.UNCLAIMED, 7, "SC022/catgt_SC022_080919_g0"),
)

#: A folder that no convention reads, relative to the rig.
UNKNOWN = "SC022/surface scan"

#: Files that are left behind, relative to the rig.
LITTER = (
    ".DS_Store",
    "SC022/catgt_SC022_080819_g0/.DS_Store",
    "SC035/catgt_SC035_010720_g0/SC035_010720_g0_imec0/copying.tmp",
    "SC022/08082019/video/Thumbs.db",
    "SC045/03022020/video/Thumbs.db",
)


def lab_sessions() -> list[LabSession]:
    """The rows of the lab's pipeline, each once, in the order of the table."""
    rows = dict.fromkeys(sample.lab_session for sample in SAMPLES)
    return [row for row in rows if row.time is not None]


def make_rig(rig: Path) -> None:
    """Write all recordings into a folder that has none of them yet."""
    _ephys(rig, ONE, probes=4, catgt=True, sorted_too=True)
    _ephys(rig, FIRST_OF_TWO, probes=1, catgt=True)
    _ephys(rig, SECOND_OF_TWO, probes=1, catgt=True, ident="1")
    _ephys(rig, NEW_YEAR_BEFORE, probes=2, catgt=False)
    _ephys(rig, NEW_YEAR, probes=1, catgt=False)
    _ephys(rig, DOUBTFUL_FOLDER, probes=1, catgt=True)
    _ephys(rig, UNCLAIMED, probes=1, catgt=True)
    for session, ident in ((ONE, ""), (FIRST_OF_TWO, ""), (SECOND_OF_TWO, "1"), (NEW_YEAR, "")):
        _video(rig, session, ident=ident)
    (rig / "SC045/catgt_SC045_030220_g0").mkdir(parents=True)
    (rig / "SC045/03022020/video").mkdir(parents=True)
    notes = rig / UNKNOWN / "notes.txt"
    notes.parent.mkdir()
    notes.write_text("before the window was cleaned\n")
    litter = [rig / path for path in LITTER]
    for path in litter:
        path.write_bytes(bytes(16))
    _age([notes, *litter], ONE.started)


def make_recordings(rig: Path, sessions: Iterable[LabSession], *, sorted_too: bool = False) -> None:
    """Write one small recording for each of these sessions, for a test that needs many.

    sorted_too : with the trials of the behaviour and a sorting
    """
    for session in sessions:
        _ephys(rig, session, probes=1, catgt=False, sorted_too=sorted_too)


def make_videos(rig: Path, sessions: Iterable[LabSession]) -> None:
    """Write the videos of these sessions, with their maps of trials."""
    for session in sessions:
        _video(rig, session, ident="")


def _ephys(
    rig: Path, session: LabSession, *, probes: int, catgt: bool, ident: str = "", sorted_too: bool = False
) -> None:
    name = "_".join(filter(None, (session.subject, f"{session.date:%m%d%y}", ident)))
    run = Run(name, session.started, probes, catgt)
    folder = rig / session.subject / f"catgt_{name}_g0"
    folder.mkdir(parents=True)
    # CatGT does not copy the nidq stream; this file is the run's own, with its true SHA-1.
    write_pair(folder, Run(name, session.started, probes, catgt=False), NIDQ)
    for number in range(probes):
        probe = folder / f"{name}_g0_imec{number}"
        probe.mkdir()
        for stream in (ap(number), lf(number)):
            write_pair(probe, run, stream)
        if catgt:
            sample_files.write_edges(probe / f"{name}_g0_tcat.imec{number}.SY_384_6_500.txt")
    if sorted_too:
        sample_files.write_mat(folder / f"{name}_bitcode.mat", "trial", range(TRIALS))
        _sorting(folder / f"{name}_g0_imec0" / "imec0_ks2")
    _age(folder.rglob("*"), session.started)


def _sorting(folder: Path) -> None:
    folder.mkdir()
    sample_files.write_npy(folder / "spike_times.npy", range(0, 600, 30))
    sample_files.write_npy(folder / "spike_clusters.npy", range(20))
    (folder / "cluster_group.tsv").write_text("cluster_id\tgroup\n0\tgood\n1\tmua\n")
    (folder / "params.py").write_text("n_channels_dat = 385\nsample_rate = 30000.\n")


def _video(rig: Path, session: LabSession, *, ident: str) -> None:
    date = "_".join(filter(None, (f"{session.date:%m%d%Y}", ident)))
    folder = rig / session.subject / date / "video"
    folder.mkdir(parents=True)
    for camera in CAMERAS:
        for number in range(TRIALS):
            write_avi(folder / f"{session.subject}_{camera}_{number:03}-0000.avi")
        lines = "".join(f"{number}\t{number + 1}\n" for number in range(TRIALS))
        (folder / f"{session.subject}_{date}_{camera}.txt").write_text(lines)
    _age(folder.iterdir(), session.started)


def _age(paths: Iterable[Path], when: dt.datetime) -> None:
    """Set the mtime of files to the time of their recording, so that none seems to be still written."""
    seconds = when.replace(tzinfo=dt.UTC).timestamp()
    for path in paths:
        if path.is_file():
            os.utime(path, (seconds, seconds))
