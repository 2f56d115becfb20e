"""What one part of a run says about the others: excerpts, gates, triggers, and probes that are not expected."""

from dataclasses import replace
from typing import Any

from tests.unit.recording.completeness.samples import (
    BIN,
    BY_CATGT,
    CATGT,
    META,
    OLD,
    RAW,
    account,
    catgt,
    checked,
    expect,
    run,
)

from session_archive.fixity.manifest import FileEntry
from session_archive.recording.completeness import Finding

Run = tuple[dict[str, FileEntry], dict[str, Any]]


def both(one: Run, other: Run) -> tuple[Finding, ...]:
    return checked(one[0] | other[0], one[1] | other[1])


def of_gate(gate: int, *streams: str, triggers: tuple[str, ...] = ("t0",), meta: Any = META) -> Run:
    """A run in the same folder that another gate opened."""
    files, metas = run(*streams, triggers=triggers, meta=meta)
    renamed = {path.replace("010121_g0_t", f"010121_g{gate}_t"): file for path, file in files.items()}
    return (
        {path: replace(file, path=path) for path, file in renamed.items()},
        {path.replace("010121_g0_t", f"010121_g{gate}_t"): meta for path, meta in metas.items()},
    )


def test_an_excerpt_does_not_stand_for_a_trigger_of_its_stream() -> None:
    excerpt = run("nidq", triggers=("t1.exported",))
    assert both(run("imec0.ap", triggers=("t0", "t1")), excerpt) == ()


def test_a_renamed_excerpt_does_not_stand_for_a_trigger_of_its_stream() -> None:
    files, metas = run("nidq", triggers=("t0", "t1"))
    exported = f"{RAW}/SC022_010121_g0_t1.nidq.meta"
    metas[exported] = replace(META, file_name="D:/SC022_010121_g0_t1.exported.nidq.bin")
    found = both(run("imec0.ap", triggers=("t0", "t1")), (files, metas))
    assert [each.what for each in found if each.blocks] == ["trigger t1 of nidq is missing, of t0 to t1"]
    assert any("it was written as" in each.what for each in found)


def test_an_excerpt_needs_no_lf_band_beside_it() -> None:
    meta = replace(META, lf_channels=384)
    excerpt = run("imec1.ap", triggers=("t0.exported",), meta=meta)
    assert both(run("imec0.ap", "imec0.lf", meta=meta), excerpt) == ()


def test_the_last_trigger_is_the_highest_number_not_the_last_name() -> None:
    triggers = tuple(f"t{number}" for number in range(11) if number != 5)
    expect(checked(*run("imec0.ap", triggers=triggers)), [(True, "t5 of imec0.ap is missing, of t0 to t10")])


def test_a_hole_waits_if_what_catgt_joined_is_not_there() -> None:
    joined, metas = run("imec0.ap", triggers=("tcat",), meta=replace(BY_CATGT, joined=(0, 1)))
    del joined[f"{RAW}/SC022_010121_g0_tcat.imec0.ap.bin"]
    found = both(run("imec0.ap", triggers=("t1",)), (joined, metas))
    assert [each.blocks for each in found if "t0 of imec0.ap" in each.what] == [True]


def test_each_gate_has_triggers_and_bands_of_its_own() -> None:
    assert both(run("imec0.ap", triggers=("t0", "t1")), of_gate(1, "imec0.ap")) == ()
    meta = replace(META, lf_channels=384)
    second = of_gate(1, "imec0.ap", meta=meta)
    expect(
        both(run("imec0.ap", "imec0.lf", meta=meta), second),
        [(False, "imec0.lf is missing: its probe has LF channels, and no .meta says")],
    )


def test_probes_are_expected_only_where_a_meta_says_how_many() -> None:
    assert checked(*run("nidq", meta=replace(META, probes=None, nidq=True))) == ()
    expect(checked(*run("imec0.ap", "imec1.ap")), [(False, "2 probes are present, but its .meta says")])


def test_catgt_says_what_it_joined_only_of_joined_files() -> None:
    assert checked(*run("imec0.ap", folder=CATGT, meta=replace(BY_CATGT, joined=None))) == ()


def test_one_renumbered_probe_makes_the_count_of_probes_useless() -> None:
    files, metas = catgt("imec0.ap", "imec7.ap", meta=BY_CATGT)
    one, other = sorted(metas)
    metas[one] = replace(BY_CATGT, command="<CatGT -ap -prb=0>")
    metas[other] = replace(BY_CATGT, probes=8, command="<CatGT -ap -prb=1 -save=2,1,7,0:99>")
    assert checked(files, metas) == ()


def test_extracted_events_alone_say_nothing_about_catgt() -> None:
    path = f"{CATGT}/SC022_010121_g0_tcat.nidq.xd_1_2_500.txt"
    assert checked({path: FileEntry(path, 9, OLD)}, {}) == ()


def test_the_newest_of_two_last_files_shows_that_catgt_has_finished() -> None:
    files, metas = run("imec0.ap", folder=CATGT, triggers=("tcat",), meta=BY_CATGT)
    binary = f"{CATGT}/SC022_010121_g0_tcat.imec0.ap.bin"
    files[binary] = FileEntry(binary, BIN, OLD + 100)
    files |= account(OLD + 50)
    last = f"{CATGT}/SC022_010121_g1_fyi.txt"
    files[last] = FileEntry(last, 9, OLD + 200)
    assert checked(files, metas) == ()
