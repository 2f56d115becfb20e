"""Folders that a walk leaves out although they may hold a recording: each stays visible, with its reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from printable_text import printable
from session_archive.errors import ListingError
from session_archive.listing.entries import Entry, below
from session_archive.naming.any_layout import (
    FolderName,
    days_in,
    kind_of_name,
    leads_to_other_layout,
    read_by_any_layout,
)
from session_archive.naming.conventions import Conventions
from session_archive.naming.session_name import DataSetName

#: So many levels below a left-out folder whose name says nothing recordings are looked for. Trees of chunks and of
#: programs go deeper; a recording that a person put away does not.
_DEEPEST_LOOK = 4


@dataclass(frozen=True, slots=True)
class LeftOutFolder:
    """A folder that may hold a recording and is not taken for one.

    directories : relative to the root, sorted; several where a layout has one for each camera or probe
    why         : the reason, for a person
    data_set    : what a layout that is not accepted reads; None if no layout reads it
    gate        : SpikeGLX's gate by that layout; above 0 it is a further gate of a run
    kind        : of recording; '' if its name does not say
    """

    directories: tuple[str, ...]
    why: str
    data_set: DataSetName | None = None
    layout: str = ""
    gate: int = 0
    kind: str = ""


@dataclass
class LeftOutSearch:
    """Decides which left-out folders may hold a recording.

    look_inside : also look into folders of a day, for a recording's folder that lies too deep, and into those whose
                  name says nothing, for recordings; else each of these may hold one
    """

    conventions: Conventions
    kinds: Collection[str]
    look_inside: bool
    #: Folders that the walk lists for this search, and what is known of each until then.
    open: dict[str, LeftOutFolder] = field(default_factory=dict)
    _new: list[str] = field(default_factory=list)
    #: Those of the open folders whose names say nothing, and how far below a left-out one they lie.
    _suspects: dict[str, int] = field(default_factory=dict)

    def to_list(self) -> list[str]:
        """The open folders that the walk does not list yet."""
        new, self._new = self._new, []
        return new

    def _open(self, path: str, known: LeftOutFolder) -> None:
        self.open[path] = known
        self._new.append(path)

    def folder(self, path: str, why: str) -> Iterator[LeftOutFolder]:
        """A folder that no accepted layout reads; nothing yet if it has to be listed first, which `open` says."""
        name = path.rpartition("/")[2]
        if read := read_by_any_layout(path, self.conventions):
            if read.data_set.data_set_type in self.kinds:
                yield from self._now_or_later(_read_as(path, read, read.why or why))
        elif leads_to_other_layout(path, self.conventions):
            self._open(path, LeftOutFolder((path,), why))
        elif self._looks_like_recording(name):
            kind = kind_of_name(name, self.conventions)
            of_probe = "the folder of a probe, outside its run: " if kind else ""
            yield from self._now_or_later(LeftOutFolder((path,), of_probe + why, kind=kind))
        elif not self.conventions.elsewhere(name):
            yield from self._only_if_recorded(LeftOutFolder((path,), why))

    def never_entered(self, path: str, why: str) -> Iterator[LeftOutFolder]:
        """A link, or a folder that is hidden or litter: it counts if its name is a recording's."""
        name = path.rpartition("/")[2]
        if read := read_by_any_layout(path, self.conventions):
            if read.data_set.data_set_type in self.kinds:
                yield LeftOutFolder((path,), why, kind=read.data_set.data_set_type)
        elif self._looks_like_recording(name):
            yield LeftOutFolder((path,), why, kind=kind_of_name(name, self.conventions))

    def loose(self, directory: str, entries: Iterable[Entry]) -> Iterator[LeftOutFolder]:
        """A folder on the way to recordings that has a recording's files in itself."""
        for entry in entries:
            if directory and entry.kind == "file" and (kind := self._kind_of_file(entry.name)):
                why = f"has files outside any recording's folder, such as {printable(entry.name)}: move them into one"
                yield LeftOutFolder((directory,), why, kind=kind)
                return

    def inside(self, directory: str, listed: Sequence[Entry] | ListingError) -> Iterator[LeftOutFolder]:
        """What an open folder turns out to be, now that it is listed; `open` may have more."""
        known = self.open.pop(directory)
        if isinstance(listed, ListingError):
            yield replace(known, why=f"{known.why}; {listed}")
            return
        if directory in self._suspects:
            yield from self._suspect(directory, listed, known)
            return
        paths = [below(directory, entry.name) for entry in listed if entry.kind == "dir"]
        if known.data_set is None and leads_to_other_layout(directory, self.conventions):
            parts = [part for path in paths for part in self.folder(path, known.why)]
            read = [part for part in parts if part.data_set]
            deeper = [path for path in paths if path in self.open]
            yield from read or (() if deeper else (known,))
            return
        yield replace(known, why=known.why + self._too_deep(directory, paths))

    def _now_or_later(self, found: LeftOutFolder) -> Iterator[LeftOutFolder]:
        (path,) = found.directories
        if self.look_inside and "/" in path and days_in(path, self.conventions):
            self._open(path, found)
        else:
            yield found

    def _looks_like_recording(self, name: str) -> bool:
        return bool(days_in(name, self.conventions) or kind_of_name(name, self.conventions))

    def _kind_of_file(self, name: str) -> str:
        """The requested kind that a file is a recording of, raw or compressed; '' for any other file."""
        raw = (kind for kind in sorted(self.kinds) if self.conventions.kind(kind).raw(name))
        kind = next(raw, kind_of_name(name, self.conventions))
        return kind if kind in self.kinds else ""

    def _only_if_recorded(self, found: LeftOutFolder) -> Iterator[LeftOutFolder]:
        """A folder whose name says nothing: its content decides, where it can be seen."""
        if self.look_inside:
            (path,) = found.directories
            self._suspects[path] = 0
            self._open(path, found)
        else:
            yield found

    def _suspect(
        self, directory: str, listed: Sequence[Entry], known: LeftOutFolder
    ) -> Iterator[LeftOutFolder]:
        depth = self._suspects.pop(directory)
        named = [
            each
            for each in listed
            if not (self.conventions.hidden(each.name) or self.conventions.litter(each.name))
        ]
        files = [each.name for each in named if each.kind == "file"]
        folders = [each.name for each in named if each.kind == "dir"]
        raw = next(((kind, name) for name in files if (kind := self._kind_of_file(name))), ("", ""))
        inside = raw[1] or next(filter(self._looks_like_recording, folders), "")
        if inside:
            where = printable(below(directory, inside))
            yield replace(known, kind=raw[0], why=f"{known.why}; inside lies {where}")
        elif depth < _DEEPEST_LOOK:
            for name in folders:
                path = below(directory, name)
                self._suspects[path] = depth + 1
                self._open(path, known)

    def _too_deep(self, directory: str, paths: Sequence[str]) -> str:
        """Words on a folder inside that is a recording's by its name, and would be read one level higher."""
        above = directory.rpartition("/")[0]
        for path in sorted(paths):
            higher = below(above, path.rpartition("/")[2])
            read = read_by_any_layout(higher, self.conventions)
            if read and not read.why:
                return f"; inside lies {path}: move it to {higher}, where layout {read.layout} reads it"
        return ""


def joined(found: Iterable[LeftOutFolder]) -> tuple[LeftOutFolder, ...]:
    """Folders that one layout reads as the same data set become one; sorted by path."""
    parts: dict[tuple[object, ...], LeftOutFolder] = {}
    for each in sorted(found, key=lambda each: each.directories):
        key = (each.data_set, each.layout) if each.data_set else each.directories
        first = parts.get(key)
        more = () if first and each.directories[0] in first.directories else each.directories
        parts[key] = replace(first, directories=(*first.directories, *more)) if first else each
    return tuple(parts.values())


def _read_as(path: str, read: FolderName, why: str) -> LeftOutFolder:
    return LeftOutFolder(
        (path,), why, read.data_set, read.layout, read.gate, kind=read.data_set.data_set_type
    )
