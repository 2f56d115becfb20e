"""Are all the texts there that CatGT was asked to extract, of every probe alike?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from session_archive.fixity.manifest import FileEntry
from session_archive.naming.belong_together import Extraction, Stream, belong_together
from session_archive.recording.completeness.command import commands_of, whole_number
from session_archive.recording.completeness.finding import Finding
from session_archive.recording.completeness.recordings import Recording

_AP = 2


def extracted_texts(files: Sequence[FileEntry]) -> dict[str, tuple[str, str]]:
    """Path of each extracted text -> its stream's device, and what was extracted: 'imec0', 'sy_384_6_500'."""
    pattern = _text_name()
    paths = (file.path for file in files if file.path.lower().endswith(".txt"))
    found = ((path, pattern.search(path.rpartition("/")[2])) for path in paths)
    return {path: (match["device"].lower(), match["text"].lower()) for path, match in found if match}


def extraction_findings(recorded: Sequence[Recording], files: Sequence[FileEntry]) -> Iterator[Finding]:
    """Texts that the command line asks for, texts that one probe has and another lacks, and empty ones."""
    texts = extracted_texts(files)
    empty = (file.path for file in files if file.size == 0 and file.path in texts)
    yield from (Finding(path, "is empty: CatGT found no such events") for path in empty)
    where = next((each.where for each in recorded if each.by_catgt and each.parsed), "")
    requested = {
        (pattern, name, command.may_miss)
        for command in commands_of(recorded)
        for extraction, numbers in command.extractions()
        if _has_word(numbers, _stream_of(extraction, numbers), recorded)
        for pattern, name in _expected(extraction, numbers)
    }
    names = [path.rpartition("/")[2] for path in texts]
    for pattern, name, may_miss in sorted(requested):
        if not any(re.search(pattern, each, re.IGNORECASE) for each in names):
            yield Finding(
                where, f"CatGT's command line asks for *.{name}, but it is missing", blocks=not may_miss
            )
    yield from _twin_findings(recorded, texts)


def _twin_findings(recorded: Sequence[Recording], texts: Mapping[str, tuple[str, str]]) -> Iterator[Finding]:
    """What was extracted of one probe and is missing of another."""
    having: dict[str, dict[str, str]] = defaultdict(dict)
    for path, (device, text) in texts.items():
        having[text].setdefault(device, path)
    probes = {each.device: each.where for each in recorded if each.by_catgt and each.probe is not None}
    for text, devices in sorted(having.items()):
        others = [device for device in devices if device in probes]
        for device in probes.keys() - devices.keys() if others else ():
            what = f"{device} has no {text}, which was extracted of {min(others)} ({devices[min(others)]})"
            yield Finding(probes[device], what)


def _expected(extraction: Extraction, numbers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """A pattern of each text that an option asks for, and its name to show."""
    stream = _stream_of(extraction, numbers)
    if stream is None:
        return
    name = stream.of(numbers.get("ip", ""))
    # Before 1.4, the name did not say the band; Phase 3A has no number.
    band = r"(?:\.ap)?" if stream.js == _AP else ""
    device = re.escape(name.partition(".")[0]) if band else re.escape(name)
    device = re.sub("[0-9]+$", lambda number: f"(?:{number[0]})?", device) if band else device
    for text in extraction.texts:
        # Word -1 means the last one, whatever its number.
        shown = {
            key: ("*" if key == "word" and value.startswith("-") else value.replace(".", "p"))
            for key, value in numbers.items()
        }
        named = text.format(**shown)
        pattern = re.escape(named).replace(r"\*", "[0-9]+")
        yield rf"\.{device}{band}\.{pattern}\.txt$", f"{name}.{named}.txt"


def _stream_of(extraction: Extraction, numbers: Mapping[str, str]) -> Stream | None:
    js = extraction.js if "js" not in numbers else whole_number(numbers["js"])
    return None if js is None else belong_together().stream(js)


def _has_word(numbers: Mapping[str, str], stream: Stream | None, recorded: Sequence[Recording]) -> bool:
    """False for a word beyond the saved channels: CatGT passes over it (CatGT sources, Pass1.cpp)."""
    name = stream.of(numbers.get("ip", "")) if stream else ""
    channels = [each.parsed.channels for each in recorded if each.parsed and each.stream == name]
    word = whole_number(numbers["word"])
    return not channels or word is None or word < max(channels)


@cache
def _text_name() -> re.Pattern[str]:
    table = belong_together()
    kinds = "|".join(sorted({text.partition("_")[0] for each in table.extractions for text in each.texts}))
    devices = "|".join(sorted({stream.pattern.partition(r"\.")[0] for stream in table.streams}))
    # Before CatGT 1.4, the name did not say the band.
    bands = "|".join(sorted({stream.name.partition(".")[2] for stream in table.streams} - {""}))
    return re.compile(
        rf"\.(?P<device>{devices})(?:\.(?:{bands}))?\.(?P<text>(?:{kinds})_[^.]+)\.txt$", re.IGNORECASE
    )
