"""Reports a transfer to OpenLineage: data sets in and out, files, bytes and checksums.

Airflow's OpenLineage provider asks an operator for it after each try. What it reports is read before, while the task
can still ask Airflow for its connection.
"""

from __future__ import annotations

import itertools
import logging
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from globus_provider.errors import GlobusProviderError

if TYPE_CHECKING:
    from airflow.providers.openlineage.extractors import OperatorLineage

    from globus_provider.hooks.globus import GlobusHook
    from globus_provider.request import TransferRequest

log = logging.getLogger(__name__)

#: Files that stand in a report as data sets of their own; of more, only the folder that holds them all.
MOST_DATASETS = 100
#: States of a transfer task whose files Globus lists.
_ENDED = ("SUCCEEDED", "FAILED")


@dataclass(frozen=True, slots=True)
class MovedFile:
    """One file that arrived, or an item that was submitted.

    n_bytes, checksum, algorithm : None and '' where they are not known
    """

    source: str
    destination: str
    n_bytes: int | None = None
    checksum: str = ""
    algorithm: str = ""


@dataclass(frozen=True, slots=True)
class TransferReport:
    """What is reported of one transfer.

    files, n_bytes : that arrived, as Globus counts them
    moved          : the files, or the items before the end; MOST_DATASETS + 1 at most
    """

    transfer_task_id: str
    source_collection: str
    destination_collection: str
    moved: tuple[MovedFile, ...]
    status: str = "SUBMITTED"
    label: str = ""
    files: int | None = None
    files_skipped: int | None = None
    n_bytes: int | None = None


def is_wanted() -> bool:
    """Whether Airflow's OpenLineage provider is installed, and has somewhere to report to."""
    try:
        from airflow.providers.openlineage import conf
    except ImportError:
        return False
    return not conf.is_disabled()


def of_submission(transfer_task_id: str, request: TransferRequest) -> TransferReport | None:
    """The report of a transfer that has been submitted, by its items; None if nobody wants one."""
    if not is_wanted():
        return None
    return TransferReport(
        transfer_task_id,
        request.source_collection,
        request.destination_collection,
        tuple(
            MovedFile(item.source_path, item.destination_path, None, item.external_checksum)
            for item in itertools.islice(request.items, MOST_DATASETS + 1)
        ),
        label=request.label,
    )


def of_end(document: Mapping[str, Any], hook: GlobusHook) -> TransferReport | None:
    """The report of a transfer task as its document has it, with the files that arrived; None if nobody wants one."""
    if not document.get("destination_endpoint_id") or not is_wanted():
        return None
    return TransferReport(
        transfer_task_id=str(document["task_id"]),
        source_collection=str(document["source_endpoint_id"]),
        destination_collection=str(document["destination_endpoint_id"]),
        moved=_arrived(document, hook),
        status=str(document["status"]),
        label=str(document.get("label") or ""),
        files=document.get("files_transferred"),
        files_skipped=document.get("files_skipped"),
        n_bytes=document.get("bytes_transferred"),
    )


def _arrived(document: Mapping[str, Any], hook: GlobusHook) -> tuple[MovedFile, ...]:
    if document["status"] not in _ENDED or not document.get("files_transferred"):
        return ()
    try:
        rows = list(itertools.islice(hook.successful_transfers(str(document["task_id"])), MOST_DATASETS + 1))
    except GlobusProviderError as error:
        log.warning("The files of the transfer are not reported to OpenLineage: %s", error)
        return ()
    return tuple(
        MovedFile(
            str(row.get("source_path") or ""),
            str(row.get("destination_path") or ""),
            row.get("size"),
            str(row.get("checksum") or ""),
            str(row.get("checksum_algorithm") or ""),
        )
        for row in rows
    )


def operator_lineage(report: TransferReport) -> OperatorLineage[Any, Any]:
    """The report as Airflow's OpenLineage provider takes it."""
    from airflow.providers.openlineage.extractors import OperatorLineage

    from globus_provider.lineage_facets import GlobusTransferRunFacet, input_of, output_of

    moved = report.moved if len(report.moved) <= MOST_DATASETS else (_folder(report),)
    return OperatorLineage(
        inputs=[input_of(report.source_collection, file) for file in moved],
        outputs=[output_of(report.destination_collection, file, report=report) for file in moved],
        run_facets={
            "globus_transfer": GlobusTransferRunFacet(
                transferTaskId=report.transfer_task_id,
                status=report.status,
                label=report.label,
                fileCount=report.files,
                filesSkipped=report.files_skipped,
                size=report.n_bytes,
            )
        },
    )


def _folder(report: TransferReport) -> MovedFile:
    """The two folders that hold all files, for a transfer of many."""
    return MovedFile(
        _common([file.source for file in report.moved]),
        _common([file.destination for file in report.moved]),
    )


def _common(paths: list[str]) -> str:
    return posixpath.commonpath([posixpath.dirname(path) or "/" for path in paths])
