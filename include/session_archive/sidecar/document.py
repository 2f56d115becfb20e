"""The small manifest that travels with a data set into the archive: by it a lost catalog is rebuilt row for row.

It lies in the archive as `.session-archive/<type>/<subject>/<date>[.r<revision>][_<ident>].json` below the root.
Whoever may write there may write anything: it is read with suspicion, and believed only where the archive's listing
agrees.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from session_archive.errors import ArchiveError, NamingError
from session_archive.fixity.compare import compare
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.naming.session_name import DataSetName, SessionName, lines, printable
from session_archive.states.decisions import Decision

#: The folder of all manifests, directly below a location's root.
FOLDER = ".session-archive"

_NAME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:\.r([1-9][0-9]{0,3}))?(?:_([^/]+))?\.json")

#: A manifest of a hundred thousand files has about 20 MB; what is longer than this is none.
MOST_BYTES = 64 << 20


class SidecarError(ArchiveError):
    """A file that is no manifest of its data set; the message says where and why."""


#: What a catalog can hold of each: a text that is longer was not written by one.
_Word = Annotated[str, Field(max_length=64)]
_Text = Annotated[str, Field(max_length=255)]
_Words = Annotated[str, Field(max_length=1024)]
_Route = Annotated[str, Field(max_length=16)]
_FILE_TYPE = re.compile(r"[\w.-]{0,64}", re.ASCII)
_CHECKSUM = re.compile(r"[0-9a-f]{0,128}")
#: Seconds since 1970 of the years 1000 and 9999, between which a database keeps a time.
_FIRST, _LAST = -30_610_224_000, 253_370_764_800


def _storable(instant: dt.datetime) -> dt.datetime:
    if not _FIRST < instant.timestamp() < _LAST:
        raise ValueError("no time that a catalog can hold")
    return instant


_Instant = Annotated[AwareDatetime, AfterValidator(_storable)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Verified(_Part):
    """The verification by which the replica counts as archived.

    checked_at  : when the comparison was written down
    verified_at : when the replica was
    """

    verification_id: uuid.UUID
    submission_id: uuid.UUID | None
    route: _Route
    method: _Words
    dag_id: _Text
    run_id: _Text
    checked_at: _Instant
    verified_at: _Instant


class SidecarManifest(_Part):
    """What the catalog knew of one revision of a data set at one place. Instants are UTC.

    directory   : relative to the root of its place
    session_key : of the lab session that it is linked to; None for a data set that no session claims
    found_by    : the route that recorded the replica, of the run `run_id`
    """

    about: Literal["session-archive manifest"] = "session-archive manifest"
    version: Literal[1] = 1
    data_set: str
    revision: int
    directory: str
    location: _Word
    found_by: _Route
    dag_id: _Text
    run_id: _Text
    recorded_at: _Instant
    replica_recorded_at: _Instant
    session_key: dict[str, Any] | None = None
    linked_at: _Instant | None = None
    verified: Verified
    files: tuple[FileEntry, ...]
    decisions: tuple[Decision, ...] = ()

    @model_validator(mode="after")
    def _one_data_set(self) -> SidecarManifest:
        """Refuse what could not have been written for this data set."""
        try:
            DataSetName.parse(self.data_set)
            Manifest.of(self.files)
        except NamingError as error:
            raise ValueError(str(error)) from error
        if outside := next((file for file in self.files if not self._holds(file.path)), None):
            raise ValueError(f"{printable(outside.path)!r} is not below {self.directory!r}")
        if odd := next((file for file in self.files if not _keepable(file)), None):
            raise ValueError(f"{printable(odd.path)!r} has a type, time or checksum that no catalog has kept")
        if foreign := next((each for each in self.decisions if not self._is_about(each)), None):
            raise ValueError(
                f"it holds a decision on {printable(foreign.target)[:200]!r}, which is another's"
            )
        return self

    def _holds(self, path: str) -> bool:
        return any(path.startswith(f"{directory}/") for directory in lines(self.directory))

    def _is_about(self, decision: Decision) -> bool:
        short = (decision.place, decision.manifest_id, decision.data_set_type)
        long = (decision.directory, decision.file, decision.why, str(decision.session_key))
        if max(map(len, short)) > 64 or max(map(len, long)) > 1000 or decision.decided_at is None:
            return False
        if decision.place:
            return decision.directory in lines(self.directory)
        if decision.data_set:
            return decision.data_set == self.data_set
        return self.session_key is not None and decision.session_key == self.session_key

    @property
    def name(self) -> DataSetName:
        """The data set's name as a value."""
        return DataSetName.parse(self.data_set)

    @property
    def manifest(self) -> Manifest:
        """Its files, with the checksums and who vouches for them."""
        return Manifest.of(self.files)

    def to_bytes(self) -> bytes:
        """What is written into the file."""
        return self.model_dump_json(indent=1).encode()


def _keepable(file: FileEntry) -> bool:
    return (
        _FILE_TYPE.fullmatch(file.file_type) is not None
        and _CHECKSUM.fullmatch(file.checksum) is not None
        and len(file.checksum_algorithm) <= 16
        and len(file.vouched_by) <= 64
        and _FIRST < file.mtime < _LAST
        and file.size < 1 << 63
    )


def sidecar_path(data_set: DataSetName, revision: int) -> str:
    """Where the manifest of a revision lies, relative to the root of its place."""
    later = f".r{revision}" if revision else ""
    ident = f"_{data_set.session.ident}" if data_set.session.ident else ""
    return f"{sidecar_folder(data_set)}/{data_set.session.date.isoformat()}{later}{ident}.json"


def sidecar_folder(data_set: DataSetName) -> str:
    """The folder of all manifests of one type of one subject, relative to the root of its place."""
    return f"{FOLDER}/{data_set.data_set_type}/{data_set.session.subject}"


def parse_sidecar_path(path: str) -> tuple[DataSetName, int]:
    """The data set and revision whose manifest lies at `path`, relative to its root. Raises CarriedError."""
    folder, _, rest = path.partition("/")
    kind, _, rest = rest.partition("/")
    subject, _, file = rest.partition("/")
    if folder == FOLDER and (found := _NAME.fullmatch(file)):
        try:
            session = SessionName(subject, dt.date.fromisoformat(found[1]), found[3] or "")
            name, revision = DataSetName(kind, session), int(found[2] or 0)
        except (ValueError, NamingError):
            name, revision = None, 0
        if name and sidecar_path(name, revision) == path:
            return name, revision
    raise SidecarError(f"{printable(path)}: no name of a manifest")


def read_sidecar(content: bytes, *, path: str) -> SidecarManifest:
    """Read a manifest as it was found at `path`, relative to its root. Raises CarriedError, one line."""
    if len(content) > MOST_BYTES:
        raise SidecarError(f"{path}: more than {MOST_BYTES} bytes; expected a manifest")
    try:
        carried = SidecarManifest.model_validate_json(content)
    except (ValidationError, NamingError) as error:
        raise SidecarError(f"{path}: no manifest of a data set: {_first(error)}") from None
    expected = sidecar_path(carried.name, carried.revision)
    if expected != path:
        raise SidecarError(
            f"{path}: says that it is the manifest of {carried.data_set}, which lies at {expected}"
        )
    return carried


def _first(error: ValidationError | NamingError) -> str:
    if isinstance(error, NamingError):
        return str(error)
    first = error.errors()[0]
    return ": ".join(part for part in (".".join(map(str, first["loc"])), first["msg"]) if part)


def disagreement(carried: SidecarManifest, *, location: str, directory: str, found: Manifest) -> str:
    """Why a manifest is not believed; '' where the archive's own listing agrees with it.

    location, directory : where the data set was found
    found               : what the archive lists; names and sizes are compared, and times where the place keeps them:
                          once one is as written, all must be
    """
    if (carried.location, carried.directory) != (location, directory):
        return f"it is of {carried.location}:{carried.directory}, not of {location}:{directory}"
    report = compare(promised=carried.manifest, found=found)
    if not report.intact:
        return report.summary
    if report.extra:
        return f"{len(report.extra)} files are there that it does not name; the first: {report.extra[0]}"
    times = {file.path: file.modified for file in found.files}
    touched = [file for file in carried.manifest.files if file.modified != times[file.path]]
    if touched and len(touched) < len(times):
        first = touched[0]
        there = times[first.path]
        return (
            f"{first.path}: {first.modified:%Y-%m-%d %H:%M:%S} UTC in it, {there:%Y-%m-%d %H:%M:%S} UTC there"
        )
    return ""
