"""Is a recording complete? Pure rules over names, sizes, times and the few small texts beside the recordings.

A rule applies to files with the names of its format, in data sets of every kind: a data set without such files never
waits because of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from session_archive.fixity.manifest import FileEntry
from session_archive.recording.completeness.catgt import catgt_findings, log_findings
from session_archive.recording.completeness.finding import Finding
from session_archive.recording.completeness.joined import joined_findings
from session_archive.recording.completeness.runs import run_findings
from session_archive.recording.completeness.spikeglx import pair_findings, recordings
from session_archive.recording.completeness.texts import Texts, read_texts, text_files
from session_archive.recording.completeness.video import video_findings
from session_archive.recording.spikeglx_meta import SpikeGlxMeta

__all__ = ["Finding", "Texts", "external_checksums", "findings", "read_texts", "text_files"]


def findings(
    files: Sequence[FileEntry],
    metas: Mapping[str, SpikeGlxMeta | str],
    *,
    trial_maps: Mapping[str, Mapping[int, int] | str] | None = None,
    catgt_logs: Mapping[str, str] | None = None,
    now: dt.datetime,
) -> tuple[Finding, ...]:
    """Everything that is missing or odd, sorted by path; some of it blocks, the rest is only noted.

    metas      : path of a .meta -> its content, or why it could not be read; if a .meta was not read, rules about
                 its content are skipped
    trial_maps : path of a map of video files to trials -> its content, or why it could not be read
    catgt_logs : path of a CatGT.log -> its text
    now        : UTC
    """
    recorded = recordings(files, metas)
    found = [
        *pair_findings(recorded),
        *run_findings(recorded),
        *catgt_findings(recorded, files, now=now),
        *joined_findings(recorded),
        *log_findings(files, catgt_logs or {}, now=now),
        *video_findings(files, trial_maps or {}),
    ]
    return tuple(sorted(found))


def external_checksums(
    files: Sequence[FileEntry], metas: Mapping[str, SpikeGlxMeta | str]
) -> dict[str, tuple[str, str]]:
    """Path -> (algorithm, lower-case hex) of each file whose checksum the acquisition program wrote beside it.

    A .meta that says another size than its file has belongs to another file, and vouches for nothing.
    """
    return {
        each.binary.path: ("SHA1", each.parsed.sha1)
        for each in recordings(files, metas)
        if each.binary
        and each.parsed
        and each.parsed.sha1
        and not each.compressed
        and each.binary.size == each.parsed.size
    }
