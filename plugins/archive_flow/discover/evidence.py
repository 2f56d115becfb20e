"""Evidence about a data set in the archive: its text files, its sidecar manifests, and the rig's copy as last seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from archive_flow.discover.fetch import Fetched
from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem
from session_archive.errors import ListingError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.listing import ReadFile
from session_archive.recording.completeness import Texts, read_texts, text_files
from session_archive.recording.copy_check import OnTheRig
from session_archive.sidecar.document import MOST_BYTES, SidecarError, SidecarManifest, read_sidecar
from session_archive.sidecar.trust import TrustReport, assess_trust
from session_archive.states.state import LabSession


@dataclass(frozen=True, slots=True)
class Evidence:
    """Reads the fetched files, and asks the catalog.

    fetched : None without a staging place
    """

    run: Run
    fetched: Fetched | None
    _sessions: dict[str, list[LabSession]] = field(default_factory=dict)

    def texts(self, files: Sequence[FileEntry]) -> tuple[Texts, str]:
        """The content of the fetched text files, and why others were not read; '' if all were."""
        expected = {file.path for file in text_files(files)}
        if not expected:
            return Texts(), ""
        if self.fetched is None:
            return Texts(), "its text files were not read, since there is no staging place"
        readable = [file for file in files if file.path not in expected or file.path in self.fetched.arrived]
        missing = len(expected - self.fetched.arrived)
        texts = read_texts(_reader(self.fetched, {file.path: file.size for file in files}), readable)
        return texts, f"{missing} of its text files were not read: {self.fetched.why_not}" if missing else ""

    def trust(self, work_item: WorkItem, listed: Manifest) -> TrustReport:
        """Which of its sidecar manifests are trusted."""
        if not work_item.manifests or self.fetched is None:
            return TrustReport()
        read = [self._read(path, size) for path, size in work_item.manifests]
        return assess_trust(
            read,
            data_set=work_item.name,
            location=work_item.destination,
            directory=work_item.directory,
            listed=listed,
            claimed=work_item.session_key,
            sessions=self.sessions(work_item.name.data_set_type),
        )

    def _read(self, path: str, size: int) -> SidecarManifest | SidecarError:
        assert self.fetched is not None, "checked before"
        if size > MOST_BYTES:
            return SidecarError(f"{path}: {size} bytes; expected a manifest of at most {MOST_BYTES} bytes")
        if path not in self.fetched.arrived:
            return SidecarError(f"{path}: was not read: {self.fetched.why_not}")
        try:
            return read_sidecar(self.fetched.read(path, MOST_BYTES + 1), path=path)
        except SidecarError as error:
            return error
        except ListingError as error:
            return SidecarError(f"{path}: was not read: {error}")

    def sessions(self, data_set_type: str) -> list[LabSession]:
        """The sessions of the lab's pipeline that should have such a data set."""
        if data_set_type not in self._sessions:
            self._sessions[data_set_type] = self.run.catalog.expected_sessions(data_set_type)
        return self._sessions[data_set_type]

    def on_the_rig(self, work_item: WorkItem) -> OnTheRig | None:
        """The rig's copy as last seen; None if no run has seen it there."""
        observation = self.run.catalog.observations.newest(work_item.name.id)
        if observation is None:
            return None
        return OnTheRig(observation, self.run.catalog.ledger.find_manifest(observation.manifest_id))


def _reader(fetched: Fetched, sizes: Mapping[str, int]) -> ReadFile:
    def read_fetched(path: str, most: int) -> bytes:
        if path not in fetched.arrived:
            raise ListingError(f"has {sizes[path]} bytes, too many for a file of this type")
        return fetched.read(path, most)

    return read_fetched
