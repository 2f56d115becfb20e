"""Evidence about a copy in the archive: asks the catalog, and reads the fetched files, when the assessment needs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from archive_flow.discover.fetch import Fetched
from archive_flow.run.acceptances import accepted
from archive_flow.run.context import Run
from archive_flow.run.twins import twins_of
from archive_flow.run.work_item import WorkItem
from session_archive import clock
from session_archive.assess.archive_copy import ArchiveCopy, Completeness, Need, SmallFiles
from session_archive.assess.imported_record import NameComparison, compare_names
from session_archive.errors import ListingError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.listing import ReadFile
from session_archive.recording.completeness import Texts, findings, read_texts, text_files
from session_archive.recording.copy_check import OnTheRig
from session_archive.sidecar.document import (
    SidecarError,
    SidecarManifest,
    most_bytes,
    newest_revisions,
    read_sidecar,
)
from session_archive.sidecar.trust import TrustReport, assess_trust
from session_archive.states.decisions import Verdict
from session_archive.states.state import LabSession

if TYPE_CHECKING:
    from session_archive.recording.cataloged import ReplicaInfo


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one task can find out; what holds for many data sets is asked once.

    fetched : None without a staging place
    """

    run: Run
    fetched: Fetched | None
    _sessions: dict[str, list[LabSession]] = field(default_factory=dict)

    def gather(self, work_item: WorkItem, copy: ArchiveCopy, need: Need) -> ArchiveCopy:
        """The copy with the fact that its assessment needs next."""
        assert not isinstance(copy.listing, ListingError), "nothing is asked about what could not be listed"
        listed = copy.listing.manifest
        match need:
            case Need.SMALL_FILES:
                return replace(copy, small_files=self._small_files(work_item, listed))
            case Need.IMPORTED:
                return replace(copy, imported=self._imported(work_item, listed))
            case Need.ACCEPTED:
                people = accepted(
                    self.run, work_item, Verdict.ACCEPT_CONTENT, manifest_id=listed.id, files=listed
                )
                return replace(copy, accepted=people)
            case Need.COMPLETENESS:
                return replace(copy, completeness=self._completeness(work_item, listed, copy.texts))
            case Need.TWINS:
                return replace(copy, twins=twins_of(self.run, work_item.name, listed))

    def replica(self, work_item: WorkItem) -> ReplicaInfo | None:
        """Its replica in the catalog, at the place where it was listed."""
        return self.run.catalog.replicas.replica(work_item.name.id, work_item.destination)

    def _small_files(self, work_item: WorkItem, listed: Manifest) -> SmallFiles:
        texts, unread = self._texts(work_item, listed.files)
        trust = self._trust(work_item, listed)
        sessions = self._sessions_of(work_item.name.data_set_type) if trust.newest else []
        return SmallFiles(texts, unread, trust, sessions)

    def _texts(self, work_item: WorkItem, files: Sequence[FileEntry]) -> tuple[Texts, str]:
        """The content of the fetched text files, and why others were not read; '' if all were."""
        kind = self.run.settings.conventions.kind(work_item.name.data_set_type)
        expected = {file.path for file in text_files(files, kind)}
        if not expected:
            return Texts(), ""
        if self.fetched is None:
            return Texts(), "its text files were not read, since there is no staging place"
        readable = [file for file in files if file.path not in expected or file.path in self.fetched.arrived]
        missing = len(expected - self.fetched.arrived)
        texts = read_texts(_reader(self.fetched, {file.path: file.size for file in files}), readable, kind)
        return texts, f"{missing} of its text files were not read: {self.fetched.why_not}" if missing else ""

    def _trust(self, work_item: WorkItem, listed: Manifest) -> TrustReport:
        """Which of its sidecar manifests are trusted."""
        if not work_item.manifests or self.fetched is None:
            return TrustReport()
        newest, older = newest_revisions(work_item.manifests)
        most = most_bytes(listed)
        read = [_sidecar(self.fetched, path, size, most=most) for path, size in newest]
        if older:
            read.append(
                SidecarError(
                    f"{older[0][0]} and {len(older) - 1} older were not read: at most {len(newest)} revisions are"
                )
            )
        return assess_trust(
            read,
            data_set=work_item.name,
            location=work_item.destination,
            directory=work_item.directory,
            listed=listed,
            claimed=work_item.session_key,
            sessions=self._sessions_of(work_item.name.data_set_type),
        )

    def _sessions_of(self, data_set_type: str) -> list[LabSession]:
        """The sessions of the lab's pipeline that should have such a data set."""
        if data_set_type not in self._sessions:
            self._sessions[data_set_type] = self.run.catalog.expected_sessions(data_set_type)
        return self._sessions[data_set_type]

    def _imported(self, work_item: WorkItem, listed: Manifest) -> NameComparison:
        """Another catalog's record of this data set, if any."""
        imported = self.run.catalog.imports.of_data_set(work_item.name.id)
        if imported is None:
            return NameComparison()
        names = self.run.catalog.imports.files(work_item.name.id)
        return compare_names(names, source=imported.source, listed=listed)

    def _completeness(self, work_item: WorkItem, listed: Manifest, texts: Texts) -> Completeness:
        kind = self.run.settings.conventions.kind(work_item.name.data_set_type)
        problems = findings(listed.files, texts, kind=kind, now=clock.utc_now())
        people = accepted(self.run, work_item, Verdict.ACCEPT_INCOMPLETE, manifest_id=listed.id)
        locations = self.run.locations_of(work_item.name.data_set_type)
        observation = self.run.catalog.observations.newest(work_item.name.id, except_at=locations)
        if observation is None:
            return Completeness(problems, accepted=people)
        files = self.run.catalog.ledger.find_manifest(observation.manifest_id)
        return Completeness(problems, OnTheRig(observation, files), people)


def _sidecar(fetched: Fetched, path: str, size: int, *, most: int) -> SidecarManifest | SidecarError:
    if size > most:
        return SidecarError(f"{path}: {size} bytes; expected a manifest of at most {most} bytes")
    if path not in fetched.arrived:
        return SidecarError(f"{path}: was not read: {fetched.why_not}")
    try:
        return read_sidecar(fetched.read(path, most + 1), path=path, most=most)
    except SidecarError as error:
        return error
    except ListingError as error:
        return SidecarError(f"{path}: was not read: {error}")


def _reader(fetched: Fetched, sizes: Mapping[str, int]) -> ReadFile:
    def read_fetched(path: str, most: int) -> bytes:
        if path not in fetched.arrived:
            raise ListingError(f"has {sizes[path]} bytes, too many for a file of this type")
        return fetched.read(path, most)

    return read_fetched
