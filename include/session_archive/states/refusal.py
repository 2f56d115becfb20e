"""Why a data set was not taken as it is, with every file that is a reason: a state's own text names only the first."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """A data set that waits for a person because of some of its files.

    data_set_id : of `data_set`
    place       : where the files are, or would be: a name of archive.toml
    reason      : as its state says
    files       : path relative to the root of the place, and what is wrong with it
    refused_at  : UTC; None until it is recorded
    """

    data_set_id: uuid.UUID
    data_set: str
    place: str
    reason: str
    files: tuple[tuple[str, str], ...]
    run_id: str = ""
    refused_at: dt.datetime | None = None

    @property
    def digest(self) -> str:
        """Equal for the same files with the same reasons: sha256, in hex."""
        text = json.dumps([self.place, self.reason, sorted(self.files)])
        return hashlib.sha256(text.encode(), usedforsecurity=False).hexdigest()
