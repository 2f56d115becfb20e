"""Which data sets a retrieval brings back, and which of their files: what the catalog holds is the manifest."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archive_flow.run.context import Run
from session_archive.errors import ArchiveError, NamingError, RefusedError
from session_archive.fixity.manifest import Manifest
from session_archive.naming.session_name import DataSetName, lines, printable
from session_archive.request.file_choice import FileChoice
from session_archive.request.retrieval import RetrievalRequest
from session_archive.states.decisions import find_session

if TYPE_CHECKING:
    from session_archive.catalog.data_sets.replicas import CatalogedDataSet

#: Subject and day at the beginning of what a person calls a session; a subject may hold blanks.
_SESSION = re.compile(r"(?P<subject>.+?) (?P<day>\d{4}-\d{2}-\d{2})(?: .*)?")


@dataclass(frozen=True, slots=True)
class Chosen:
    """One data set that is to come back.

    origin  : name of the location that it comes from
    files   : those that were asked for, as cataloged
    words   : which files only; '' for all
    refused : why it cannot come back; '' where it can
    """

    held: CatalogedDataSet
    origin: str = ""
    files: Manifest = field(default_factory=lambda: Manifest(()))
    words: str = ""
    refused: str = ""

    @property
    def label(self) -> str:
        """As the grid shows it: `SC022 2021-01-01 raw-ephys`."""
        return f"{self.held.name.session} {self.held.name.data_set_type}"


def requested_data_sets(run: Run) -> list[CatalogedDataSet]:
    """The data sets that were asked for, the newest first. Raises ArchiveError, naming what the archive has not."""
    wanted = run.wanted
    asked = RetrievalRequest.from_params(run.params, selection=wanted)
    names = _existing(run, asked.data_sets)
    if asked.sessions:
        of_sessions = frozenset(name for text in asked.sessions for name in _of_session(run, text))
        names = of_sessions if names is None else names & of_sessions
    found = run.catalog.data_sets(
        subjects=wanted.subjects,
        dates=wanted.dates,
        kinds=wanted.kinds,
        restriction=asked.restriction,
        names=names,
    )
    if not found:
        raise ArchiveError(
            "the archive holds no data set that is all of what was asked for; nothing was moved"
        )
    return sorted(found, key=lambda held: (-held.name.session.date.toordinal(), str(held.name)))


def chosen_files(run: Run, held: Iterable[CatalogedDataSet]) -> Iterator[Chosen]:
    """What is to come back of each data set; no files where it has none of the choice."""
    choice = FileChoice.from_params(run.params, conventions=run.settings.conventions)
    for each in held:
        try:
            origin = _location(run, each)
            files = _files(run, each)
            wanted = choice.of(
                files, data_set=each.name, directory=each.directory, conventions=run.settings.conventions
            )
        except (NamingError, RefusedError) as error:
            yield Chosen(each, refused=str(error))
            continue
        yield Chosen(each, origin, wanted, choice.words if len(wanted.files) < len(files.files) else "")


def _existing(run: Run, names: tuple[DataSetName, ...]) -> frozenset[DataSetName] | None:
    if not names:
        return None
    known = {held.name for held in run.catalog.data_sets(names=names)}
    if unknown := [name for name in names if name not in known]:
        raise ArchiveError(f"param data_sets: the archive holds no data set {str(unknown[0])!r}")
    return frozenset(names)


def _of_session(run: Run, text: str) -> list[DataSetName]:
    """The data sets of one session: of the lab's pipeline, or, where no session claims them, as folders name it."""
    parts = _SESSION.fullmatch(text)
    subjects, dates = [parts["subject"]] if parts else [], []
    if parts:
        day = _day(text, parts["day"])
        dates = [(day, day)]
    try:
        session = find_session(text, run.catalog.lab_sessions(subjects=subjects, dates=dates))
    except ArchiveError as error:
        held = run.catalog.data_sets(subjects=subjects, dates=dates) if parts else []
        names = [each.name for each in held if str(each.name.session) == text]
        if not names:
            raise ArchiveError(f"param sessions: {error}") from error
        return names
    names = [held.name for held in run.catalog.data_sets(session_key=session.key)]
    if not names:
        raise ArchiveError(f"param sessions: the archive holds nothing of {text!r}")
    return names


def _day(text: str, day: str) -> dt.date:
    try:
        return dt.date.fromisoformat(day)
    except ValueError:
        raise ArchiveError(f"param sessions: {text!r}: {day} is no date") from None


def _location(run: Run, held: CatalogedDataSet) -> str:
    """Where it comes from: proven copies first."""
    places = held.locations + held.unverified
    known = [place for place in places if place in run.settings.locations]
    if not known:
        raise RefusedError(
            f"it lies at {', '.join(places) or 'no place'}, which is no location of archive.toml; "
            f"there are {', '.join(run.settings.locations)}"
        )
    return known[0]


def _files(run: Run, held: CatalogedDataSet) -> Manifest:
    """Its files; what lies outside of its folder is no file of it, whatever the catalog says."""
    files = run.catalog.files(held.id)
    folders = tuple(f"{directory}/" for directory in lines(held.directory))
    for file in files.files:
        if not file.path.startswith(folders):
            raise NamingError(
                f"the catalog has a file {printable(file.path)!r} of it, which is not in {printable(held.directory)!r}"
            )
    return files
