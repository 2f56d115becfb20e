"""Recordings as values, and their findings."""

import datetime as dt
import hashlib
from dataclasses import replace
from typing import Any

from session_archive.fixity.manifest import FileEntry
from session_archive.naming.conventions import load_conventions
from session_archive.recording.completeness import Finding, Texts, findings
from session_archive.recording.spikeglx_meta import SpikeGlxMeta

NOW = dt.datetime(2021, 1, 2, 2, tzinfo=dt.UTC)
OLD = int((NOW - dt.timedelta(days=1)).timestamp())
BIN = 385 * 2 * 30000
RAW, CATGT = "SC022/SC022_010121_g0", "SC022/catgt_SC022_010121_g0"
META = SpikeGlxMeta(
    size=BIN, seconds=1.0, channels=385, rate=30000.0, sha1="ab" * 20, probes=1, lf_channels=0
)
BY_CATGT = replace(META, sha1="", catgt=True, joined=(0, 0))
JOINED = replace(BY_CATGT, joined=(0, 799))
NAME = "SC022_010121_g0_t0.imec0.ap"
EPHYS = load_conventions().kind("raw-ephys")
#: What is said of every data set that has files of no rule, or texts that were not read.
UNCHECKED = ("that no rule looks at", "were not read")


def run(
    *streams: str, folder: str = RAW, meta: Any = META, triggers: tuple[str, ...] = ("t0",)
) -> tuple[dict[str, FileEntry], dict[str, Any]]:
    """Pairs of .bin and .meta by path, and the content of the .meta files."""
    stems = [f"{folder}/SC022_010121_g0_{trigger}.{stream}" for trigger in triggers for stream in streams]
    files = [FileEntry(f"{stem}.bin", BIN, OLD) for stem in stems]
    files += [FileEntry(f"{stem}.meta", 2000, OLD) for stem in stems]
    return {file.path: file for file in files}, {f"{stem}.meta": _of_stem(stem, meta) for stem in stems}


def _of_stem(stem: str, meta: Any) -> Any:
    # No two recordings are equal.
    other = isinstance(meta, SpikeGlxMeta) and meta.sha1 and not stem.endswith(NAME)
    return replace(meta, sha1=hashlib.sha256(stem.encode()).hexdigest()[:40]) if other else meta


def account(mtime: int = OLD) -> dict[str, FileEntry]:
    """CatGT's account of what it wrote, its last files."""
    paths = (f"{CATGT}/SC022_010121_g0_{ending}.txt" for ending in ("fyi", "ct_offsets"))
    return {path: FileEntry(path, 9, mtime) for path in paths}


def everything(files: dict[str, FileEntry], metas: dict[str, Any], **more: Any) -> tuple[Finding, ...]:
    """All findings; texts that are not given were not read."""
    return findings(tuple(files.values()), Texts(metas, **more), kind=EPHYS, now=NOW)


def checked(files: dict[str, FileEntry], metas: dict[str, Any], **more: Any) -> tuple[Finding, ...]:
    """The findings of rules that had something to look at."""
    found = everything(files, metas, **more)
    return tuple(each for each in found if not any(words in each.what for words in UNCHECKED))


def catgt(*streams: str, meta: SpikeGlxMeta = JOINED) -> tuple[dict[str, FileEntry], dict[str, Any]]:
    """CatGT's output with its account of it."""
    files, metas = run(*streams, folder=CATGT, triggers=("tcat",), meta=meta)
    return files | account(), metas


def expect(found: tuple[Finding, ...], expected: list[tuple[bool, str]]) -> None:
    assert len(found) == len(expected), found
    for each, (blocks, words) in zip(found, expected, strict=True):
        assert (each.blocks, words in each.what) == (blocks, True), each
