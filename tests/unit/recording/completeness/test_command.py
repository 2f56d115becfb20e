"""What a command line of CatGT asks for."""

from dataclasses import replace

import pytest
from tests.unit.recording.completeness.samples import BY_CATGT, CATGT, catgt, checked

from session_archive.naming.belong_together import belong_together
from session_archive.recording.completeness.command import read_commands

TABLE = belong_together()
STREAMS = {stream.name: stream for stream in TABLE.streams}


@pytest.mark.parametrize(
    ("options", "stream", "numbers"),
    [
        ("-ap", "imec{number}.ap", (3,)),
        ("-save=2,3,5,100:109,384", "imec{number}.ap", (5,)),
        ("-save=2,3,5,0:9 -save=2,3,6,10:19 -save=2,4,7,0:9", "imec{number}.ap", (5, 6)),
        ("-sepShanks=3,1030,1031,-1,-1", "imec{number}.ap", (1030, 1031)),
        ("-sepShanks=4,1040,1041,-1,-1", "imec{number}.ap", (3,)),
        ("-sepShanks=3,1030,-1,-1,-1", "imec{number}.lf", (3, 1030)),
        ("-save=2,3,5,0:9", "imec{number}.lf", (3, 5)),
        ("-save=3,3,8,384:400 -save=2,3,5,0:9", "imec{number}.lf", (8,)),
        ("-save=2,3,5,0:9", "nidq", (3,)),
        ("-save=x", "imec{number}.ap", (3,)),
    ],
)
def test_the_numbers_of_the_files_that_a_probe_is_written_to(
    options: str, stream: str, numbers: tuple[int, ...]
) -> None:
    (command,) = read_commands(f"<CatGT {options}>")
    assert command.written_as(STREAMS[stream], 3) == numbers


def test_each_call_is_read_by_itself() -> None:
    first, second = read_commands("<CatGT -run=a -ap -prb=0> <CatGT -ni -prb_miss_ok -xd=0,0,8,3,0>")
    assert [command.processes(STREAMS["imec{number}.ap"]) for command in (first, second)] == [True, False]
    assert [command.may_miss for command in (first, second)] == [False, True]
    assert [command.is_new for command in (first, second)] == [False, True]
    assert [command.renumbers for command in (first, second)] == [False, False]
    assert [(each.option, numbers["bit"]) for each, numbers in second.extractions()] == [("-xd", "3")]
    assert read_commands("") == ()
    assert not any(first.processes(stream) for stream in TABLE.streams if not stream.option)


def test_an_option_with_too_few_numbers_asks_for_nothing() -> None:
    (command,) = read_commands("<CatGT -xd=0,0,8 -SY=1>")
    assert command.extractions() == []


ALIGNING = "-g=0 -t=0,0 -ap -lf -ni -ob -prb=0"
AS_IT_IS = f"{ALIGNING} -no_tshift"
PROBE = {"imec{number}.ap", "imec{number}.lf"}
BOXES = {"nidq", "obx{number}.obx"}


@pytest.mark.parametrize(
    ("call", "written"),
    [
        (AS_IT_IS, set()),
        (ALIGNING, PROBE),
        (f"{AS_IT_IS} -gblcar", {"imec{number}.ap"}),
        (f"{AS_IT_IS} -loccar_um=40,160", {"imec{number}.ap"}),
        (f"{AS_IT_IS} -gfix=0.4,0.1,0.02", {"imec{number}.ap"}),
        (f"{AS_IT_IS} -lffilter=butter,3,1,300", {"imec{number}.lf"}),
        (f"{ALIGNING} -aphipass=300", {"imec{number}.ap"}),
        (f"{ALIGNING} -lflopass=300", {"imec{number}.lf"}),
        (f"{ALIGNING} -lflopass=300 -tshift", PROBE),
        (f"{AS_IT_IS} -pass1_force_ni_ob_bin", BOXES),
        (f"{AS_IT_IS} -pass1_force_ni_bin", {"nidq"}),
        ("-g=0 -t=0,5 -no_tshift", PROBE | BOXES),
        ("-g=0,1 -t=0 -no_tshift", PROBE | BOXES),
        ("-gtlist={0,0,0} -no_tshift", set()),
        ("-gtlist={0,0,3} -no_tshift", PROBE | BOXES),
        ("-gtlist={0,0,0}{1,0,0} -no_tshift", PROBE | BOXES),
        ("-t=cat -supercat={a,b_g0}{a,c_g0}", PROBE | BOXES),
        ("-t=cat -supercat={a,b_g0}{a,c_g0} -supercat_skip_ni_ob_bin", PROBE),
        ("-g=0 -t=cat -xd=2,0,384,6,500", set()),
    ],
)
def test_a_call_says_which_streams_it_writes(call: str, written: set[str]) -> None:
    (command,) = read_commands(f"<CatGT {call}>")
    numbered = [stream for stream in TABLE.streams if stream.js is not None]
    assert {stream.name for stream in numbered if command.writes(stream)} == written


@pytest.mark.parametrize("odd", ["9" * 5000, "²", "٣", "-", ""])
@pytest.mark.parametrize(
    "options",
    ["-xd={0},0,8,3,0", "-xd=0,0,{0},3,0", "-gtlist={{0,{0},{0}}}", "-prb={0}", "-g={0},{0} -t={0}"],
)
def test_what_is_no_number_in_a_command_hides_no_other_finding(options: str, odd: str) -> None:
    meta = replace(BY_CATGT, command=f"<CatGT -ap {options.format(odd)}>")
    files, metas = catgt("imec0.ap", "nidq", meta=meta)
    del files[f"{CATGT}/SC022_010121_g0_tcat.imec0.ap.bin"]
    assert any("has no .bin beside it" in each.what and each.blocks for each in checked(files, metas))
