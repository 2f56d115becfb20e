"""What a file or folder inside a recording's folder is, and whether it belongs to the recording."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from session_archive.naming.belong_together import belong_together
from session_archive.naming.conventions import Conventions
from session_archive.naming.inside.file import Within, doubts_of_camera, read_name
from session_archive.naming.inside.folder import FolderReading
from session_archive.naming.recording_kind import Convention
from session_archive.naming.surroundings import Context
from session_archive.naming.unfinished import Seen, unfinished

#: Of a .meta without its recording: the file is archived, but its data set may wait.
_ALONE = "its recording is missing: the data set waits, unless shanks or CatGT's output took its place"


@dataclass(frozen=True, slots=True)
class Inside:
    """How the part of a path below its recording's folder is read.

    file_type : '' for a folder
    refusals  : why it may not be archived now
    remark    : what else is known of it
    """

    file_type: str = ""
    probe: int | None = None
    camera: str = ""
    doubts: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    remark: str = ""


def read_inside(
    path: str, folder: FolderReading, *, conventions: Conventions, context: Context
) -> Inside | str:
    """How `path` is read inside `folder`; else why it does not belong to a recording."""
    parts = path[len(folder.directory) + 1 :].split("/") if path != folder.directory else []
    kind = conventions.kinds[folder.kind]
    within, reasons = Within.top(kind, folder), list(doubts_of_camera("", folder.camera, conventions))
    for name in parts:
        check = read_name(name, within, conventions)
        if check.refusal:
            return f"{name!r}: {check.refusal}"
        reasons += [f"{name!r}: {why}" for why in (*check.left_out, *check.doubts)]
        within = within.below(check)
    is_file = bool(parts) and not _is_folder(parts[-1], kind, folder, context)
    return Inside(
        file_type=kind.file_type(parts[-1]) if is_file else "",
        probe=within.probe,
        camera=within.camera,
        doubts=tuple(reasons),
        refusals=tuple(_unfinished(parts[-1], kind, context)) if is_file else (),
        remark=_ALONE if is_file and context.bin_absent and kind.companion(parts[-1]) else "",
    )


def _missing(name: str, context: Context) -> Iterator[str]:
    """The endings of the files that a recording needs beside it and that are known to be missing."""
    known = {"meta": context.no_meta, "ch": context.no_ch}
    needed = belong_together().companions_of(name.rpartition(".")[2])
    return (ending for ending in needed if known.get(ending))


def _is_folder(name: str, kind: Convention, folder: FolderReading, context: Context) -> bool:
    if context.dir is not None:
        return context.dir
    return "." not in name and any(form.read(name, folder.session) for form in kind.probes)


def _unfinished(name: str, kind: Convention, context: Context) -> Iterator[str]:
    recording = kind.recording(name)
    counts = recording or kind.companion(name)
    yield from unfinished(
        Seen(
            size=context.size if counts else None,
            companions=dict.fromkeys(_missing(name, context)) if recording else {},
            growing=context.meta_incomplete,
            differs=context.size_mismatch,
        )
    )
