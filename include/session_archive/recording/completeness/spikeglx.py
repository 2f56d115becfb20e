"""SpikeGLX files in pairs: each .bin with its .meta.

Names: `<run>_g<gate>_t<trigger|cat>[.exported].<stream>.<bin|meta>` (SpikeGLX manual, "File Names").
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from session_archive.fixity.manifest import FileEntry
from session_archive.recording.completeness.finding import Finding
from session_archive.recording.spikeglx_meta import SpikeGlxMeta

_NAME = re.compile(
    r"(?P<run>.*?)(?:_g(?P<gate>[0-9]{1,9}))?(?:_t(?P<trigger>[0-9]{1,9}|cat))?(?P<exported>\.exported)?"
    r"\.(?P<stream>imec(?P<probe>[0-9]{0,9})\.(?:ap|lf)|nidq|obx[0-9]{1,9}\.obx)\.(?P<ending>bin|cbin|meta)",
    re.IGNORECASE,
)
#: SpikeGLX writes the shanks of probe p as separate probes 1000 + 10 * p + shank ("separate shanks").
_SHANKS = 1000


@dataclass(frozen=True, slots=True)
class Recording:
    """One stream of one trigger: a .bin, its .meta, or both.

    path       : of both files, without the ending
    stream     : 'imec0.ap', 'nidq'
    probe      : index from 0; None for other devices
    trigger    : None for 'cat' and if the name has none
    binary     : None if there is only the .meta
    compressed : True if the .bin was replaced by a .cbin: its size is not the recording's
    meta       : what the .meta says, or why it could not be read; None if it was not read
    """

    path: str
    run: str
    stream: str
    probe: int | None
    is_shank: bool
    trigger: int | None
    concatenated: bool
    exported: bool
    binary: FileEntry | None
    compressed: bool
    meta_file: FileEntry | None
    meta: SpikeGlxMeta | str | None

    @property
    def parsed(self) -> SpikeGlxMeta | None:
        """The content of the .meta, None if it was not or could not be read."""
        return None if isinstance(self.meta, str) else self.meta

    @property
    def by_catgt(self) -> bool:
        """True for what CatGT wrote; an exported excerpt of it is by SpikeGLX."""
        return (self.concatenated or bool(self.parsed and self.parsed.catgt)) and not self.exported

    @property
    def where(self) -> str:
        """The path to show."""
        return next(file.path for file in (self.binary, self.meta_file) if file)


def recordings(files: Sequence[FileEntry], metas: Mapping[str, SpikeGlxMeta | str]) -> tuple[Recording, ...]:
    """The files with SpikeGLX' names, a .bin and a .meta each, sorted by path."""
    parts: dict[str, dict[str, FileEntry]] = defaultdict(dict)
    names: dict[str, re.Match[str]] = {}
    for file in files:
        if match := _NAME.fullmatch(file.path.rpartition("/")[2]):
            stem, _, ending = file.path.rpartition(".")
            parts[stem][ending.lower()] = file
            names[stem] = match
    return tuple(_recording(stem, names[stem], parts[stem], metas) for stem in sorted(parts))


def _recording(
    stem: str, name: re.Match[str], parts: Mapping[str, FileEntry], metas: Mapping[str, SpikeGlxMeta | str]
) -> Recording:
    meta_file = parts.get("meta")
    trigger, probe = name["trigger"], name["probe"]
    number = None if probe is None else int(probe or 0)
    is_shank = number is not None and number >= _SHANKS
    return Recording(
        path=stem,
        run=f"{name['run']}_g{name['gate']}",
        stream=name["stream"].lower(),
        probe=(number - _SHANKS) // 10 if number is not None and is_shank else number,
        is_shank=is_shank,
        trigger=int(trigger) if trigger and trigger.isdigit() else None,
        concatenated=(trigger or "").lower() == "cat",
        exported=bool(name["exported"]),
        binary=parts.get("bin") or parts.get("cbin"),
        compressed="bin" not in parts and "cbin" in parts,
        meta_file=meta_file,
        meta=metas.get(meta_file.path) if meta_file else None,
    )


def pair_findings(recorded: Sequence[Recording]) -> Iterator[Finding]:
    """What is wrong with a pair: one file is missing, still being written, or does not match the other."""
    concatenated = {each.stream for each in recorded if each.concatenated and each.binary}
    by_shank = {each.probe for each in recorded if each.is_shank and each.binary}
    for each in recorded:
        if each.binary is not None and each.binary.size == 0:
            what = "is empty: still being copied, or nothing was recorded"
            yield Finding(each.binary.path, what, blocks=True)
        if each.meta_file is None:
            yield Finding(each.where, "has no .meta beside it: still being copied, or lost", blocks=True)
        elif each.binary is None:
            # It was split into shanks, or CatGT replaced it with another file, or had no need to write it.
            replaced = each.by_catgt or each.stream in concatenated or each.probe in by_shank
            what = "has no .bin beside it" + ("" if replaced else ": still being copied, or lost")
            yield Finding(each.where, what, blocks=not replaced)
        if what := _contradiction(each):
            yield Finding(each.where, what, blocks=True)


def _contradiction(each: Recording) -> str:
    """How the .meta's content contradicts the pair; '' if it does not, or was not read."""
    if isinstance(each.meta, str):
        return f"its .meta {each.meta}"
    if each.meta is None:
        return ""
    if each.meta.recording:
        return "still being recorded: its .meta has no fileSizeBytes (a crash of SpikeGLX leaves it so)"
    if each.meta.contradiction:
        return f"its .meta contradicts itself: {each.meta.contradiction}"
    if each.binary and not each.compressed and each.binary.size not in (0, each.meta.size):
        return (
            f"{each.binary.size} bytes, but its .meta says {each.meta.size}: still being copied, or cut off"
        )
    return ""
