"""What CatGT's command line lists exists, and what it did not join is noted."""

from dataclasses import replace

import pytest
from tests.unit.recording.completeness.samples import (
    CATGT,
    JOINED,
    META,
    account,
    catgt,
    checked,
    expect,
    run,
)

from session_archive.naming.belong_together import belong_together
from session_archive.recording.completeness.command import read_commands
from session_archive.recording.completeness.fyi import Fyi


@pytest.mark.parametrize(
    ("command", "probes", "expected"),
    [
        ("<CatGT -ap -prb=0,3:5 -dest=x>", (0, 3, 4, 5), []),
        ("<CatGT -ap -prb=0,3:5 -dest=x>", (0, 4), [(True, "lists imec3, imec5, but its output is missing")]),
        ("<CatGT -ap -dest=x -prb=0:1>", (0,), [(True, "lists imec1, but its output is missing")]),
        ("<CatGT -ap -prb=0:1 -prb_miss_ok>", (0,), [(False, "lists imec1, but its output is missing")]),
        ("<CatGT -ap -prb=0:1 -save=2,1,7,0:99>", (0, 7), []),
        ("<CatGT -ap -prb=x,1:,0>", (0,), []),
    ],
)
def test_every_probe_on_catgts_command_line_has_its_output(
    command: str, probes: tuple[int, ...], expected: list[tuple[bool, str]]
) -> None:
    meta = replace(JOINED, command=command, probes=len(probes))
    expect(checked(*catgt(*(f"imec{number}.ap" for number in probes), meta=meta)), expected)


@pytest.mark.parametrize(
    ("streams", "channels", "command", "expected"),
    [
        (("imec0.ap", "imec0.lf"), 384, "<CatGT -ap -lf>", []),
        (("imec0.ap",), 384, "<CatGT -ap -lf -prb=0>", [(True, "asks for imec0.lf, but it is missing")]),
        (("imec0.ap",), 384, "<CatGT -ap -prb=0 -lf>", [(True, "asks for imec0.lf, but it is missing")]),
        (
            ("imec0.ap",),
            384,
            "<CatGT -ap -lffilter=butter,12,300,1>",
            [
                (
                    False,
                    "imec0.lf is missing: its probe has LF channels, and CatGT was not asked for that band",
                )
            ],
        ),
        (("imec0.ap",), 0, "<CatGT -ap -lf>", []),
    ],
)
def test_lf_is_expected_if_catgts_command_line_lists_it_and_the_probe_has_it(
    streams: tuple[str, ...], channels: int, command: str, expected: list[tuple[bool, str]]
) -> None:
    meta = replace(JOINED, command=command, lf_channels=channels)
    expect(checked(*catgt(*streams, meta=meta)), expected)


def test_triggers_that_catgt_did_not_join_are_noted() -> None:
    files, metas = catgt("imec0.ap", "imec0.lf")
    metas[f"{CATGT}/SC022_010121_g0_tcat.imec0.lf.meta"] = replace(JOINED, joined=(0, 500))
    expect(checked(files, metas), [(False, "t0 to t500 and t0 to t799")] * 2)
    files, metas = catgt("imec0.ap", meta=replace(JOINED, joined=(0, 0)))
    raw, more = run("imec0.ap", folder=CATGT, triggers=("t0", "t1"))
    expect(checked(files | raw, metas | more), [(False, "joined t0 to t0, but t1 exists")])
    expect(checked(*catgt("imec0.ap", meta=replace(JOINED, joined=None))), [(False, "no catTVals")])


def test_a_stream_without_a_readable_meta_says_nothing_about_what_was_joined() -> None:
    files, metas = catgt(
        "imec0.ap", "imec1.ap", meta=replace(JOINED, command="<CatGT -ap -prb=0,1>", probes=2)
    )
    metas[f"{CATGT}/SC022_010121_g0_tcat.imec1.ap.meta"] = "is empty"
    expect(checked(files, metas), [(True, "is empty")])


@pytest.mark.parametrize(
    ("command", "probes"),
    [
        ("<CatGT -prb=0,3:5>", {0, 3, 4, 5}),
        ("<CatGT -prb=7 -prb=1:2>", {1, 2, 7}),
        ("<CatGT -prb=5:3>", set()),
        ("<CatGT -ap>", set()),
        ("<CatGT -prb_fld -prb=2>", {2}),
    ],
)
def test_the_probes_of_a_command_line(command: str, probes: set[int]) -> None:
    (call,) = read_commands(command)
    assert set(call.listed(belong_together().device("imec"))) == probes


@pytest.mark.parametrize("gone", ["imec0.ap", "imec0.lf", "imec1.ap", "imec1.lf", "imec0", "obx0.obx"])
def test_the_run_itself_in_the_same_folder_does_not_stand_for_catgts_output(gone: str) -> None:
    """CatGT writes beside the run unless it is given another folder."""
    streams = ("imec0.ap", "imec0.lf", "imec1.ap", "imec1.lf", "nidq", "obx0.obx")
    meta = replace(META, probes=2, nidq=1, boxes=1, lf_channels=384)
    call = "<CatGT -t=0,1 -ap -lf -ni -ob -prb=0:1 -obx=0>"
    raw = run(*streams, meta=meta, triggers=("t0", "t1"), folder=CATGT)
    made = catgt(*streams, meta=replace(meta, sha1="", catgt=True, joined=(0, 1), command=call))
    files, metas = raw[0] | made[0], raw[1] | made[1]
    assert checked(files, metas) == ()
    for path in [path for path in files if f"_tcat.{gone}." in path]:
        del files[path]
        metas.pop(path, None)
    found = checked(files, metas)
    assert [each.blocks for each in found if gone.partition(".")[0] in each.what] == [True], found


def test_catgts_account_of_a_probe_is_not_met_by_the_run_itself() -> None:
    files, metas = run("imec0.ap", folder=CATGT)
    path = f"{CATGT}/SC022_010121_g0_fyi.txt"
    found = checked(files | account(), metas, fyis={path: Fyi(("imec0", "nidq"))})
    assert ["imec0" in each.what and each.blocks for each in found].count(True) == 1, found
