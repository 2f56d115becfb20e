"""What is incomplete waits; a fact of the recording is noted and sent along."""

from dataclasses import replace
from pathlib import Path

from tests.unit.recording.completeness.samples import (
    BIN,
    BY_CATGT,
    CATGT,
    EPHYS,
    META,
    NAME,
    NOW,
    OLD,
    RAW,
    checked,
    run,
)

from session_archive.fixity.manifest import FileEntry
from session_archive.listing import list_files, local_directory_reader, local_file_reader
from session_archive.naming.conventions import load_conventions
from session_archive.recording.completeness import Texts, external_checksums, findings, read_texts
from support.sample_rig import SAMPLES, make_rig


def test_a_complete_run_has_no_finding() -> None:
    files, metas = run("imec0.ap", "imec0.lf", "imec1.ap", "nidq", meta=replace(META, probes=2, nidq=True))
    assert checked(files, metas) == ()
    assert checked(*run("imec0.ap", folder=CATGT, meta=BY_CATGT, triggers=("tcat",))) == ()


def test_the_sample_rig_is_complete(tmp_path: Path) -> None:
    make_rig(tmp_path)
    conventions = load_conventions()
    for sample in SAMPLES:
        if sample.n_files:
            listing = list_files(
                local_directory_reader(tmp_path),
                sample.directory,
                conventions=conventions,
                kind=sample.data_set_type,
            )
            files = listing.manifest.files
            kind = conventions.kind(sample.data_set_type)
            texts = read_texts(local_file_reader(tmp_path), files, kind)
            assert texts.metas or sample.data_set_type == "raw-video"
            found = findings(files, texts, kind=kind, now=NOW)
            assert all("that no rule looks at" in each.what and not each.blocks for each in found), sample


def test_other_files_give_no_finding() -> None:
    names = ("temp_wh.dat", "imec0_ks2/rez.mat", "notes.txt", "a.txt")
    files = [FileEntry(f"{CATGT}/{name}", 0, OLD) for name in names]
    unseen, empty = findings(files, Texts(), kind=EPHYS, now=NOW)
    assert not unseen.blocks and not empty.blocks
    assert empty.what.startswith("4 of the files that no rule looks at are empty: ")
    assert (unseen.path, unseen.what.partition(":")[0]) == (CATGT, "4 files that no rule looks at")
    assert all(name in unseen.what for name in names)


def test_only_a_real_sha1_of_the_very_file_vouches() -> None:
    files, metas = run("imec0.ap", "nidq")
    nidq = f"{RAW}/SC022_010121_g0_t0.nidq"
    assert external_checksums(tuple(files.values()), metas, kind=EPHYS) == {
        f"{RAW}/{NAME}.bin": ("SHA1", "ab" * 20),
        f"{nidq}.bin": ("SHA1", metas[f"{nidq}.meta"].sha1),
    }
    metas[f"{nidq}.meta"] = BY_CATGT
    files[f"{RAW}/{NAME}.bin"] = replace(files[f"{RAW}/{NAME}.bin"], size=BIN - 770)
    assert external_checksums(tuple(files.values()), metas, kind=EPHYS) == {}


def test_findings_of_all_rules_are_sorted_by_path() -> None:
    files, metas = run("nidq", "imec0.ap", meta=replace(META, size=None, seconds=None))
    folder = "SC022/01012021/video"
    side = FileEntry(f"{folder}/SC022_side_000-0000.avi", 0, OLD)
    log = FileEntry(f"{CATGT}/CatGT.log", 9, int(NOW.timestamp()))
    found = checked(files | {side.path: side, log.path: log}, metas, catgt_logs={log.path: "[x] working"})
    assert [each.path for each in found] == sorted(each.path for each in found)
    assert {side.path, log.path} < {each.path for each in found}


def test_a_compressed_or_missing_bin_and_an_unread_meta_have_no_checksum() -> None:
    files, metas = run("imec0.ap")
    binary, meta = (files[f"{RAW}/{NAME}.{ending}"] for ending in ("bin", "meta"))
    assert len(external_checksums([binary, meta], metas, kind=EPHYS)) == 1
    assert external_checksums([meta], metas, kind=EPHYS) == {}
    assert external_checksums([binary], metas, kind=EPHYS) == {}
    assert external_checksums([binary, meta], {meta.path: "is empty"}, kind=EPHYS) == {}
    compressed = replace(binary, path=binary.path.replace(".bin", ".cbin"))
    assert external_checksums([compressed, meta], metas, kind=EPHYS) == {}
