"""Carries the manifests of what was archived into the archive: one transfer a night for each location.

What is archived and not yet carried is known from the catalog, so that a later night carries what this one could not.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from archive_flow.run.context import Run, open_run
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

#: The ledger's word for this kind of transfer.
CARRY = "carry"


def _parcel(location: str) -> SmallFiles:
    return SmallFiles(f"manifests for {location}", CARRY, "staging", location)


def stage_manifests(context: Context) -> list[dict[str, Any]]:
    """Write the manifests that are to be carried into the staging place; the arguments of one group a location.

    Without a staging place, in a dry run, and when nothing is to be carried, there is no group.
    """
    begun = context["dag_run"].start_date or dt.datetime.now(dt.UTC)
    with airflow_errors(context), open_run(UPLOAD, context) as run:
        if run.settings.staging is None or run.wanted.dry_run:
            return []
        deadline = begun + dt.timedelta(seconds=run.settings.limits.run_deadline)
        staged = {name: _stage(run, name) for name in run.settings.locations}
        return [
            _group_arguments(run, location, manifest_id, deadline)
            for location, manifest_id in staged.items()
            if manifest_id
        ]


def _stage(run: Run, location: str) -> str:
    """The id of the manifest of what is to go to a location; '' when nothing is."""
    pending = run.catalog.without_sidecar(location, most=run.settings.limits.max_files)
    under_way = _parcel(location).under_way(run)
    if not pending:
        return under_way.manifest_id if under_way else ""
    assert run.settings.staging is not None, "asked before"
    disk, files = StagingDisk(run.settings.staging), []
    for data_set, revision in pending:
        carried = run.catalog.sidecar_manifest(data_set, revision, location)
        path, content = sidecar_path(data_set, revision), carried.to_bytes()
        # The time tells one content from another: a look at the archive shows it.
        mtime = int(carried.verified.verified_at.timestamp())
        disk.write(carry_path(location, path), content, mtime=mtime)
        files.append(FileEntry(path, len(content), mtime))
    log.info("%s: %d manifests are to be carried", location, len(files))
    return run.catalog.save_manifest(Manifest.of(files))


def _group_arguments(run: Run, location: str, manifest_id: str, deadline: dt.datetime) -> dict[str, Any]:
    assert run.settings.staging is not None, "asked before"
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
    """What the submit operator of the carrying group asks: its items and its submission store."""

    promise: Promise | None = field(default=None, repr=False)

    def items(self, context: Context, *, location: str, manifest_id: str, label: str) -> TransferItems:
        """The manifests that the archive has not; what lies there with another content is never an item."""
        with airflow_errors(), open_run(UPLOAD, context) as run:
            under_way = _parcel(location).under_way(run)
            self.promise = (
                Promise(under_way.manifest_id, under_way.items, under_way.resumes)
                if under_way
                else _look(run, location, manifest_id)
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
            _parcel(location),
            label,
            promise=self._promised,
            still_right=lambda run, promised: _still_right(run, location, promised),
        )

    def _promised(self) -> Promise:
        assert self.promise is not None, "the operator asks for the items before it stores a submission"
        return self.promise


def _look(run: Run, location: str, manifest_id: str) -> Promise:
    """Look before submit: Globus overwrites what is there."""
    promised = run.catalog.manifest(manifest_id)
    present = _present(run, location, promised.files)
    written = {file.path: file.mtime for file in promised.files}
    there = {file.path: file.mtime for file in present.files}
    plan = plan_transfer(
        promised=promised,
        present=present,
        attempts=accepted_attempts(run, _parcel(location).id, location),
        proven={},
        # The time is that of the verification: with the size, it tells one content from another.
        accepted=lambda path: there[path] == written[path],
    )
    # They are small, and we wrote them ourselves: let Globus compare them.
    plan = plan.proving([file.path for file in plan.unproven])
    return Promise(manifest_id, tuple(file.path for file in plan.items), plan.resumes)


def _still_right(run: Run, location: str, promised: Submission) -> bool:
    """Whether a new look gives the very items that were promised, and none of them lies there."""
    return _look(run, location, promised.manifest_id) == Promise(promised.manifest_id, promised.items)


def _present(run: Run, location: str, files: Iterable[FileEntry]) -> Manifest:
    """What the archive lists in the folders of these manifests. Raises ListingError."""
    folders = sorted({file.path.rpartition("/")[0] for file in files})
    there: list[FileEntry] = []
    for listed in list_folders(run, location, folders).values():
        if isinstance(listed, ListingError):
            raise listed
        there += listed
    return Manifest.of(there)


def record_sidecars_seen(
    context: Context, *, location: str, manifest_id: str, sent: PreviousTasks
) -> dict[str, Any]:
    """Remember what is in the archive now, and remove it from the staging place.

    returns : location, how many were carried, and in words what could not be
    """
    with airflow_errors(context), open_run(UPLOAD, context) as run:
        ended = _ended(run, location, sent)
        promised = run.catalog.manifest(manifest_id)
        moved = run.catalog.manifest(ended.submission.manifest_id) if ended.submission else Manifest(())
        # The newest wins where both name a path: it is what lies in the staging place.
        expected = {file.path: file for file in (*moved.files, *promised.files)}
        present = {file.path: file for file in _present(run, location, expected.values()).files}
        seen = {
            path
            for path, file in expected.items()
            if (there := present.get(path))
            and there.size == file.size
            and (there.mtime == file.mtime or path in ended.arrived)
        }
        run.catalog.record_sidecars(location, (parse_sidecar_path(path) for path in sorted(seen)))
        assert run.settings.staging is not None, "what is carried came from there"
        disk = StagingDisk(run.settings.staging)
        for path in seen:
            disk.remove(carry_path(location, path))
        problems = [ended.problem] if ended.problem else []
        if not ended.under_way:
            problems += [
                f"{path}: another file lies there: {present[path].size} bytes, {file.size} expected; left as it is"
                if path in present
                else f"{path}: is not there, though its transfer succeeded"
                for path, file in expected.items()
                if path not in seen and (path in present or path in ended.arrived)
            ]
        return {"location": location, "carried": len(seen), "problems": problems}


@dataclass(frozen=True, slots=True)
class _Ended:
    """How the transfer of this run stands.

    arrived : paths that Globus says it has copied
    problem : why it failed, '' where it did not
    """

    submission: Submission | None = None
    arrived: frozenset[str] = frozenset()
    problem: str = ""
    under_way: bool = False


def _ended(run: Run, location: str, sent: PreviousTasks) -> _Ended:
    if sent.transfer_task_id is None:
        lost = sent.n_items != 0
        return _Ended(problem=sent.no_transfer if lost else "")
    submission, outcome = _parcel(location).attempt(run, sent.transfer_task_id)
    if outcome is None and (outcome := end(run, submission, given_up=sent.given_up)) is None:
        log.info("still under way; the next run takes it up again")
        return _Ended(submission, under_way=True)
    if outcome.status != "SUCCEEDED":
        return _Ended(submission, problem=outcome.detail)
    return _Ended(submission, arrived=frozenset(submission.items))
