"""Each file of each sample recording, taken away, emptied or cut by a byte: never sent without a word that names it."""

import datetime as dt
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.unit.recording.more_recordings import make_more

from session_archive.listing import list_files, local_directory_reader, local_file_reader
from session_archive.naming.conventions import load_conventions
from session_archive.naming.explain.path import Verdict, explain
from session_archive.naming.surroundings import Context
from session_archive.recording.completeness import Finding, findings, read_texts
from session_archive.recording.verdict import judge_listing
from support.sample_rig import SAMPLES, make_rig

NOW = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
CONVENTIONS = load_conventions()
SAMPLED = {sample.directory: sample.data_set_type for sample in SAMPLES if sample.n_files}
MORE = {f"SC022/catgt_SC022_091320{ident}_g0": "raw-ephys" for ident in ("", "_1", "_2", "_3")}
RECORDINGS = SAMPLED | MORE
#: A file that its neighbours do not name; only an earlier look at the rig knows of it.
ALONE = ("_bitcode.mat", "CatGT.log")


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rig = tmp_path_factory.mktemp("rig")
    make_rig(rig)
    assert set(make_more(rig)) == set(MORE)
    return rig


def decide(rig: Path, directory: str) -> tuple[Any, tuple[Finding, ...]]:
    """What a night finds: the state that holds the data set back by its listing, and all findings."""
    kind = CONVENTIONS.kind(RECORDINGS[directory])
    listing = list_files(local_directory_reader(rig), directory, conventions=CONVENTIONS, kind=kind.name)
    files = listing.manifest.files
    texts = read_texts(local_file_reader(rig), files, kind)
    return judge_listing(listing), findings(files, texts, kind=kind, now=NOW)


def damage(path: Path) -> Iterator[str]:
    """Damages a file in each way, and mends it."""
    content, times = path.read_bytes(), path.stat()
    path.unlink()
    yield "taken away"
    path.write_bytes(b"")
    yield "emptied"
    path.write_bytes(content[:-1])
    yield "cut by a byte"
    path.write_bytes(content)
    os.utime(path, (times.st_atime, times.st_mtime))


def partners(name: str) -> tuple[str, ...]:
    """What may be named instead of a file: its recording, its camera's map, what else was extracted or sorted."""
    stem = name.rpartition(".")[0]
    if name.endswith(".avi"):
        return stem, "number"
    if name.endswith(("_fyi.txt", "_ct_offsets.txt")):
        return ("_fyi.txt", "_ct_offsets.txt")
    if "imec" in name or "nidq" in name:
        return stem, *(f"imec{number}" for number in range(4) if f"imec{number}" in name), "nidq"
    return stem, "params.py" if name.endswith((".npy", ".py", ".tsv")) else stem, "camera"


def explain_pair(rig: Path, path: Path) -> list[Verdict]:
    """The worst of what `explain` says of a recording and its .meta, by what is known of them."""
    meta = path.with_suffix(".meta")
    size = path.stat().st_size if path.exists() else None
    promised = re.search(r"fileSizeBytes=(\d+)", meta.read_text()) if meta.exists() else None
    chunks = path.with_suffix(".ch")
    listed = json.loads(chunks.read_text())["chunk_offsets"][-1] if chunks.exists() else None
    expected = listed if listed is not None else int(promised[1]) if promised else None
    known = {
        path: Context(
            size=size,
            no_meta=not meta.exists(),
            no_ch=not chunks.exists(),
            size_mismatch=bool(size) and expected not in (None, size),
        ),
        meta: Context(size=meta.stat().st_size if meta.exists() else None, bin_absent=size is None),
    }
    verdicts = {
        explain(str(each.relative_to(rig)), conventions=CONVENTIONS, context=context).verdict
        for each, context in known.items()
        if each.exists()
    }
    return [Verdict.REJECT] if Verdict.REJECT in verdicts else sorted(verdicts)


@pytest.mark.parametrize("directory", RECORDINGS)
def test_each_damaged_file_is_named(rig: Path, directory: str) -> None:
    before = set(decide(rig, directory)[1])
    assert not any(finding.blocks for finding in before)
    silent = []
    for path in sorted(each for each in (rig / directory).rglob("*") if each.is_file()):
        if CONVENTIONS.litter(path.name):
            continue
        for how in damage(path):
            state, found = decide(rig, directory)
            unseen = [each.what for each in found if "that no rule looks at" in each.what]
            new = [f"{each.path} {each.what}" for each in set(found) - before if each.what not in unseen]
            if how == "cut by a byte" and path.suffix == ".avi":
                continue
            if how == "taken away" and path.name.endswith(ALONE):
                continue
            named = any(word in line for line in new for word in (path.name, *partners(path.name)))
            if state is None and not named and not any(path.name in what for what in unseen):
                silent.append(f"{path.name} {how}")
    assert silent == [], "; ".join(silent)


@pytest.mark.parametrize("directory", [each for each, kind in RECORDINGS.items() if kind == "raw-ephys"])
def test_a_damaged_recording_is_held_back(rig: Path, directory: str) -> None:
    for path in sorted((rig / directory).rglob("*.*bin")):
        meta = path.with_suffix(".meta")
        for damaged in (path, meta):
            for how in damage(damaged):
                found = decide(rig, directory)[1]
                blocking = [each for each in found if each.blocks]
                if (
                    "_tcat." in path.name
                    and "imec" not in path.name
                    and how == "taken away"
                    and damaged == path
                ):
                    # CatGT need not write a stream that it does not change: a note names the .meta.
                    assert any(path.stem in each.path and "has no .bin" in each.what for each in found)
                    continue
                explained = explain_pair(rig, path)
                # Of a .meta alone, the file is accepted, and `explain` says that its data set waits.
                alone = how == "taken away" and damaged == path
                assert (explained == [Verdict.REJECT]) == (bool(blocking) and not alone), (damaged.name, how)
                # The last byte of a .meta is the end of its last line, and nothing depends on it.
                assert bool(blocking) == (how != "cut by a byte" or damaged == path), (damaged.name, how)
                assert all(path.stem in f"{each.path} {each.what}" for each in blocking[:1])
