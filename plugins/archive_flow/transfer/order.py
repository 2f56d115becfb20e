"""What a mapped group needs to know for its transfer: made once by select, and handed on whole."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from archive_flow.run.context import Run
    from session_archive.settings.places import Place


@dataclass(frozen=True, slots=True)
class TransferOrder:
    """Between which collections, under which label, and how long to wait.

    globus_connection : Airflow's id of the connection
    poll_interval     : seconds
    patience          : seconds for which a fault that only a person can mend is tolerated
    deadline          : ISO text, UTC, after which this run waits no longer
    n_files, n_bytes  : to be sent, as far as select knows; some may exist already. None where it does not know
    """

    source_collection: str
    destination_collection: str
    label: str
    globus_connection: str
    poll_interval: float
    patience: float
    deadline: str
    # An order that an older version stored has neither.
    n_files: int | None = None
    n_bytes: int | None = None

    def as_xcom(self) -> dict[str, Any]:
        """Plain values, for XCom."""
        return asdict(self)


def transfer_order(
    run: Run,
    *,
    origin: Place,
    destination: Place,
    label: str,
    deadline: dt.datetime,
    n_files: int | None = None,
    n_bytes: int | None = None,
) -> TransferOrder:
    """The order of one transfer; its patience and its pace are those of archive.toml."""
    limits = run.settings.limits
    return TransferOrder(
        source_collection=str(origin.collection),
        destination_collection=str(destination.collection),
        label=label,
        globus_connection=run.settings.connection_of(origin.name, destination.name),
        poll_interval=limits.poll_interval,
        patience=limits.fault_patience,
        deadline=deadline.isoformat(),
        n_files=n_files,
        n_bytes=n_bytes,
    )
