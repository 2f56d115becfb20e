"""What proves that a copy in the archive is not whole."""

import datetime as dt

import pytest

from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.recording.completeness import Finding
from session_archive.recording.copy_check import OnTheRig, rig_agreement, why_incomplete
from session_archive.recording.readiness import Observation

NOW = dt.datetime(2021, 1, 2, 2, 0, tzinfo=dt.UTC)
RIG = Manifest.of([FileEntry("SC022/a.bin", 10, 5), FileEntry("SC022/b.mat", 2, 5)])
LOOK = Observation.at(RIG, now=NOW)
SEEN, COUNTED = OnTheRig(LOOK, RIG), OnTheRig(LOOK)


def copy(*files: tuple[str, int]) -> Manifest:
    return Manifest.of(FileEntry(f"SC022/{name}", size, 9) for name, size in files)


@pytest.mark.parametrize(
    ("listed", "rig", "why"),
    [
        (RIG, SEEN, ""),
        (copy(("a.bin", 10), ("b.mat", 2)), SEEN, ""),
        (copy(("a.bin", 10), ("b.mat", 2), ("z.npy", 1)), SEEN, ""),
        (copy(("a.bin", 10)), SEEN, "SC022/b.mat: not there"),
        (copy(("a.bin", 9), ("b.mat", 2)), SEEN, "10 bytes promised, 9 found"),
        (copy(("a.bin", 10)), COUNTED, "the rig had 2 files, 12 bytes on 2021-01-02 02:00 UTC"),
        (copy(("a.bin", 13)), COUNTED, "the rig had 2 files"),
        (copy(("a.bin", 9), ("b.mat", 2)), COUNTED, "the rig had 2 files"),
        (copy(("a.bin", 10), ("c.mat", 3)), COUNTED, ""),
        (copy(("a.bin", 1)), None, ""),
    ],
)
def test_a_copy_that_has_less_than_the_rig_had_is_not_whole(listed, rig, why: str) -> None:
    why_not_whole = why_incomplete(listed, findings=[], rig=rig)
    assert why in why_not_whole
    assert bool(why_not_whole) == bool(why)


def test_what_blocks_comes_first_and_other_findings_do_not_count() -> None:
    odd, bad = Finding("a", "odd"), Finding("b", "has no .meta", blocks=True)
    assert why_incomplete(RIG, findings=[odd], rig=None) == ""
    assert why_incomplete(RIG, findings=[odd, bad, bad], rig=SEEN) == "b: has no .meta (and 1 more)"


def test_agreement_with_the_rig_is_worded() -> None:
    assert rig_agreement(RIG, COUNTED) == "names, sizes and times match the rig's of 2021-01-02 02:00 UTC"
    assert rig_agreement(copy(("a.bin", 10)), SEEN) == rig_agreement(RIG, None) == ""
