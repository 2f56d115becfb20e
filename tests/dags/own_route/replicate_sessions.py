"""A fourth flow in one module, as a lab could write it: a second copy of each archived data set."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from airflow.sdk import dag

from archive_flow.routes.transfer import TransferRoute
from archive_flow.run.work_item_pages import Part, only_work_item_of
from archive_flow.spine.chain import DEFAULT_ARGS, session_chain
from archive_flow.spine.params import SUBJECTS
from archive_flow.upload.record import record_upload
from archive_flow.upload.shipment import UploadShipment
from archive_flow.upload.verify import promised_files, verify_upload

if TYPE_CHECKING:
    from archive_flow.run.context import Run
    from archive_flow.run.work_item import Result, WorkItem
    from session_archive.states.state import State

SECOND_COPY = "second-copy"


class Replicate(TransferRoute):
    """From each location to the second copy; a data set is done when its replica there is verified."""

    name = "replicate"

    def choose(self, run: Run, *, wait_until: dt.datetime | None = None) -> Any:
        from archive_flow.run.report import Report, Selected
        from archive_flow.run.work_item import WorkItem

        copied = run.catalog.replicas.at(SECOND_COPY)
        cataloged = run.catalog.data_sets(subjects=run.selection.subjects)
        work_items = [
            WorkItem(
                data_set=str(each.name),
                directory=each.directory,
                origin=each.locations[0],
                destination=SECOND_COPY,
                manifest_id=run.catalog.ledger.save_manifest(run.catalog.replicas.files(each.id)),
                session_id=str(each.id),
                session=str(each.name.session),
            )
            for each in cataloged
            if each.locations and each.id not in copied
        ]
        return Selected(work_items, Report())

    def shipment(self, context: Any, *, part: Part) -> UploadShipment:
        return UploadShipment(self.name, only_work_item_of(context, part))

    def verify_and_record(self, run: Run, work_item: WorkItem, ending: Any) -> Result:
        work_item, promised = promised_files(run, work_item, ending)
        return record_upload(run, work_item, verify_upload(run, work_item, promised, ending))

    def keep_state(self, run: Run, work_item: WorkItem, state: State, reason: str) -> Result:
        return work_item.result(state, reason)


@dag(schedule=None, catchup=False, default_args=DEFAULT_ARGS, params={"subjects": SUBJECTS})
def replicate_sessions() -> None:
    session_chain(Replicate())


replicate_sessions()
