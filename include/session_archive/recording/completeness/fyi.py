"""CatGT's last file, `<run>_g<gate>_fyi.txt`: which streams it processed, and which texts it extracted (its ReadMe)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from session_archive.fixity.manifest import FileEntry
from session_archive.naming.belong_together import belong_together
from session_archive.recording.completeness.finding import Finding

#: Part of the name, and the largest that one can be: a line for each probe and each extracted text.
ENDING = "_fyi.txt"
MOST_BYTES = 1 << 20

_TUPLE = re.compile(r"\(([0-9]{1,6}),([0-9]{1,6})(?:,[^()]*)?\)")
_TEXT = re.compile(r"(?:sync|times)_")


@dataclass(frozen=True, slots=True)
class Fyi:
    """One `_fyi.txt`.

    streams : that CatGT processed: 'nidq', 'obx0.obx', and 'imec1012' for a file number of a probe
    texts   : names of the files that it extracted
    """

    streams: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


def is_fyi(path: str) -> bool:
    """True for a file with CatGT's name."""
    return path.lower().endswith(ENDING)


def read_fyi(text: str) -> Fyi:
    """What it says; lines of other versions are passed over."""
    pairs = dict(
        (key.strip(), value.strip())
        for key, equals, value in (line.partition("=") for line in text.splitlines())
        if equals
    )
    processed = _TUPLE.findall(pairs.get("jsip_srate", ""))
    made = [(int(file), int(probe)) for file, probe in _TUPLE.findall(pairs.get("ip2_ip1", ""))]
    # A probe that was written under other numbers is listed itself too, since its texts keep its number.
    renumbered = {probe for file, probe in made if file != probe}
    probes = [f"imec{file}" for file, probe in made if file != probe or file not in renumbered]
    texts = [re.split(r"[/\\]", value)[-1] for key, value in pairs.items() if _TEXT.match(key)]
    return Fyi(
        tuple(dict.fromkeys([*filter(None, (_stream(*each) for each in processed)), *probes])),
        tuple(dict.fromkeys(filter(None, texts))),
    )


def _stream(js: str, number: str) -> str:
    stream = belong_together().stream(int(js))
    # Probes may have been renumbered, and an AP band is listed too where only its LF band was written.
    return stream.of(number) if stream and stream.band is None else ""


def fyi_findings(files: Sequence[FileEntry], fyis: Mapping[str, Fyi | str]) -> Iterator[Finding]:
    """Texts that it lists and that are missing; and one that is empty, or cannot be read."""
    for file in files:
        if file.size == 0 and is_fyi(file.path):
            yield Finding(file.path, "is empty: CatGT is still working, or it was lost", blocks=True)
    listed = {text.lower() for fyi in fyis.values() if not isinstance(fyi, str) for text in fyi.texts}
    names = (file.path.rpartition("/")[2].lower() for file in files if listed)
    present = {name for name in names if name in listed}
    for path, fyi in fyis.items():
        if isinstance(fyi, str):
            yield Finding(path, f"cannot be read, so what it lists was not compared: {fyi}")
            continue
        for text in fyi.texts:
            if text.lower() not in present:
                yield Finding(path, f"lists {text}, but it is missing", blocks=True)
