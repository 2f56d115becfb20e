"""Is CatGT still working on a folder?"""

from dataclasses import replace

import pytest
from tests.unit.recording.completeness.samples import (
    BY_CATGT,
    CATGT,
    NOW,
    OLD,
    account,
    catgt,
    checked,
    expect,
    run,
)

from session_archive.fixity.manifest import FileEntry


def test_catgt_3_is_working_until_its_last_file_exists() -> None:
    for command, extra in (("<CatGT -ap -xd=2,0,384,6,500>", ""), ("", "imec0.ap.xd_384_6_500.txt")):
        files, metas = run(
            "imec0.ap", folder=CATGT, triggers=("tcat",), meta=replace(BY_CATGT, command=command)
        )
        if extra:
            path = f"{CATGT}/SC022_010121_g0_tcat.{extra}"
            files[path] = FileEntry(path, 9, OLD)
        assert any(found.blocks and "no _fyi.txt" in found.what for found in checked(files, metas))
        assert not any("no _fyi.txt" in found.what for found in checked(files | account(), metas))


@pytest.mark.parametrize(("age", "blocks"), [(600, True), (7 * 3600, False), (-3600, False)])
def test_a_bin_newer_than_its_meta_waits_but_not_for_ever(age: int, blocks: bool) -> None:
    files, metas = run("imec0.ap", folder=CATGT, triggers=("tcat",), meta=BY_CATGT)
    path = f"{CATGT}/SC022_010121_g0_tcat.imec0.ap.bin"
    written = int(NOW.timestamp()) - age
    files[path] = replace(files[path], mtime=written)
    files[f"{path[:-4]}.meta"] = replace(files[f"{path[:-4]}.meta"], mtime=written - 100)
    (found,) = checked(files, metas)
    assert (found.path, found.blocks) == (path, blocks)
    assert checked(files | account(written + 1), metas) == ()


LINE = "[Thd 140 CPU 2 1/01/21 10:30:00.000] "


@pytest.mark.parametrize(
    ("text", "age", "expected"),
    [
        (f"{LINE}Command (active):\r\n{LINE}<CatGT -ap>\r\n{LINE}\r\n", 60, []),
        (
            f"{LINE}\n{LINE}<CatGT -ap>\n",
            60,
            [(True, "CatGT is still working: its log ends with '<CatGT -ap>'")],
        ),
        (f"{LINE}<CatGT -ap>\n", 7 * 3600, [(False, "CatGT was stopped before it finished")]),
        ("", 60, [(False, "is empty")]),
        (
            f"{LINE}Skipping tiny content ([as bytes] olap: 9, rem: 0) file 'D:/a_g0_t7.nidq.bin'.\n{LINE}\n",
            60,
            [(False, "CatGT left out 1 files ('Skipping tiny content'), the first: a_g0_t7.nidq.bin")],
        ),
        (
            f"{LINE}skipping tiny content of a trigger\n{LINE}\n",
            60,
            [
                (
                    False,
                    "left out 1 files ('Skipping tiny content'), the first: skipping tiny content of a trigger",
                )
            ],
        ),
        (
            f"{LINE}Gap before file 'D:/a_g0_t8.nidq.bin' out_start_smp=1 inp_gap_smp=9 out_zeros_smp=0.\n{LINE}\n",
            60,
            [
                (
                    False,
                    "found 1 gaps between files, and filled them with zeros at most, the first: a_g0_t8.nidq.bin",
                )
            ],
        ),
        (
            f"{LINE}Write failed (error 5); input file 'D:/a_g0_t9.nidq.bin'.\n" * 2 + f"{LINE}\n",
            60,
            [(False, "CatGT failed to read or write 2 times, the first: a_g0_t9.nidq.bin")],
        ),
    ],
)
def test_the_end_of_catgts_log_shows_whether_it_is_working(
    text: str, age: int, expected: list[tuple[bool, str]]
) -> None:
    path = f"{CATGT}/CatGT.log"
    files, metas = catgt("imec0.ap", "imec0.lf")
    files[path] = FileEntry(path, len(text), int(NOW.timestamp()) - age)
    found = checked(files, metas, catgt_logs={path: text})
    expect(found, expected)
    assert all(each.path == path for each in found)


def test_a_bin_that_is_as_old_as_its_meta_was_not_edited() -> None:
    files, metas = catgt("imec0.ap")
    assert checked(files, metas) == ()


def test_a_bin_that_was_edited_after_catgts_last_file_waits_too() -> None:
    files, metas = catgt("imec0.ap")
    path = f"{CATGT}/SC022_010121_g0_tcat.imec0.ap.bin"
    fyi = f"{CATGT}/SC022_010121_g0_fyi.txt"
    written = int(NOW.timestamp()) - 60
    files[path] = replace(files[path], mtime=written)
    expect(checked(files, metas), [(True, "until 6 h")])
    files[fyi] = replace(files[fyi], mtime=written)
    assert checked(files, metas) == (), "the last file is as new as the .bin"


@pytest.mark.parametrize(("age", "blocks"), [(6 * 3600 - 1, True), (6 * 3600, False)])
def test_after_six_hours_a_bin_is_no_longer_being_edited(age: int, blocks: bool) -> None:
    files, metas = run("imec0.ap", folder=CATGT, triggers=("tcat",), meta=BY_CATGT)
    path = f"{CATGT}/SC022_010121_g0_tcat.imec0.ap.bin"
    files[path] = replace(files[path], mtime=int(NOW.timestamp()) - age)
    (found,) = checked(files, metas)
    assert (found.blocks, "still be editing" in found.what) == (blocks, blocks)
    log = f"{CATGT}/CatGT.log"
    files[log] = FileEntry(log, 9, int(NOW.timestamp()) - age)
    assert [each.blocks for each in checked(files, metas, catgt_logs={log: "[x] working"})] == [blocks] * 2


def test_a_recording_without_one_of_its_two_files_is_no_sign_of_catgt() -> None:
    for ending in ("bin", "meta"):
        files, metas = catgt("imec0.ap")
        path = f"{CATGT}/SC022_010121_g0_tcat.imec0.ap.{ending}"
        del files[path]
        metas.pop(path, None)
        assert not any("CatGT" in each.what for each in checked(files, metas))


def test_blank_lines_at_the_end_of_a_log_do_not_count() -> None:
    path = f"{CATGT}/CatGT.log"
    files, metas = catgt("imec0.ap")
    files[path] = FileEntry(path, 9, int(NOW.timestamp()))
    (found,) = checked(files, metas, catgt_logs={path: f"{LINE}<CatGT -ap>\n\n  \n"})
    assert "<CatGT -ap>" in found.what


def test_what_catgt_wrote_without_a_readable_meta_is_still_its_own() -> None:
    files, metas = catgt("imec0.ap")
    metas = dict.fromkeys(metas, "is empty")
    assert [each.what.startswith("its .meta") for each in checked(files, metas)] == [True]
