"""Reads a name inside a recording's folder and decides whether it is archived, for listings and for `explain`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from session_archive.naming.belong_together import belong_together
from session_archive.naming.conventions import Conventions
from session_archive.naming.inside.folder import FolderReading
from session_archive.naming.name_patterns import NameForm, NameReading
from session_archive.naming.recording_kind import Convention

_SCRATCH = "a large scratch file that can be regenerated; remove its name from names.scratch to archive it"
_BACKUP = "looks like a backup copy: copies are not archived"


@dataclass(frozen=True, slots=True)
class NameCheck:
    """How one name is read. The file or folder is archived unless the name gives a reason against it.

    refusal  : why it does not belong to a recording, or is never archived
    left_out : why it is not archived with its recording: it can be made again, or belongs to another recording
    doubts   : why its place in the recording is uncertain; the data set waits for a person
    foreign  : why it points to another subject or day; it is then refused or left out too
    """

    refusal: str = ""
    left_out: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    foreign: str = ""
    probe: int | None = None
    camera: str = ""

    @property
    def archived(self) -> bool:
        """True for a file that is part of the data set, and for a folder that is listed."""
        return not (self.refusal or self.left_out or self.doubts)


@dataclass(frozen=True, slots=True)
class Within:
    """Where a name lies: in a recording's folder, below folders that may name a probe and a camera.

    folder : None when no layout reads it; then no name is foreign to it
    """

    kind: Convention
    folder: FolderReading | None = None
    probe: int | None = None
    camera: str = ""

    @classmethod
    def top(cls, kind: Convention, folder: FolderReading | None) -> Within:
        """In the recording's folder itself."""
        return cls(kind, folder, folder.probe, folder.camera) if folder else cls(kind)

    def below(self, check: NameCheck) -> Within:
        """In the folder with the name that was read as `check`."""
        probe = self.probe if check.probe is None else check.probe
        return replace(self, probe=probe, camera=check.camera or self.camera)


def read_name(name: str, within: Within, conventions: Conventions) -> NameCheck:
    """How `name` is read as the name of a file or folder that lies `within`."""
    remarkable = within.kind.remarkable(name)
    if refusal := _refusal(name, within.kind, conventions) if remarkable else _unreadable(name):
        return NameCheck(refusal)
    named, probed = (_first(forms, name, within.folder) for forms in (within.kind.names, within.kind.probes))
    form, reading = named or (None, NameReading())
    if form and reading.foreign and form.foreign == "reject":
        return NameCheck(reading.foreign, foreign=reading.foreign)
    of_probe = probed[1] if probed else NameReading()
    probe = of_probe.probe
    return NameCheck(
        left_out=(
            *([reading.foreign] if reading.foreign else ()),
            *(_left_out(name, within.kind, conventions) if remarkable else ()),
        ),
        doubts=(
            *dict.fromkeys(filter(None, (reading.doubt, of_probe.doubt))),
            *_doubts_of_probe(probe, within.probe),
            *doubts_of_camera(reading.camera, within.camera, conventions),
            *_doubts_of_gate(reading.gate, within.folder),
        ),
        foreign=reading.foreign,
        probe=probe,
        camera=reading.camera,
    )


def _refusal(name: str, kind: Convention, conventions: Conventions) -> str:
    if conventions.litter(name):
        return "litter: left out"
    if conventions.hidden(name):
        return "hidden: not archived"
    if conventions.backup(name):
        return _BACKUP
    return kind.refusal(name) or _unreadable(name)


def _unreadable(name: str) -> str:
    return "not UTF-8: rename it" if "\ufffd" in name else ""


def _first(
    forms: tuple[NameForm, ...], name: str, folder: FolderReading | None
) -> tuple[NameForm, NameReading] | None:
    readings = ((form, form.read(name, folder.session)) for form in forms) if folder else ()
    return next(((form, reading) for form, reading in readings if reading), None)


def _left_out(name: str, kind: Convention, conventions: Conventions) -> Iterator[str]:
    if conventions.scratch(name):
        yield _SCRATCH
    if why := kind.doubt(name):
        yield why


def _doubts_of_probe(probe: int | None, folder: int | None) -> Iterator[str]:
    if probe is None or folder is None:
        return
    if folder not in (probe, belong_together().shanks.probe(probe)):
        yield (
            f"the folder says probe {folder}, the name inside says {probe}: misfiled, "
            "or saved by CatGT under another number; see its _fyi.txt"
        )


def doubts_of_camera(camera: str, folder: str, conventions: Conventions) -> Iterator[str]:
    """Why the position of the camera in a name, or in the folder above it, is uncertain."""
    for word in dict.fromkeys(each for each in (folder, camera) if each):
        if word.lower() not in conventions.cameras:
            known = ", ".join(sorted(conventions.cameras))
            yield f"no camera position is called {word!r}; expected one of: {known} (or add it to [cameras])"
    if camera and folder and camera.lower() != folder.lower():
        yield f"the folder says camera {folder}, the file says {camera}"


def _doubts_of_gate(gate: int | None, folder: FolderReading | None) -> Iterator[str]:
    if folder and gate not in (None, folder.gate):
        yield f"gate {gate} of a run, in a folder of gate {folder.gate}"


def compared_with(within: Within, conventions: Conventions) -> tuple[list[str], list[int]]:
    """The texts and patterns, and the numbers, that `read_name` compares a name with (see ShapeMemo)."""
    kind, folder = within.kind, within.folder
    if folder is None:
        return [*kind.patterns], []
    forms = (*kind.names, *kind.probes)
    # Neither a class of all digits nor a repeat count distinguishes digits.
    patterns = {re.sub(r"\{[0-9,]*\}|0-9", "", text) for form in forms for text in (form.subject, form.ident)}
    days = {day for form in forms for day in form.days(folder.session)}
    words = (folder.session.subject, folder.session.ident, folder.camera, within.camera, *conventions.cameras)
    texts = [*kind.patterns, *patterns, *days, *words, *(form.form for form in forms)]
    probes = () if within.probe is None else (within.probe, *belong_together().shanks.numbers(within.probe))
    return texts, [0, folder.gate, *probes]
