"""What a name inside a recording's folder says, and whether it is archived: one rule, for listing and for `explain`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from session_archive.naming.conventions import Conventions
from session_archive.naming.inside.folder import FolderReading
from session_archive.naming.name_patterns import NameForm, NameReading
from session_archive.naming.recording_kind import Convention

_SCRATCH = "a scratch file, large and made again at will; take its name out of names.scratch to archive it"
_BACKUP = "looks like a backup copy: copies are not archived"


@dataclass(frozen=True, slots=True)
class Told:
    """What one name says. It is archived unless it says anything against that.

    refusal  : why it belongs to no recording, or is no file to keep
    left_out : why it is not archived though the recording is: no loss, or another recording's
    doubts   : why nobody can say where in the recording it belongs; the data set waits for a person
    """

    refusal: str = ""
    left_out: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    probe: int | None = None
    camera: str = ""

    @property
    def archived(self) -> bool:
        """True for a file that is part of the data set, and for a folder that is looked into."""
        return not (self.refusal or self.left_out or self.doubts)


@dataclass(frozen=True, slots=True)
class Within:
    """Where a name stands: in a recording's folder, below folders that have said probe and camera.

    found : None where no layout reads the folder; then no name is foreign to it
    """

    kind: Convention
    found: FolderReading | None = None
    probe: int | None = None
    camera: str = ""

    @classmethod
    def top(cls, kind: Convention, found: FolderReading | None) -> Within:
        """In the recording's folder itself."""
        return cls(kind, found, found.probe, found.camera) if found else cls(kind)

    def below(self, told: Told) -> Within:
        """In the folder whose name said `told`."""
        probe = self.probe if told.probe is None else told.probe
        return replace(self, probe=probe, camera=told.camera or self.camera)


def read_name(name: str, within: Within, conventions: Conventions) -> Told:
    """What `name`, of a file or folder, says where it stands."""
    remarkable = within.kind.remarkable(name)
    if refusal := _refusal(name, within.kind, conventions) if remarkable else _unreadable(name):
        return Told(refusal)
    named, probed = (_first(forms, name, within.found) for forms in (within.kind.names, within.kind.probes))
    form, reading = named or (None, NameReading())
    if form and reading.foreign and form.foreign == "reject":
        return Told(reading.foreign)
    probe = probed[1].probe if probed else None
    return Told(
        left_out=(
            *([reading.foreign] if reading.foreign else ()),
            *(_left_out(name, within.kind, conventions) if remarkable else ()),
        ),
        doubts=(
            *([reading.doubt] if reading.doubt else ()),
            *_doubts_of_probe(probe, within.probe),
            *doubts_of_camera(reading.camera, within.camera, conventions),
            *_doubts_of_gate(reading.gate, within.found),
        ),
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
    forms: tuple[NameForm, ...], name: str, found: FolderReading | None
) -> tuple[NameForm, NameReading] | None:
    readings = ((form, form.read(name, found.session)) for form in forms) if found else ()
    return next(((form, reading) for form, reading in readings if reading), None)


def _left_out(name: str, kind: Convention, conventions: Conventions) -> Iterator[str]:
    if conventions.scratch(name):
        yield _SCRATCH
    if why := kind.doubt(name):
        yield why


def _doubts_of_probe(probe: int | None, folder: int | None) -> Iterator[str]:
    if None not in (probe, folder) and probe != folder:
        yield (
            f"the folder says probe {folder}, the name inside {probe}: misfiled, "
            "or saved by CatGT under another number; its _fyi.txt tells"
        )


def doubts_of_camera(camera: str, folder: str, conventions: Conventions) -> Iterator[str]:
    """Why it is not certain where a camera stands that a name, or a folder above it, tells."""
    for word in dict.fromkeys(each for each in (folder, camera) if each):
        if word.lower() not in conventions.cameras:
            known = ", ".join(sorted(conventions.cameras))
            yield f"no camera position is called {word!r}; expected one of: {known} (or add it to [cameras])"
    if camera and folder and camera.lower() != folder.lower():
        yield f"the folder says camera {folder}, the file {camera}"


def _doubts_of_gate(gate: int | None, found: FolderReading | None) -> Iterator[str]:
    if found and gate not in (None, found.gate):
        yield f"gate {gate} of a run, in a folder of gate {found.gate}"


def telling(within: Within, conventions: Conventions) -> tuple[list[str], list[int]]:
    """Texts and patterns, and whole numbers, that `read_name` compares a name with (see ShapeMemo)."""
    kind, found = within.kind, within.found
    if found is None:
        return [*kind.patterns], []
    forms = (*kind.names, *kind.probes)
    # A class of all digits tells none of them apart, nor does how often something may come.
    patterns = {re.sub(r"\{[0-9,]*\}|0-9", "", text) for form in forms for text in (form.subject, form.ident)}
    days = {day for form in forms for day in form.days(found.session)}
    words = (found.session.subject, found.session.ident, found.camera, within.camera, *conventions.cameras)
    texts = [*kind.patterns, *patterns, *days, *words, *(form.form for form in forms)]
    return texts, [number for number in (0, found.gate, within.probe) if number is not None]
