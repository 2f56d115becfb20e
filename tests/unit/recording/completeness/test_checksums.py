"""A checksum that cannot be its file's own is compared with nothing, and a note says so before anything is sent."""

from dataclasses import replace

import pytest
from tests.unit.recording.completeness.samples import EPHYS, META, RAW, checked, run

from session_archive.recording.completeness import external_checksums

STEM = f"{RAW}/SC022_010121_g0_t0"


def test_an_lf_meta_with_the_checksum_of_the_ap_band_vouches_for_neither() -> None:
    files, metas = run("imec0.ap", "imec0.lf", "nidq")
    metas[f"{STEM}.nidq.meta"] = replace(META, sha1="ef" * 20)
    assert len(external_checksums([*files.values()], metas, kind=EPHYS)) == 3
    assert checked(files, metas) == ()
    metas[f"{STEM}.imec0.lf.meta"] = META
    assert set(external_checksums([*files.values()], metas, kind=EPHYS)) == {f"{STEM}.nidq.bin"}
    found = checked(files, metas)
    assert [(each.path, each.blocks) for each in found] == [
        (f"{STEM}.imec0.ap.bin", False),
        (f"{STEM}.imec0.lf.bin", False),
    ]
    assert f"fileSHA1 of {STEM}.imec0.lf.bin" in found[0].what


@pytest.mark.parametrize("size", [META.size, 770])
@pytest.mark.parametrize("other", ["imec1.ap", "nidq", "obx0.obx"])
def test_one_checksum_of_two_sizes_or_streams_is_of_neither(other: str, size: int) -> None:
    files, metas = run("imec0.ap", other)
    path = f"{STEM}.{other}"
    files[f"{path}.bin"] = replace(files[f"{path}.bin"], size=size)
    metas[f"{path}.meta"] = replace(META, size=size, seconds=None)
    assert external_checksums([*files.values()], metas, kind=EPHYS) == {}
    notes = [each for each in checked(files, metas) if "fileSHA1" in each.what]
    assert [each.blocks for each in notes] == [False, False]


def test_one_checksum_of_two_triggers_is_of_neither_and_a_second_copy_has_its_own() -> None:
    files, metas = run("imec0.ap", triggers=("t0", "t1"))
    assert len(external_checksums([*files.values()], metas, kind=EPHYS)) == 2
    metas[f"{RAW}/SC022_010121_g0_t1.imec0.ap.meta"] = META
    assert external_checksums([*files.values()], metas, kind=EPHYS) == {}
    copy, meta_of_copy = run("imec0.ap", folder=f"{RAW}/again")
    files, metas = run("imec0.ap")
    assert len(external_checksums([*(files | copy).values()], metas | meta_of_copy, kind=EPHYS)) == 2
