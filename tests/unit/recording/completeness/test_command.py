"""What a command line of CatGT asks for."""

import pytest

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
