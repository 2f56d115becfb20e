"""What is wrong with a recording and the files beside it: missing, still being written, or contradicting another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from session_archive.naming.belong_together import belong_together
from session_archive.naming.unfinished import Seen, unfinished
from session_archive.recording.completeness.command import commands_of
from session_archive.recording.completeness.finding import Finding
from session_archive.recording.completeness.recordings import Recording
from session_archive.recording.mtscomp import Chunks


def pair_findings(recorded: Sequence[Recording], chunks: Mapping[str, Chunks | str]) -> Iterator[Finding]:
    """What holds a recording back; and what is only odd about it.

    chunks : path of a .ch -> its content, or why it could not be read
    """
    concatenated = {each.stream for each in recorded if each.concatenated and each.binary}
    by_shank = {each.device for each in recorded if each.is_shank and each.binary}
    compressed = {each.path for each in recorded if each.compressed}
    for each in recorded:
        for what in unfinished(_seen(each)):
            yield Finding(each.where, what, blocks=True)
        if each.binary is None:
            # It was split into shanks, or CatGT replaced it with another file, or had no need to write it.
            record = each.device in by_shank and not each.is_shank
            unchanged = each.by_catgt and not _was_written(each)
            replaced = unchanged or each.stream in concatenated or record
            what = f"has no {_expected(each)} beside it" + (
                "" if replaced and each.of else ": still being copied, or lost"
            )
            yield Finding(each.where, what, blocks=not (replaced and each.of))
        elif "ch" in each.companions and each.path not in compressed:
            yield Finding(each.companions["ch"].path, "has no .cbin beside it, but the .bin is there")
        yield from _meta_findings(each)
        yield from _chunk_findings(each, chunks)


def _was_written(each: Recording) -> bool:
    """True if CatGT wrote a .bin, by its .meta; one that was not read says nothing."""
    joined = each.parsed.joined if each.parsed else None
    if joined and joined[1] > joined[0]:
        return True
    return each.of is not None and any(command.writes(each.of) for command in commands_of([each]))


def _expected(each: Recording) -> str:
    # The recordings of a lab's own have other endings.
    return ".cbin" if "ch" in each.companions else ".bin" if each.of else "recording"


def _seen(each: Recording) -> Seen:
    size = each.binary.size if each.binary else None
    ending = each.binary.path.rpartition(".")[2] if each.binary else "bin"
    needed = belong_together().companions_of(ending)
    # What it does not need must not be empty either: nobody knows what it was.
    present = {name: file.size for name, file in each.companions.items()}
    sizes = dict.fromkeys(needed) | present
    promised = each.parsed.size if each.parsed else None
    # An empty file has a reason of its own.
    comparable = bool(size) and promised is not None and not each.compressed
    return Seen(
        size=size,
        companions=sizes,
        growing=bool(each.parsed and each.parsed.recording),
        differs=comparable and size != promised,
        promised=promised,
    )


def _meta_findings(each: Recording) -> Iterator[Finding]:
    """What the .meta itself says against the recording."""
    if isinstance(each.meta, str):
        if each.meta_file and each.meta_file.size:
            yield Finding(each.where, f"its .meta {each.meta}", blocks=True)
        return
    meta = each.meta
    if meta is None:
        return
    if meta.contradiction:
        size = each.binary.size if each.binary and not each.compressed else None
        small = size == meta.size and meta.small_contradiction
        why = "; rounding or a cut last sample explains it, and the sizes agree" if small else ""
        yield Finding(
            each.where, f"its .meta contradicts itself: {meta.contradiction}{why}", blocks=not small
        )
    if each.written_as:
        what = f"its .meta says that it was written as {meta.file_name}: {each.written_as}"
        yield Finding(each.where, what)
    elif other := each.other_name:
        what = f"its .meta says that it was written as {other}: another gate, trigger or stream than its name"
        yield Finding(each.where, what)
    if each.of and each.of.band is not None and meta.band not in (None, each.of.band):
        yield Finding(
            each.where, f"named {each.stream}, but the channels in its .meta (snsApLfSy) are of another band"
        )


def _chunk_findings(each: Recording, chunks: Mapping[str, Chunks | str]) -> Iterator[Finding]:
    """What the .ch says against the .cbin and the .meta."""
    listed = each.companions.get("ch")
    content = chunks.get(listed.path) if listed else None
    if content is None or not each.compressed or each.binary is None:
        return
    if isinstance(content, str):
        if listed and listed.size:
            yield Finding(each.where, f"its .ch {content}", blocks=True)
    elif each.binary.size not in (0, content.compressed):
        what = f"{each.binary.size} bytes, but its .ch says {content.compressed}: still being written, or cut off"
        yield Finding(each.where, what, blocks=True)
    elif each.parsed and each.parsed.size not in (None, content.size):
        what = f"its .ch says {content.size} bytes of recording, but its .meta {each.parsed.size}"
        yield Finding(each.where, what, blocks=True)
