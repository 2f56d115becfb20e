"""Which rows of map-ephys' own catalog can be imported, and why others cannot. Pure."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping

from printable_text import printable
from session_archive.errors import NamingError
from session_archive.moving_over.old_data_sets import (
    OLD_PATH_LENGTH,
    OldDataSet,
    Rejected,
    Surroundings,
    key_of,
    normalised,
    words_of,
)
from session_archive.naming.conventions import Conventions
from session_archive.naming.session_name import DataSetName, SessionName, path_problem, session_number
from session_archive.recording.cataloged import ImportedRecord
from session_archive.states.state import LabSession


def read_all(old: Iterable[OldDataSet], around: Surroundings) -> tuple[list[ImportedRecord], list[Rejected]]:
    """What can be entered, sorted by name, and every row that cannot, with the reason."""
    by_key = {key_of(session.key): session for session in around.sessions}
    numbers = {kind: _numbers(sessions) for kind, sessions in around.expected.items()}
    read: dict[DataSetName, list[ImportedRecord]] = defaultdict(list)
    rejected: list[Rejected] = []
    for data_set in old:
        record, wrong = _Reader(data_set, around, by_key, numbers).read()
        rejected += wrong
        if record:
            read[record.name].append(record)
    for same in (found for found in read.values() if len(found) > 1):
        both = " and ".join(record.old_name for record in same)
        rejected += [
            Rejected(record.old_name, f"{both} are of one session; only one can be entered")
            for record in same
        ]
    return [found[0] for _, found in sorted(read.items()) if len(found) == 1], rejected


class _Reader:
    """Reads one data set of the predecessor."""

    def __init__(
        self,
        old: OldDataSet,
        around: Surroundings,
        by_key: Mapping[object, LabSession],
        numbers: Mapping[str, Mapping[uuid.UUID, int]],
    ) -> None:
        self.old, self.around, self.by_key, self.numbers = old, around, by_key, numbers
        self.rejected: list[Rejected] = []
        self._folders: dict[str, tuple[DataSetName, str] | str] = {}

    def read(self) -> tuple[ImportedRecord | None, list[Rejected]]:
        session = self._session()
        if isinstance(session, str):
            return None, [Rejected(str(self.old), session)]
        kept: dict[str, tuple[str, str]] = {}
        directories: dict[tuple[DataSetName, str], None] = {}
        for spelled, file_type in self.old.files:
            found = self._file(spelled, session)
            if isinstance(found, tuple):
                name, place, directory, path = found
                if path in kept:
                    found = (
                        f"the same file as {printable(kept[path][0])!r}, in another spelling; entered once"
                    )
                else:
                    kept[path] = (spelled, file_type)
                    directories[name, f"{place}:{directory}"] = None
                    continue
            self.rejected.append(Rejected(f"{self.old}: {printable(spelled)}", found))
        return self._record(session, kept, directories), self.rejected

    def _record(
        self,
        session: LabSession,
        kept: Mapping[str, tuple[str, str]],
        directories: Mapping[tuple[DataSetName, str], None],
    ) -> ImportedRecord | None:
        names = sorted({name for name, _ in directories})
        wrong = "no file of it can be entered"
        if len(names) > 1:
            wrong = f"its files lie in the folders of {' and '.join(map(str, names))}; expected one data set"
        elif names:
            wrong = self._unexpected(names[0], session)
        if wrong:
            self.rejected.append(Rejected(str(self.old), wrong))
            return None
        return ImportedRecord(
            name=names[0],
            session=session,
            old_name=str(self.old),
            place=self.around.place_of[names[0].data_set_type],
            directory="\n".join(sorted({where.partition(":")[2] for _, where in directories})),
            files={path: file_type for path, (_, file_type) in kept.items()},
        )

    def _session(self) -> LabSession | str:
        keys = {key_of(key): key for key in self.old.sessions}
        if not keys:
            return "no session: the predecessor stopped before it recorded one"
        if len(keys) > 1:
            return f"{len(keys)} sessions: {'; '.join(map(words_of, keys.values()))}; expected one"
        ((key, given),) = keys.items()
        return self.by_key.get(key) or f"the lab's pipeline has no session {words_of(given)}"

    def _file(self, spelled: str, session: LabSession) -> tuple[DataSetName, str, str, str] | str:
        """Name, place and directory of the data set that a file lies in, and its path; else what is wrong with it."""
        if len(spelled) >= OLD_PATH_LENGTH:
            return f"as long as the old column ({OLD_PATH_LENGTH} characters): it may have been cut there"
        path = normalised(spelled)
        if wrong := path_problem(path):
            return f"the path {wrong}"
        places = self._places(path)
        if isinstance(places, str):
            return places
        words = ""
        for place, relative in places:
            folder = self._folder(relative)
            if isinstance(folder, str):
                words = words or folder
            elif self.around.place_of.get(folder[0].data_set_type) == place:
                wrong = _other_session(folder[0].session, session)
                return wrong or (folder[0], place, folder[1], relative)
            else:
                words = f"a recording of kind {folder[0].data_set_type}, which archive.toml does not keep at {place}"
        return words

    def _places(self, path: str) -> list[tuple[str, str]] | str:
        """(location, path relative to it) for every location that the file can lie in; else why there is none."""
        if given := self.around.given.get(self.old.location):
            return [(given, path)]
        try:
            collection = uuid.UUID(self.old.endpoint)
        except ValueError:
            return (
                f"its location is on {self.old.endpoint!r}, which is not a collection's id; name the place of "
                f"archive.toml that it is now: --location {self.old.location}=NAME"
            )
        absolute = "/" + "/".join(filter(None, (normalised(self.old.root), path)))
        found = []
        for name, place in self.around.locations.items():
            if place.collection == collection and absolute.startswith(place.directory.rstrip("/") + "/"):
                found.append((name, place.relative(absolute)))
        return found or f"{collection}:{absolute} lies outside of every place in [locations]"

    def _folder(self, path: str) -> tuple[DataSetName, str] | str:
        """The data set whose folder contains `path`, and that folder; else why none does."""
        folder = path.rpartition("/")[0]
        if folder not in self._folders:
            self._folders[folder] = _data_set_of(folder, self.around.conventions)
        return self._folders[folder]

    def _unexpected(self, name: DataSetName, session: LabSession) -> str:
        """Why discovery would not give this data set to this session; '' if it would."""
        kind = name.data_set_type
        number = self.numbers[kind].get(session.id)
        if number is None:
            return f"{session} is not expected to have {kind}: data_sets.{kind}.expected leaves it out"
        if session_number(name.session.ident) == number:
            return ""
        which = f"says {name.session.ident!r}" if name.session.ident else "has no number"
        return (
            f"the folder {which}, but {session} is session {number + 1} of its day; `session-archive decide` can "
            "give it the folder once discover_sessions has seen it"
        )


def _data_set_of(folder: str, conventions: Conventions) -> tuple[DataSetName, str] | str:
    parts = folder.split("/")
    for depth in range(1, len(parts) + 1):
        start = "/".join(parts[:depth])
        try:
            return conventions.parse(start)[0], start
        except NamingError:
            continue
    return f"not in a recording's folder:  {conventions.why_unread(folder, conventions.kinds)}"


def _other_session(folder: SessionName, session: LabSession) -> str:
    """Why a folder cannot be of this session; '' if it can."""
    if folder.subject != session.subject:
        return f"the folder is of {folder.subject!r}, the session of {session.subject or 'no short name'!r}"
    if folder.date == session.date:
        return ""
    words = f"the folder says {folder.date}, the session is of {session.date}"
    iso_year = session.date.isocalendar().year
    by_week = (iso_year, session.date.month, session.date.day)
    if (folder.date.year, folder.date.month, folder.date.day) == by_week:
        words += ": the predecessor wrote the year of the ISO week (%g)"
    return words


def _numbers(sessions: Iterable[LabSession]) -> dict[uuid.UUID, int]:
    """The number of each session on its day, counted from 0, in the order in which folders are numbered."""
    days: dict[object, list[LabSession]] = defaultdict(list)
    for session in sessions:
        days[session.subject, session.date].append(session)
    return {
        session.id: number
        for of_day in days.values()
        for number, session in enumerate(
            sorted(of_day, key=lambda each: (str(each.time or ""), str(each.id)))
        )
    }
