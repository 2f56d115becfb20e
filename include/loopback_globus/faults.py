"""Faults on request: what goes wrong, where, and how often. They end with the process."""

from __future__ import annotations

import fnmatch
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

RequestKind = Literal[
    "status",
    "drop",
    "drop_after",
    "slow",
    "unauthorized",
    "consent",
    "invalid_grant",
    "oauth",
    "malformed",
    "empty",
    "lacks",
]
FileKind = Literal["corrupt", "permission_denied", "quota", "no_space", "changed", "left_out", "half", "lost"]
ListingKind = Literal[
    "twice", "size_negative", "size_text", "no_name", "no_type", "time_broken", "ends_early"
]
REQUEST_KINDS = frozenset(get_args(RequestKind))
FILE_KINDS = frozenset(get_args(FileKind))
#: The ways in which a listing can be wrong, and the two in which one folder cannot be listed.
LISTING_KINDS = frozenset({*get_args(ListingKind), "offline", "permission_denied"})


class Fault(BaseModel):
    """One fault.

    Exactly one of these says where:
    match      : requests, `METHOD /path`, * and ? allowed in both (`GET /v0.10/task/*`, `* /v2/oauth2/token`)
    file       : files on their way, by destination path (`/subject/*.bin`)
    listing    : listings of a folder, `COLLECTION:/path` with the collection's id or name, * and ? in the path
    collection : every operation on a collection, by id or name (`offline` is its only kind)

    times       : how often; 0 means until it is cleared
    do          : what happens (the README lists the kinds)
    retry_after : seconds, or the text of the header
    keys        : what an answer that `lacks` something lacks, at any depth
    """

    model_config = ConfigDict(extra="forbid")

    match: str = ""
    file: str = ""
    listing: str = ""
    collection: str = ""
    do: RequestKind | FileKind | ListingKind | Literal["offline"]
    times: int = Field(default=1, ge=0)
    status: int = Field(default=503, ge=400, le=599)
    code: str = ""
    message: str = ""
    retry_after: float | str | None = None
    keys: tuple[str, ...] = ()
    seconds: float = Field(default=1.0, ge=0)

    @model_validator(mode="after")
    def _one_place(self) -> Fault:
        if sum(bool(place) for place in (self.match, self.file, self.listing, self.collection)) != 1:
            raise ValueError("give exactly one of match, file, listing and collection")
        fitting = (
            (bool(self.match) and self.do in REQUEST_KINDS)
            or (bool(self.file) and self.do in FILE_KINDS)
            or (bool(self.listing) and self.do in LISTING_KINDS)
            or (bool(self.collection) and self.do == "offline")
        )
        if not fitting:
            raise ValueError(f"'{self.do}' is not a fault of that place; the README lists the faults of each")
        return self


@dataclass(frozen=True)
class _Armed:
    fault: Fault
    left: int


class Faults:
    """The armed faults, oldest first; each hit uses one up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._armed: list[_Armed] = []

    def arm(self, fault: Fault) -> None:
        with self._lock:
            self._armed.append(_Armed(fault=fault, left=fault.times))

    def clear(self) -> None:
        with self._lock:
            self._armed.clear()

    def armed(self) -> list[dict[str, object]]:
        """The faults that have not acted yet, with how often each will (0: always)."""
        with self._lock:
            return [{**each.fault.model_dump(exclude_unset=True), "times": each.left} for each in self._armed]

    def for_request(self, method: str, path: str) -> Fault | None:
        return self._take(lambda fault: bool(fault.match) and _matches(fault.match, method, path))

    def for_file(self, destination: str, *, kinds: frozenset[str] = FILE_KINDS) -> Fault | None:
        return self._take(
            lambda fault: (
                bool(fault.file) and fault.do in kinds and fnmatch.fnmatchcase(destination, fault.file)
            )
        )

    def for_listing(self, path: str, *, collection_id: str, name: str) -> Fault | None:
        return self._take(
            lambda fault: any(
                fnmatch.fnmatchcase(f"{collection}:{path}", fault.listing)
                for collection in (collection_id, name)
                if fault.listing
            )
        )

    def offline(self, *, collection_id: str, name: str) -> bool:
        return self._take(lambda fault: fault.collection in (collection_id, name)) is not None

    def _take(self, fits: Callable[[Fault], bool]) -> Fault | None:
        if not self._armed:
            return None
        with self._lock:
            for i, armed in enumerate(self._armed):
                if fits(armed.fault):
                    if armed.left == 1:
                        del self._armed[i]
                    elif armed.left > 1:
                        self._armed[i] = replace(armed, left=armed.left - 1)
                    return armed.fault
        return None


def _matches(match: str, method: str, path: str) -> bool:
    method_pattern, _, path_pattern = match.partition(" ")
    return fnmatch.fnmatchcase(method, method_pattern) and fnmatch.fnmatchcase(path, path_pattern)
