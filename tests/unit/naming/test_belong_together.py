"""The table of what belongs together: docs/names.md has the same, and every line of it can be read."""

import re
from pathlib import Path

import pytest

from session_archive.naming.belong_together import Stream, belong_together

TABLE = belong_together()
PAGE = (Path(__file__).parents[3] / "docs" / "names.md").read_text(encoding="utf-8")


def rows(header: str) -> list[list[list[str]]]:
    """The rows of the page's table with this header; of each cell, what stands in backticks."""
    text = PAGE.partition(f"{header} |")[2].partition("\n\n")[0]
    lines = [line.strip("|").split("|") for line in text.splitlines()[2:]]
    return [[re.findall("`([^`]*)`", cell) for cell in line] for line in lines]


def test_the_page_says_what_a_recording_needs_beside_it() -> None:
    table = {
        cells[0][0].removeprefix("."): cells[1] for cells in rows("| recording | needs beside it") if cells[0]
    }
    assert table == {ending: [f".{each}" for each in needed] for ending, needed in TABLE.companions.items()}
    assert "| any other | `.meta` |" in PAGE
    assert TABLE.companions_of("tif") == TABLE.companions_of("BIN") == ("meta",)


def test_the_page_has_the_devices_and_their_streams() -> None:
    header = "| device | counted by | streams | CatGT processes them by | and lists devices by"
    assert rows(header) == [
        [
            [device.name],
            [device.counted],
            [stream.name for stream in TABLE.streams_of(device.name)],
            [stream.option for stream in TABLE.streams_of(device.name) if stream.option],
            [device.listed] if device.listed else [],
        ]
        for device in TABLE.devices
    ]


def test_the_page_has_the_extractions_and_the_sets() -> None:
    assert rows("| option of CatGT | texts") == [
        [[each.option], list(each.texts)] for each in TABLE.extractions
    ]
    for each in TABLE.sets:
        assert re.search(r",\s+".join(f"`?{re.escape(name)}`?" for name in each.files), PAGE), each.what


def test_the_table_refers_to_what_it_has() -> None:
    devices = {device.name for device in TABLE.devices}
    assert {stream.device for stream in TABLE.streams} == devices
    numbers = [stream.js for stream in TABLE.streams if stream.js is not None]
    assert sorted(numbers) == list(range(len(numbers)))
    for each in TABLE.extractions:
        assert ("js" in each.numbers) != (each.js is not None), each.option
        for text in each.texts:
            assert set(re.findall("{(.*?)}", text)) <= set(each.numbers), each.option


@pytest.mark.parametrize(
    ("text", "name", "number"),
    [
        ("imec0.ap", "imec{number}.ap", 0),
        ("IMEC12.LF", "imec{number}.lf", 12),
        ("imec.ap", "imec{number}.ap", None),
        ("imec", "imec{number}", None),
        ("nidq", "nidq", None),
        ("obx1.obx", "obx{number}.obx", 1),
        ("imec0.xx", None, None),
        ("nidq0", None, None),
    ],
)
def test_a_stream_is_read_from_its_name(text: str, name: str | None, number: int | None) -> None:
    read = TABLE.read_stream(text)
    assert (read[0].name, read[1]) == (name, number) if read else name is None


def test_shanks_are_numbered_after_their_probe() -> None:
    shanks = TABLE.shanks
    assert list(shanks.numbers(1)) == [1010, 1011, 1012, 1013]
    assert [shanks.probe(number) for number in (0, 12, 999, 1000, 1013, 1020)] == [0, 12, 999, 0, 1, 2]
    assert [shanks.apart(number) for number in (999, 1000, 1003, 1004, 1010)] == [
        False,
        True,
        True,
        False,
        True,
    ]


def test_a_stream_has_the_number_of_its_device() -> None:
    assert [stream.of(3) for stream in TABLE.streams if isinstance(stream, Stream)] == [
        "imec3",
        "imec3.ap",
        "imec3.lf",
        "nidq",
        "obx3.obx",
    ]
