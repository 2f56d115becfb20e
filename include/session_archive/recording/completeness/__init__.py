"""Is a recording complete? Pure rules over names, sizes, times and the few small texts beside the recordings.

The conventions of a kind say which files are recordings, belong_together.toml says what belongs together. A data set
without such files never waits because of a rule.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from session_archive.fixity.manifest import FileEntry
from session_archive.naming.recording_kind import Convention
from session_archive.recording.completeness.catgt import catgt_findings, log_findings
from session_archive.recording.completeness.checksums import checksum_findings, vouched
from session_archive.recording.completeness.extracted import extraction_findings
from session_archive.recording.completeness.finding import Finding
from session_archive.recording.completeness.fyi import fyi_findings
from session_archive.recording.completeness.joined import joined_findings
from session_archive.recording.completeness.pairs import pair_findings
from session_archive.recording.completeness.recordings import recordings
from session_archive.recording.completeness.requested import requested_findings
from session_archive.recording.completeness.runs import run_findings
from session_archive.recording.completeness.streams import stream_findings
from session_archive.recording.completeness.texts import (
    Texts,
    named_texts,
    read_checksum_metas,
    read_texts,
    read_trial_maps,
    text_files,
)
from session_archive.recording.completeness.unseen import (
    set_findings,
    unended_findings,
    unread_findings,
    unseen_findings,
)
from session_archive.recording.completeness.video import video_findings
from session_archive.recording.spikeglx_meta import SpikeGlxMeta
from session_archive.recording.video_trials import video_name

__all__ = [
    "Finding",
    "Texts",
    "external_checksums",
    "findings",
    "read_checksum_metas",
    "read_texts",
    "read_trial_maps",
    "text_files",
]


def findings(
    files: Sequence[FileEntry], texts: Texts, *, kind: Convention, now: dt.datetime
) -> tuple[Finding, ...]:
    """Everything that is missing or odd, sorted by path; some of it blocks, the rest is only noted.

    texts : what was read of the small texts; rules about one that was not read are skipped, and a finding says so
    kind  : of recording, which says what its files are
    now   : UTC
    """
    recorded = recordings(files, texts.metas, kind)
    fyis = {path: fyi for path, fyi in texts.fyis.items() if not isinstance(fyi, str)}
    needed = [file.path for file, _ in named_texts(files, recorded, kind)]
    seen = {*needed, *(file.path for each in recorded for file in each.files)}
    seen.update(file.path for file in files if video_name(file.path, kind.spellings))
    found = [
        *pair_findings(recorded, texts.chunks),
        *stream_findings(recorded),
        *requested_findings(recorded, files, fyis),
        *extraction_findings(recorded, files),
        *run_findings(recorded),
        *catgt_findings(recorded, files, now=now),
        *joined_findings(recorded),
        *fyi_findings(files, texts.fyis),
        *log_findings(files, texts.catgt_logs, now=now),
        *video_findings(files, texts.trial_maps, kind.spellings),
        *checksum_findings(recorded),
        *set_findings(files),
        *unended_findings(texts.unended),
        *unread_findings(needed, texts.paths),
        *unseen_findings(files, seen),
    ]
    return tuple(sorted(found))


def external_checksums(
    files: Sequence[FileEntry], metas: Mapping[str, SpikeGlxMeta | str], *, kind: Convention
) -> dict[str, tuple[str, str]]:
    """Path -> (algorithm, lower-case hex) of each file whose checksum the acquisition program wrote beside it."""
    # What CatGT wrote has none, and a run may have 50,000 recordings.
    if not any(isinstance(meta, SpikeGlxMeta) and meta.sha1 for meta in metas.values()):
        return {}
    return vouched(recordings(files, metas, kind))
