"""Copies the sidecar manifests of archived data sets into the archive: one transfer a night for each location.

The catalog knows which data sets still lack one, so that a later night copies what this one could not.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from archive_flow.run.context import Run, open_run
from archive_flow.run.deadline import run_deadline
from archive_flow.run.errors import airflow_errors
from archive_flow.run.folders import list_folders
from archive_flow.submissions.attempts import accepted_attempts
from archive_flow.submissions.outcome import end
from archive_flow.submissions.previous_tasks import PreviousTasks
from archive_flow.transfer.small_files import Promise, SmallFiles, SmallFilesStore
from globus_provider.request import TransferItem, TransferItems
from session_archive.errors import ListingError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.routes import UPLOAD
from session_archive.sidecar.document import parse_sidecar_path, sidecar_path
from session_archive.sidecar.staging import StagingDisk, carry_path
from session_archive.transfers.destination_plan import plan_transfer
from session_archive.transfers.submission import Submission

if TYPE_CHECKING:
    from airflow.sdk import Context

log = logging.getLogger(__name__)

#: The route of these transfers in the ledger.
CARRY = "carry"


def _small_files(location: str) -> SmallFiles:
    return SmallFiles(f"manifests for {location}", CARRY, "staging", location)


def stage_manifests(context: Context) -> list[dict[str, Any]]:
    """Write the manifests to copy into the staging place; return the arguments of one mapped group for each location.

    There is no group without a staging place, in a dry run, or if there is nothing to copy.
    """
    with airflow_errors(context), open_run(UPLOAD, context) as run:
        if run.settings.staging is None or run.selection.dry_run:
            return []
        deadline = run_deadline(context, run.settings.limits)
        staged = {name: _stage(run, name) for name in run.settings.locations}
        return [
            _group_arguments(run, location, manifest_id, deadline)
            for location, manifest_id in staged.items()
            if manifest_id
        ]


def _stage(run: Run, location: str) -> str:
    """The id of the manifest that lists what to copy to a location; '' if there is nothing."""
    pending = run.catalog.without_sidecar(location, most=run.settings.limits.max_files)
    under_way = _small_files(location).under_way(run)
    if not pending:
        return under_way.manifest_id if under_way else ""
    assert run.settings.staging is not None, "checked before"
    disk, files = StagingDisk(run.settings.staging), []
    for data_set, revision in pending:
        sidecar = run.catalog.sidecar_manifest(data_set, revision, location)
        path, content = sidecar_path(data_set, revision), sidecar.to_bytes()
        # The mtime identifies the content, and a listing of the archive shows it.
        mtime = int(sidecar.verified.verified_at.timestamp())
        disk.write(carry_path(location, path), content, mtime=mtime)
        files.append(FileEntry(path, len(content), mtime))
    log.info("%s: %d sidecar manifests to copy into the archive", location, len(files))
    return run.catalog.save_manifest(Manifest.of(files))


def _group_arguments(run: Run, location: str, manifest_id: str, deadline: dt.datetime) -> dict[str, Any]:
    assert run.settings.staging is not None, "checked before"
    limits = run.settings.limits
    return {
        "location": location,
        "manifest_id": manifest_id,
        "source_collection": str(run.settings.staging.collection),
        "destination_collection": str(run.settings.locations[location].collection),
        "transfer_label": f"session-archive {CARRY} {location} {manifest_id[:12]}",
        "globus_connection": run.settings.globus.connection,
        "poll_interval": limits.poll_interval,
        "patience": limits.fault_patience,
        "deadline": deadline.isoformat(),
    }


@dataclass(slots=True)
class Carrying:
    """What the submit operator of this group needs: its items and its submission store."""

    promise: Promise | None = field(default=None, repr=False)

    def items(self, context: Context, *, location: str, manifest_id: str, label: str) -> TransferItems:
        """The manifests that the archive lacks; a file that exists there with other content is never an item."""
        with airflow_errors(), open_run(UPLOAD, context) as run:
            under_way = _small_files(location).under_way(run)
            self.promise = (
                Promise(under_way.manifest_id, under_way.items, under_way.resumes)
                if under_way
                else _promise(run, location, manifest_id)
            )
            source, destination = run.any_place("staging"), run.any_place(location)
            context["ti"].xcom_push(key="n_items", value=len(self.promise.items))
            return TransferItems(
                items=tuple(
                    TransferItem(source.absolute(carry_path(location, path)), destination.absolute(path))
                    for path in self.promise.items
                ),
                sync_level="checksum" if self.promise.resumes else None,
                deadline=dt.timedelta(seconds=run.settings.limits.transfer_deadline),
            )

    def store(self, context: Context, *, location: str, manifest_id: str, label: str) -> SmallFilesStore:
        """The ledger as the operator's submission store."""
        return SmallFilesStore(
            UPLOAD,
            context,
            _small_files(location),
            label,
            promise=self._promised,
            still_right=lambda run, promised: _still_right(run, location, promised),
        )

    def _promised(self) -> Promise:
        assert self.promise is not None, "the operator asks for the items before it stores a submission"
        return self.promise


def _promise(run: Run, location: str, manifest_id: str) -> Promise:
    """List the archive before the submission, since Globus overwrites existing files."""
    promised = run.catalog.manifest(manifest_id)
    present = _present(run, location, promised.files)
    written = {file.path: file.mtime for file in promised.files}
    listed = {file.path: file.mtime for file in present.files}
    plan = plan_transfer(
        promised=promised,
        present=present,
        attempts=accepted_attempts(run, _small_files(location).id, location),
        proven={},
        # The mtime is the time of the verification; with the size, it identifies the content.
        accepted=lambda path: listed[path] == written[path],
    )
    # The files are small and our own, so Globus may compare them.
    plan = plan.proving([file.path for file in plan.unproven])
    return Promise(manifest_id, tuple(file.path for file in plan.items), plan.resumes)


def _still_right(run: Run, location: str, promised: Submission) -> bool:
    """Whether a new listing gives exactly the promised items, none of which exists in the archive."""
    return _promise(run, location, promised.manifest_id) == Promise(promised.manifest_id, promised.items)


def _present(run: Run, location: str, files: Iterable[FileEntry]) -> Manifest:
    """What the archive lists in the folders of these manifests. Raises ListingError."""
    folders = sorted({file.path.rpartition("/")[0] for file in files})
    present: list[FileEntry] = []
    for files_or_error in list_folders(run, location, folders).values():
        if isinstance(files_or_error, ListingError):
            raise files_or_error
        present += files_or_error
    return Manifest.of(present)


def record_sidecars_seen(
    context: Context, *, location: str, manifest_id: str, sent: PreviousTasks
) -> dict[str, Any]:
    """Record which manifests are in the archive now, and remove them from the staging place.

    returns : the location, how many manifests were copied, and the problems
    """
    with airflow_errors(context), open_run(UPLOAD, context) as run:
        ended = _ended(run, location, sent)
        promised = run.catalog.manifest(manifest_id)
        moved = run.catalog.manifest(ended.submission.manifest_id) if ended.submission else Manifest(())
        # If both name a path, the newer one counts: it is in the staging place.
        expected = {file.path: file for file in (*moved.files, *promised.files)}
        present = {file.path: file for file in _present(run, location, expected.values()).files}
        seen = {
            path
            for path, file in expected.items()
            if (existing := present.get(path))
            and existing.size == file.size
            and (existing.mtime == file.mtime or path in ended.arrived)
        }
        run.catalog.record_sidecars(location, (parse_sidecar_path(path) for path in sorted(seen)))
        assert run.settings.staging is not None, "the manifests came from the staging place"
        disk = StagingDisk(run.settings.staging)
        for path in seen:
            disk.remove(carry_path(location, path))
        problems = [ended.problem] if ended.problem else []
        if not ended.under_way:
            problems += [
                f"{path}: another file has this name: {present[path].size} bytes, {file.size} expected; left as it is"
                if path in present
                else f"{path}: is missing, though its transfer succeeded"
                for path, file in expected.items()
                if path not in seen and (path in present or path in ended.arrived)
            ]
        return {"location": location, "carried": len(seen), "problems": problems}


@dataclass(frozen=True, slots=True)
class _Ended:
    """How the transfer of this run stands.

    arrived : paths that Globus reports as copied
    problem : why it failed, '' if it did not
    """

    submission: Submission | None = None
    arrived: frozenset[str] = frozenset()
    problem: str = ""
    under_way: bool = False


def _ended(run: Run, location: str, sent: PreviousTasks) -> _Ended:
    if sent.transfer_task_id is None:
        lost = sent.n_items != 0
        return _Ended(problem=sent.no_transfer if lost else "")
    submission, outcome = _small_files(location).attempt(run, sent.transfer_task_id)
    if outcome is None and (outcome := end(run, submission, given_up=sent.given_up)) is None:
        log.info("the transfer is still under way; the next run takes it up again")
        return _Ended(submission, under_way=True)
    if outcome.status != "SUCCEEDED":
        return _Ended(submission, problem=outcome.detail)
    return _Ended(submission, arrived=frozenset(submission.items))
