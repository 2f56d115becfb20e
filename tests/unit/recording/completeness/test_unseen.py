"""What no rule has looked at is counted and named."""

from dataclasses import replace

from tests.unit.recording.completeness.samples import CATGT, OLD, RAW, catgt, checked, everything, run

from session_archive.fixity.manifest import FileEntry
from session_archive.recording.completeness.fyi import Fyi
from session_archive.recording.completeness.unseen import set_findings, unseen_findings


def files_of(*names: str) -> list[FileEntry]:
    return [FileEntry(f"SC022/run/{name}", 1, OLD) for name in names]


def test_a_text_that_was_not_read_is_named_with_what_it_leaves_open() -> None:
    files, metas = run("imec0.ap", "nidq")
    (found,) = everything(files, {})
    assert (found.path, found.blocks) == (f"{RAW}/SC022_010121_g0_t0.imec0.ap.meta", False)
    assert "2 texts were not read" in found.what and "t0.nidq.meta" in found.what
    assert everything(files, metas) == ()


def test_files_of_no_rule_are_counted_and_named() -> None:
    files = files_of("ks/a.npy", "ks/b.npy", "c.txt", "seen.bin")
    (found,) = unseen_findings(files, {"SC022/run/seen.bin"})
    assert (found.path, found.what) == (
        "SC022/run",
        "3 files that no rule looks at: ks/a.npy, ks/b.npy, c.txt",
    )
    assert list(unseen_findings(files, {file.path for file in files})) == []


def test_files_without_a_common_folder_are_named_in_full() -> None:
    files = [FileEntry(f"{camera}/SC022/2021_01_01/notes.txt", 1, OLD) for camera in ("side", "bottom")]
    (found,) = unseen_findings(files, ())
    assert found.path == files[0].path
    assert all(file.path in found.what for file in files)


def test_of_very_many_files_the_first_are_named_and_all_are_counted() -> None:
    (found,) = unseen_findings(files_of(*(f"{number:05}.npy" for number in range(1000))), ())
    assert found.what.startswith("1000 files that no rule looks at: 00000.npy, ")
    assert found.what.endswith(" more") and len(found.what) < 1024


def test_a_sorting_without_one_of_its_files_is_noted_by_the_others() -> None:
    names = ("params.py", "spike_times.npy", "spike_clusters.npy", "cluster_group.tsv")
    for table in ("cluster_group.tsv", "cluster_KSLabel.tsv", "cluster_groups.csv"):
        whole = (*names[:3], table)
        assert list(set_findings(files_of(*(f"ks/{name}" for name in whole), "ks/rez.mat", "b/x.npy"))) == []
        for name in whole:
            (found,) = set_findings(files_of(*(f"ks/{each}" for each in whole if each != name)))
            assert (found.blocks, (name if name != table else "cluster_*.tsv") in found.what) == (False, True)


def test_what_catgts_account_lists_must_exist() -> None:
    files, metas = catgt("imec0.ap")
    path = f"{CATGT}/SC022_010121_g0_fyi.txt"
    for fyi, words in (
        (Fyi(texts=("a_tcat.nidq.xd_8_3_0.txt",)), "lists a_tcat.nidq.xd_8_3_0.txt, but it is missing"),
        (Fyi(streams=("obx0.obx",)), "says that CatGT processed obx0.obx, but it is missing"),
        (Fyi(streams=("imec1010",)), "says that CatGT processed imec1010, but it is missing"),
    ):
        (found,) = checked(files, metas, fyis={path: fyi})
        assert (found.path, found.what, found.blocks) == (path, words, True)
    assert checked(files, metas, fyis={path: Fyi(streams=("imec0",))}) == ()
    (unread,) = checked(files, metas, fyis={path: "the disk is gone"})
    assert (unread.path, "the disk is gone" in unread.what, unread.blocks) == (path, True, False)
    files[path] = replace(files[path], size=0)
    (empty,) = checked(files, metas, fyis={path: Fyi()})
    assert (empty.path, empty.what[:8], empty.blocks) == (path, "is empty", True)


def test_empty_files_of_no_rule_are_named_however_many_others_there_are() -> None:
    files = [
        *files_of(*(f"ks/{number:05}.npy" for number in range(1000))),
        FileEntry("SC022/run/z.npy", 0, OLD),
    ]
    every, empty = unseen_findings(files, ())
    assert "z.npy" not in every.what and not empty.blocks
    assert (empty.path, empty.what) == (
        "SC022/run",
        "1 of the files that no rule looks at are empty: z.npy",
    )


def test_the_offsets_of_a_supercat_are_missed_like_those_of_one_run() -> None:
    for offsets in ("a_g0_sc_offsets.txt", "a_g0_ct_offsets.txt"):
        assert list(set_findings(files_of(offsets, "a_g0_fyi.txt"))) == []
        (found,) = set_findings(files_of(offsets))
        assert "*_fyi.txt" in found.what
    (found,) = set_findings(files_of("a_g0_fyi.txt"))
    assert found.what.startswith("is there without *_ct_offsets.txt or *_sc_offsets.txt: ")
