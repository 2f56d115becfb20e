"""Which data sets a retrieval brings back, and which of their files; the catalog's files are the manifest."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archive_flow.retrieve.origin import Origins
from archive_flow.run.context import Run
from printable_text import printable
from session_archive.errors import ArchiveError, NamingError, RefusedError
from session_archive.fixity.damage import Damage, damage_words
from session_archive.fixity.manifest import Manifest
from session_archive.naming.session_name import DataSetName, lines
from session_archive.request.file_choice import FileChoice
from session_archive.request.retrieval import RetrievalRequest
from session_archive.states.decisions import find_session, key_of_session

if TYPE_CHECKING:
    from session_archive.catalog.data_sets.replica_reader import CatalogedDataSet

#: Subject and day at the beginning of a session as people write it; a subject may contain spaces.
_SESSION = re.compile(r"(?P<subject>.+?) (?P<day>\d{4}-\d{2}-\d{2})(?: .*)?")


@dataclass(frozen=True, slots=True)
class ChosenDataSet:
    """One data set to be retrieved.

    origin  : name of the location, or of the rig, that it is read from
    files   : the requested files, as cataloged
    words   : which files were chosen, in words; '' for all
    refused : why it cannot be retrieved; '' where it can
    """

    cataloged: CatalogedDataSet
    origin: str = ""
    files: Manifest = field(default_factory=lambda: Manifest(()))
    words: str = ""
    refused: str = ""

    @property
    def label(self) -> str:
        """As the grid shows it: `raw-ephys/SC022/2021-01-01`."""
        return str(self.cataloged.name)


def requested_data_sets(run: Run) -> list[CatalogedDataSet]:
    """The requested data sets, the newest first. Raises ArchiveError, naming what the archive does not hold."""
    selection = run.selection
    request = RetrievalRequest.from_params(run.params, selection=selection)
    names = _archived(run, request.data_sets)
    if request.sessions:
        of_sessions = frozenset(name for text in request.sessions for name in _of_session(run, text))
        names = of_sessions if names is None else names & of_sessions
    matching = run.catalog.data_sets(
        subjects=selection.subjects,
        dates=selection.dates,
        kinds=selection.kinds,
        restriction=request.restriction,
        names=names,
    )
    if not matching:
        raise ArchiveError(
            "no data set in the archive matches all the params of this run; nothing was transferred"
        )
    return sorted(matching, key=lambda each: (-each.name.session.date.toordinal(), str(each.name)))


def chosen_files(run: Run, data_sets: Iterable[CatalogedDataSet]) -> Iterator[ChosenDataSet]:
    """The files to retrieve from each data set; no files where none of them match the choice."""
    choice = FileChoice.from_params(run.params, conventions=run.settings.conventions)
    origins = Origins(run)
    for each in data_sets:
        try:
            origin, damages = origins.of(each)
            files = _inside(origins.files(each, origin), each)
            chosen = choice.of(
                files, data_set=each.name, directory=each.directory, conventions=run.settings.conventions
            )
            _require_whole(chosen, damages, place=origin)
            origins.require_there(chosen, origin)
        except (NamingError, RefusedError) as error:
            yield ChosenDataSet(each, refused=str(error))
            continue
        words = choice.words if len(chosen.files) < len(files.files) else ""
        yield ChosenDataSet(each, origin, chosen, words)


def _archived(run: Run, names: tuple[DataSetName, ...]) -> frozenset[DataSetName] | None:
    if not names:
        return None
    known = {each.name for each in run.catalog.data_sets(names=names)}
    if unknown := [name for name in names if name not in known]:
        raise ArchiveError(f"param data_sets: the archive holds no data set {str(unknown[0])!r}")
    return frozenset(names)


def _of_session(run: Run, text: str) -> list[DataSetName]:
    """The data sets of one session of the lab's pipeline; if it has no such session, of one named by folders."""
    parts = _SESSION.fullmatch(text)
    subjects, dates = [parts["subject"]] if parts else [], []
    if parts:
        day = _day(text, parts["day"])
        dates = [(day, day)]
    try:
        key = None if parts else key_of_session(text) or None
        session = find_session(text, run.catalog.lab_sessions(subjects=subjects, dates=dates, key=key))
    except ArchiveError as error:
        data_sets = run.catalog.data_sets(subjects=subjects, dates=dates) if parts else []
        names = [each.name for each in data_sets if str(each.name.session) == text]
        if not names:
            raise ArchiveError(f"param sessions: {error}") from error
        return names
    names = [each.name for each in run.catalog.data_sets(session_key=session.key)]
    if not names:
        raise ArchiveError(f"param sessions: the archive holds nothing of {text!r}")
    return names


def _day(text: str, day: str) -> dt.date:
    try:
        return dt.date.fromisoformat(day)
    except ValueError:
        raise ArchiveError(f"param sessions: {text!r}: {day} is not a date") from None


def _require_whole(files: Manifest, damages: Iterable[Damage], *, place: str) -> None:
    """Raise RefusedError where a requested file is damaged: what arrived would not be what was archived."""
    requested = {file.path for file in files.files}
    if hit := [damage for damage in damages if damage.path in requested]:
        words = damage_words(place, hit, n_files=len(requested))
        raise RefusedError(f"{words}. Its whole files can be retrieved: choose them by type, probe or camera")


def _inside(files: Manifest, data_set: CatalogedDataSet) -> Manifest:
    """These files. Raises NamingError where one of them is outside of the folder of the data set."""
    folders = tuple(f"{directory}/" for directory in lines(data_set.directory))
    for file in files.files:
        if not file.path.startswith(folders):
            raise NamingError(
                f"the catalog has a file {printable(file.path)!r} of it, which is not in "
                f"{printable(data_set.directory)!r}"
            )
    return files
