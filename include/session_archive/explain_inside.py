"""What a file or folder inside a recording's folder is, and whether it belongs there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from session_archive.circumstances import Context
from session_archive.conventions import Conventions
from session_archive.explain_folder import FolderReading
from session_archive.kinds import Convention
from session_archive.name_forms import NameForm, NameReading


@dataclass(frozen=True, slots=True)
class Inside:
    """What the path says below its recording's folder.

    file_type : '' for a folder
    refusals  : why it may not be archived now
    """

    file_type: str = ""
    probe: int | None = None
    camera: str = ""
    doubts: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()


def read_inside(
    path: str, found: FolderReading, *, conventions: Conventions, context: Context
) -> Inside | str:
    """What lies inside `found`; else, in words, why it belongs to no recording."""
    parts = path[len(found.directory) + 1 :].split("/") if path != found.directory else []
    kind = conventions.kinds[found.kind]
    if wrong := next((why for name in parts if (why := _left_out(name, kind, conventions))), ""):
        return wrong
    named = [(name, form, reading) for name in parts for form, reading in _first(kind.names, name, found)]
    foreign = [
        (form.foreign, f"{name!r} is {reading.foreign}") for name, form, reading in named if reading.foreign
    ]
    if rejected := [why for verdict, why in foreign if verdict == "reject"]:
        return rejected[0]
    probes = [reading.probe for name in parts for _, reading in _first(kind.probes, name, found)]
    camera = next((reading.camera for _, _, reading in named if reading.camera), "")
    is_file = bool(parts) and not _is_folder(parts[-1], kind, found, context)
    return Inside(
        file_type=kind.file_type(parts[-1]) if is_file else "",
        probe=probes[-1] if probes else None,
        camera=camera,
        doubts=(
            *(why for _, why in foreign),
            *(f"{name!r} is {reading.doubt}" for name, _, reading in named if reading.doubt),
            *_doubts_of_probe([found.probe, *probes]),
            *_doubts_of_camera(camera, found.camera, conventions),
            *_doubts_of_gate([reading.gate for _, _, reading in named], found.gate),
            *(_doubts_of_file(parts[-1], kind, conventions) if is_file else ()),
        ),
        refusals=tuple(_unfinished(parts[-1], kind, context)) if is_file else (),
    )


def _left_out(name: str, kind: Convention, conventions: Conventions) -> str:
    if conventions.litter(name):
        return f"{name!r} is litter: left out"
    if conventions.hidden(name):
        return f"{name!r} is hidden: not archived"
    why = kind.refusal(name)
    return f"{name!r}: {why}" if why else ""


def _first(
    forms: tuple[NameForm, ...], name: str, found: FolderReading
) -> Iterator[tuple[NameForm, NameReading]]:
    for form in forms:
        if reading := form.read(name, found.session):
            yield form, reading
            return


def _is_folder(name: str, kind: Convention, found: FolderReading, context: Context) -> bool:
    if context.dir is not None:
        return context.dir
    return "." not in name and any(_first(kind.probes, name, found))


def _doubts_of_probe(probes: list[int | None]) -> Iterator[str]:
    told = [probe for probe in probes if probe is not None]
    if len(set(told)) > 1:
        yield (
            f"the folder says probe {told[0]}, the name inside {told[-1]}: misfiled, "
            "or saved by CatGT under another number; its _fyi.txt tells"
        )


def _doubts_of_camera(camera: str, folder: str, conventions: Conventions) -> Iterator[str]:
    for word in dict.fromkeys(each for each in (folder, camera) if each):
        if word.lower() not in conventions.cameras:
            known = ", ".join(sorted(conventions.cameras))
            yield f"no camera position is called {word!r}; expected one of: {known}"
    if camera and folder and camera.lower() != folder.lower():
        yield f"the folder says camera {folder}, the file {camera}"


def _doubts_of_gate(gates: list[int | None], folder: int) -> Iterator[str]:
    if other := [gate for gate in gates if gate is not None and gate != folder]:
        yield f"gate {other[0]} of a run, in a folder of gate {folder}"


def _doubts_of_file(name: str, kind: Convention, conventions: Conventions) -> Iterator[str]:
    if conventions.scratch(name):
        yield "a scratch file, large and made again at will: not archived unless names.scratch leaves it out"
    if why := kind.doubt(name):
        yield why


def _unfinished(name: str, kind: Convention, context: Context) -> Iterator[str]:
    if context.meta_incomplete:
        yield "its .meta has no fileSizeBytes: still recording, or the recording crashed"
    if context.size_mismatch:
        yield "its size differs from fileSizeBytes of its .meta: still being copied, or cut off"
    if kind.recording(name):
        if context.size == 0:
            yield "an empty file: the session is not complete"
        if context.no_meta:
            yield "no .meta beside it"
