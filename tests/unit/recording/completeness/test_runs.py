"""A run has every probe, every trigger and all its streams."""

import datetime as dt
from dataclasses import replace

import pytest
from tests.unit.recording.completeness.samples import (
    BY_CATGT,
    CATGT,
    JOINED,
    META,
    RAW,
    catgt,
    checked,
    expect,
    run,
)


@pytest.mark.parametrize(("directories", "blocks"), [(1, True), (2, False)])
def test_a_missing_probe_waits_unless_it_may_be_on_another_drive(directories: int, blocks: bool) -> None:
    meta = replace(META, probes=2, nidq=True, directories=directories)
    found = checked(*run("imec0.ap", meta=meta))
    assert [each.blocks for each in found] == [blocks, blocks]
    assert "1 of 2 probes are present (imec0)" in found[0].what
    assert "nidq stream is missing" in found[1].what


def test_catgt_need_not_copy_the_nidq_stream() -> None:
    found = checked(*run("imec0.ap", folder=CATGT, triggers=("tcat",), meta=replace(BY_CATGT, nidq=True)))
    assert [each.blocks for each in found] == [False]


def test_probes_are_counted_by_their_whole_number() -> None:
    streams = [f"imec{number}.ap" for number in (2, 12, 1020)]
    assert checked(*run(*streams, meta=replace(META, probes=2))) == ()


def test_a_hole_in_the_triggers_waits_and_names_the_first() -> None:
    files, metas = run("imec0.ap", "imec0.lf", triggers=("t0", "t2", "t3"))
    extra, extra_metas = run("imec0.ap", triggers=("t4",))
    found = checked(files | extra, metas | extra_metas)
    assert [each.what for each in found if each.blocks] == [
        "trigger t1 of imec0.ap is missing, of t0 to t4",
        "trigger t1 and 1 more of imec0.lf is missing, of t0 to t4",
    ]
    far, far_metas = run("imec0.ap", triggers=("t0", "t999999999"))
    assert "t1 and 999999997 more" in checked(far, far_metas)[0].what


def test_catgt_may_be_run_on_some_probes_only() -> None:
    meta = replace(JOINED, command="<CatGT -ap -prb=1>", probes=4)
    expect(checked(*catgt("imec1.ap", meta=meta)), [(False, "1 of 4 probes are present")])


@pytest.mark.parametrize(
    ("streams", "channels", "expected"),
    [
        (("imec0.ap", "imec0.lf"), 384, []),
        (("imec0.ap",), 384, [(False, "imec0.lf is missing: its probe has LF channels, and no .meta says")]),
        (("imec0.ap", "imec1.ap", "imec1.lf"), 384, [(True, "imec0.lf is missing, but that of another")]),
        (("imec0.ap",), 0, []),
        (("imec0.ap",), None, [(False, "no .meta says whether its probe has LF channels")]),
        (
            ("imec0.ap", "imec1.ap", "imec1.lf"),
            None,
            [(False, "imec0.lf is missing, and no .meta says whether its probe has LF channels")],
        ),
    ],
)
def test_lf_is_expected_of_probes_that_have_it(
    streams: tuple[str, ...], channels: int | None, expected: list[tuple[bool, str]]
) -> None:
    probes = len({stream[:5] for stream in streams})
    meta = replace(META, lf_channels=channels, probes=probes)
    expect(checked(*run(*streams, triggers=("t0", "t1"), meta=meta)), expected)


@pytest.mark.parametrize(
    ("seconds", "noted"), [(0, False), (60, False), (-60, False), (61, True), (-61, True)]
)
def test_the_streams_of_a_trigger_begin_together(seconds: int, noted: bool) -> None:
    files, metas = run("imec0.ap", "nidq", meta=replace(META, started=dt.datetime(2021, 1, 1, 10)))
    nidq = f"{RAW}/SC022_010121_g0_t0.nidq.meta"
    later = dt.datetime(2021, 1, 1, 10) + dt.timedelta(seconds=seconds)
    metas[nidq] = replace(metas[nidq], started=later)
    expect(checked(files, metas), [(False, str(later))] if noted else [])


def test_another_trigger_or_an_excerpt_begins_at_its_own_time() -> None:
    meta = replace(META, started=dt.datetime(2021, 1, 1, 10))
    files, metas = run("imec0.ap", meta=meta, triggers=("t0",))
    later = replace(META, started=dt.datetime(2021, 1, 1, 12))
    for trigger in ("t1", "t0.exported"):
        more, more_metas = run("imec0.ap", meta=later, triggers=(trigger,))
        assert checked(files | more, metas | more_metas) == ()
    assert checked(*run("imec0.ap", "imec0.lf", meta=replace(META, started=None))) == ()


def test_a_stream_may_lack_a_trigger_that_catgt_joined() -> None:
    files, metas = run("imec0.ap", triggers=("t1",))
    joined, joined_metas = run("imec0.ap", triggers=("tcat",), meta=replace(BY_CATGT, joined=(0, 1)))
    expect(checked(files | joined, metas | joined_metas), [(False, "t0 of imec0.ap")])


def test_only_one_of_two_meta_files_says_that_a_run_was_spread_over_drives() -> None:
    files, metas = run("imec0.ap", "nidq", meta=replace(META, probes=2))
    nidq = f"{RAW}/SC022_010121_g0_t0.nidq.meta"
    metas[nidq] = replace(metas[nidq], directories=2)
    expect(checked(files, metas), [(False, "1 of 2 probes")])


def test_only_one_of_two_meta_files_says_that_there_was_a_nidq_stream() -> None:
    files, metas = run("imec0.ap", "imec0.lf", meta=META)
    lf = f"{RAW}/SC022_010121_g0_t0.imec0.lf.meta"
    metas[lf] = replace(metas[lf], nidq=1)
    expect(checked(files, metas), [(True, "nidq stream is missing")])


@pytest.mark.parametrize(
    ("stream", "call", "channels", "missing"),
    [
        ("imec0.ap", "-ap -prb=0", 384, "imec0.lf"),
        ("imec0.lf", "-lf -prb=0", 384, "imec0.ap"),
        ("imec0.ap", "-ap -prb=0", 0, ""),
    ],
)
def test_a_band_that_catgt_was_not_asked_for_is_noted(
    stream: str, call: str, channels: int, missing: str
) -> None:
    meta = replace(JOINED, command=f"<CatGT {call}>", lf_channels=channels)
    found = checked(*catgt(stream, meta=meta))
    expect(found, [(False, f"{missing} is missing: its probe has LF channels")] if missing else [])


def test_a_run_of_3a_is_said_to_name_its_devices_and_counts_no_probes() -> None:
    meta = replace(META, probes=1, nidq=1, type_enabled="imec,nidq")
    (found,) = checked(*run("imec.ap", meta=meta))
    assert (found.blocks, found.what) == (
        True,
        "the nidq stream is missing; its .meta says typeEnabled=imec,nidq",
    )
    (found,) = checked(*run("nidq", meta=meta))
    assert found.what == "0 of 1 probes are present (none); its .meta says typeEnabled=imec,nidq"
    left, metas_left = run("imec.ap", "nidq", meta=meta)
    right, metas_right = run("imec.ap", folder=f"{RAW}/right", meta=meta)
    assert checked(left | right, metas_left | metas_right) == (), "each probe has the same name in its folder"
    (found,) = checked(*run("imec.ap", "nidq", meta=replace(meta, probes=0, type_enabled="nidq")))
    assert found.what.endswith("probes are present, but its .meta says typeEnabled=nidq")


def test_the_runs_own_lf_beside_the_ap_that_catgt_made_of_it_misses_nothing() -> None:
    joined = replace(JOINED, command="<CatGT -ap -prb=0>", lf_channels=384)
    files, metas = catgt("imec0.ap", meta=joined)
    own, own_metas = run("imec0.lf", folder=CATGT, meta=replace(META, lf_channels=384))
    found = [each.what for each in checked(files | own, metas | own_metas)]
    assert not any("is missing" in what for what in found), found
    assert any("imec0.ap is missing" in each.what and each.blocks for each in checked(own, own_metas))


def test_a_meta_that_catgt_left_of_the_ap_stands_for_no_recording() -> None:
    joined = replace(BY_CATGT, command="<CatGT -ap -prb=0 -no_tshift>", lf_channels=384)
    files, metas = catgt("imec0.ap", meta=joined)
    without = {path: file for path, file in files.items() if not path.endswith(".bin")}
    own, own_metas = run("imec0.lf", folder=CATGT, meta=replace(META, lf_channels=384))
    found = checked(without | own, metas | own_metas)
    assert any("imec0.ap is missing" in each.what and each.blocks for each in found), found
