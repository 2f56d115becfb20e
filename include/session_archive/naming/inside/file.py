"""Reads a name inside a recording's folder and decides whether it is archived, for listings and for `explain`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from session_archive.naming.belong_together import belong_together
from session_archive.naming.conventions import Conventions
from session_archive.naming.inside.folder import FolderReading
from session_archive.naming.name_patterns import NameForm, NameReading, days_of
from session_archive.naming.recording_kind import Convention

_SCRATCH = "a large scratch file that can be regenerated; remove its name from names.scratch to archive it"
#: Of a name that has no form.
_NOTHING = NameReading()
_BACKUP = "looks like a backup copy: copies are not archived"


class NameCheck(NamedTuple):
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

    @property
    def words(self) -> tuple[str, ...]:
        """What names are compared with here, besides the day."""
        if (folder := self.folder) is None:
            return ()
        return (folder.session.subject, folder.session.ident, folder.camera, self.camera)

    @classmethod
    def top(cls, kind: Convention, folder: FolderReading | None) -> Within:
        """In the recording's folder itself."""
        return cls(kind, folder, folder.probe, folder.camera) if folder else cls(kind)

    def below(self, check: NameCheck) -> Within:
        """In the folder with the name that was read as `check`."""
        probe = self.probe if check.probe is None else check.probe
        return Within(self.kind, self.folder, probe, check.camera or self.camera)


def read_name(name: str, within: Within, conventions: Conventions) -> NameCheck:
    """How `name` is read as the name of a file or folder that lies `within`."""
    kind, folder = within.kind, within.folder
    remarkable = kind.remarkable(name)
    if refusal := _refusal(name, kind, conventions) if remarkable else _unreadable(name):
        return NameCheck(refusal)
    form, reading = _first(kind.names, name, folder)
    _, of_probe = _first(kind.probes, name, folder)
    foreign = reading.foreign
    if form and foreign and form.foreign == "reject":
        return NameCheck(foreign, foreign=foreign)
    left_out: tuple[str, ...] = (foreign,) if foreign else ()
    if remarkable:
        left_out += tuple(_left_out(name, kind, conventions))
    return NameCheck(
        left_out=left_out,
        doubts=tuple(_doubts(reading, of_probe, within, conventions)),
        foreign=foreign,
        probe=of_probe.probe,
        camera=reading.camera,
    )


def _doubts(
    named: NameReading, of_probe: NameReading, within: Within, conventions: Conventions
) -> Iterator[str]:
    if named.doubt or of_probe.doubt:
        yield from dict.fromkeys(filter(None, (named.doubt, of_probe.doubt)))
    if of_probe.probe is not None and within.probe is not None:
        yield from _doubts_of_probe(of_probe.probe, within.probe)
    if named.camera or within.camera:
        yield from doubts_of_camera(named.camera, within.camera, conventions)
    folder = within.folder
    if folder and named.gate not in (None, folder.gate):
        yield f"gate {named.gate} of a run, in a folder of gate {folder.gate}"


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
) -> tuple[NameForm | None, NameReading]:
    if folder:
        for form in forms:
            if reading := form.read(name, folder.session):
                return form, reading
    return None, _NOTHING


def _left_out(name: str, kind: Convention, conventions: Conventions) -> Iterator[str]:
    if conventions.scratch(name):
        yield _SCRATCH
    if why := kind.doubt(name):
        yield why


def _doubts_of_probe(probe: int, folder: int) -> Iterator[str]:
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


def compared_with(within: Within, conventions: Conventions) -> tuple[list[str], list[int]]:
    """The texts and patterns, and the numbers, that `read_name` compares a name with (see ShapeMemo)."""
    kind, folder = within.kind, within.folder
    if folder is None:
        return [*kind.patterns], []
    days = days_of(folder.session, kind.spellings)
    probes = () if within.probe is None else (within.probe, *belong_together().shanks.numbers(within.probe))
    return [*kind.compared, *within.words, *days, *conventions.cameras], [0, folder.gate, *probes]
