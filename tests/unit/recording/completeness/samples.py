"""Recordings as values, and their findings."""

import datetime as dt
from dataclasses import replace
from typing import Any

from session_archive.fixity.manifest import FileEntry
from session_archive.recording.completeness import Finding, findings
from session_archive.recording.spikeglx_meta import SpikeGlxMeta

NOW = dt.datetime(2021, 1, 2, 2, tzinfo=dt.UTC)
OLD = int((NOW - dt.timedelta(days=1)).timestamp())
BIN = 385 * 2 * 30000
RAW, CATGT = "SC022/SC022_010121_g0", "SC022/catgt_SC022_010121_g0"
META = SpikeGlxMeta(size=BIN, seconds=1.0, channels=385, rate=30000.0, sha1="ab" * 20, probes=1)
BY_CATGT = replace(META, sha1="", catgt=True, joined=(0, 0))
JOINED = replace(BY_CATGT, joined=(0, 799), lf_channels=384)
NAME = "SC022_010121_g0_t0.imec0.ap"


def run(
    *streams: str, folder: str = RAW, meta: Any = META, triggers: tuple[str, ...] = ("t0",)
) -> tuple[dict[str, FileEntry], dict[str, Any]]:
    """Pairs of .bin and .meta by path, and the content of the .meta files."""
    stems = [f"{folder}/SC022_010121_g0_{trigger}.{stream}" for trigger in triggers for stream in streams]
    files = [FileEntry(f"{stem}.bin", BIN, OLD) for stem in stems]
    files += [FileEntry(f"{stem}.meta", 2000, OLD) for stem in stems]
    return {file.path: file for file in files}, {f"{stem}.meta": meta for stem in stems}


def checked(files: dict[str, FileEntry], metas: dict[str, Any], **more: Any) -> tuple[Finding, ...]:
    return findings(tuple(files.values()), metas, now=NOW, **more)


def catgt(*streams: str, meta: SpikeGlxMeta = JOINED) -> tuple[dict[str, FileEntry], dict[str, Any]]:
    files, metas = run(*streams, folder=CATGT, triggers=("tcat",), meta=meta)
    path = f"{CATGT}/SC022_010121_g0_fyi.txt"
    return {**files, path: FileEntry(path, 9, OLD)}, metas


def expect(found: tuple[Finding, ...], expected: list[tuple[bool, str]]) -> None:
    assert len(found) == len(expected), found
    for each, (blocks, words) in zip(found, expected, strict=True):
        assert (each.blocks, words in each.what) == (blocks, True), each
