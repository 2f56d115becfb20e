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


@pytest.mark.parametrize(("size", "vouches"), [(META.size, True), (770, False)])
def test_one_checksum_of_two_sizes_is_of_neither(size: int, vouches: bool) -> None:
    files, metas = run("imec0.ap", "imec1.ap", meta=replace(META, probes=2))
    path = f"{STEM}.imec1.ap"
    files[f"{path}.bin"] = replace(files[f"{path}.bin"], size=size)
    metas[f"{path}.meta"] = replace(META, probes=2, size=size, seconds=None)
    assert bool(external_checksums([*files.values()], metas, kind=EPHYS)) == vouches
    assert (checked(files, metas) == ()) == vouches
