"""What is recorded about a transfer before and after it is posted to the service."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import dataclass, field
from enum import StrEnum

from session_archive.fixity.manifest import FileEntry
from session_archive.naming.session_name import NAMESPACE


@dataclass(frozen=True, slots=True)
class ShipmentName:
    """What a transfer is called in the ledger; a later run finds it by the same name.

    id                  : of its data set, or of the small files that it moves
    what                : the data set's name, or what the small files are
    route               : 'upload', 'retrieve', 'carry', 'fetch' or 'audit'
    origin, destination : names of places in archive.toml
    manifest_id         : of the files that the destination must have; '' while only a listing can tell
    """

    id: uuid.UUID
    what: str
    route: str
    origin: str
    destination: str
    manifest_id: str = ""


#: Routes whose files are removed once they are read: their submissions matter to nobody once they have ended.
NOTHING_STAYS = ("audit", "fetch")


def small_files_id(what: str) -> uuid.UUID:
    """The ledger's key of the archive's own small files of this name."""
    # The ledger has rows under this text: it must never change.
    return uuid.uuid5(NAMESPACE, f"parcel {what}")


@dataclass(frozen=True, slots=True)
class Promise:
    """What one transfer task will move: paths of a manifest that the catalog has; sorted.

    resumes  : some items may exist at the destination, so that Globus must compare checksums
    existing : those that exist, as the destination listed them; no other file may be there when it is posted
    n_bytes  : of the items, for the progress that people see; None where nobody has added them up
    """

    manifest_id: str
    items: tuple[str, ...]
    resumes: bool = False
    existing: tuple[FileEntry, ...] = ()
    n_bytes: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Submission:
    """One transfer of one data set, as it is written in the ledger before it is posted to the service.

    route            : 'upload' or 'retrieve'
    source           : name of the place in archive.toml
    destination      : name of the place in archive.toml
    manifest_id      : of the files that the data set must have at the destination
    items            : the paths that this transfer task moves, relative to both roots; sorted
    resumes          : True if an earlier attempt of ours had begun some of the items (sync level checksum)
    label            : deterministic; finds the task again if the service answers "identical paths"
    transfer_task_id : None until the service has accepted
    accepted_at      : UTC; None until the service has accepted
    """

    submission_id: uuid.UUID
    data_set_id: uuid.UUID
    data_set: str
    route: str
    source: str
    destination: str
    manifest_id: str
    items: tuple[str, ...]
    resumes: bool
    label: str
    run_id: str = ""
    begun_at: dt.datetime | None = None
    transfer_task_id: uuid.UUID | None = None
    accepted_at: dt.datetime | None = None


#: The service's code for a copy whose checksum is not the one that the acquisition program wrote. A retry cannot help.
MISMATCH = "EXTERNAL_CHECKSUM_MISMATCH"

#: The service's code for a transfer that was tried until its deadline.
EXPIRED = "EXPIRED"
#: How services say that a storage cannot compute a checksum; each has words of its own.
_UNSUPPORTED = re.compile(
    r"(checksum|algorithm)\b.*\b(not supported|unsupported|unknown)|(unsupported|unknown)\b.*\b(checksum|algorithm)",
    re.IGNORECASE | re.DOTALL,
)


class End(StrEnum):
    """How a transfer ended, as we judge it; LOST if the service does not know it."""

    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    LOST = "LOST"


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Outcome:
    """How a transfer task ended.

    detail       : the service's reason, '' if all went well
    completed_at : UTC, by the service's clock if it says so
    recorded_at  : UTC, when it was written in the ledger
    checksums    : path relative to the destination's root -> (algorithm, digest) of the files that the service compared
                   at both ends; ('', '') for a file that it skipped as identical, since it then reports no digest
    left         : if it did not succeed: those of its files that existed at the destination when its end was seen;
                   None if the destination was not listed then
    """

    status: End
    detail: str = ""
    n_files: int = 0
    n_bytes: int = 0
    completed_at: dt.datetime | None = None
    recorded_at: dt.datetime | None = None
    checksums: dict[str, tuple[str, str]] = field(default_factory=dict)
    left: tuple[FileEntry, ...] | None = None

    @property
    def succeeded(self) -> bool:
        """True if the service says that everything arrived."""
        return self.status is End.SUCCEEDED

    @property
    def mismatch(self) -> bool:
        """True if it failed because a copy did not have the checksum that the acquisition program wrote."""
        return not self.succeeded and MISMATCH in self.detail

    @property
    def not_supported(self) -> bool:
        """True if it was tried until its deadline, since a storage cannot compute a checksum that was requested."""
        return not self.succeeded and EXPIRED in self.detail and _UNSUPPORTED.search(self.detail) is not None
