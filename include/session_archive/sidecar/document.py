"""The sidecar manifest that is archived with a data set: a lost catalog is rebuilt from it, row for row.

Its path below the archive's root is `.session-archive/<type>/<subject>/<date>[.r<revision>][_<ident>].json`.
Anybody who may write there can change it: so it is checked, and trusted only if the archive's listing agrees.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable
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

from printable_text import printable
from session_archive.errors import ArchiveError, NamingError
from session_archive.fixity.compare import compare
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.listing.root_listing import FOLDER
from session_archive.naming.session_name import DataSetName, SessionName, lines
from session_archive.states.decisions import Decision

#: Path of a manifest, relative to the root of its place, and its size in bytes.
SidecarFile = tuple[str, int]

_NAME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:\.r([1-9][0-9]{0,3}))?(?:_([^/]+))?\.json")

#: Most bytes of a manifest besides its files, and of the other values of one file. A path may be escaped in JSON.
MOST_BYTES, BYTES_OF_FILE, BYTES_OF_PATH = 1 << 20, 1 << 10, 2
#: Most revisions of one data set that are read, the newest: each is a fetch, and anybody who writes there can add some.
MOST_REVISIONS = 10


#: Most characters of a session key as text, and of what a decision quotes.
LONGEST_KEY = 1000


class SidecarError(ArchiveError):
    """A file that is not a sidecar manifest of its data set; the message says where and why."""


#: The lengths of the columns of a catalog: a longer text was not written from one.
_Word = Annotated[str, Field(max_length=64)]
_Text = Annotated[str, Field(max_length=255)]
_Words = Annotated[str, Field(max_length=1024)]
_Directories = Annotated[str, Field(max_length=4096)]
_Route = Annotated[str, Field(max_length=16)]
_FILE_TYPE = re.compile(r"[\w.-]{0,64}", re.ASCII)
_CHECKSUM = re.compile(r"[0-9a-f]{0,128}")
#: Seconds since 1970 of the years 1000 and 9999: a database stores only times between them.
_FIRST, _LAST = -30_610_224_000, 253_370_764_800


def _storable(timestamp: dt.datetime) -> dt.datetime:
    if not _FIRST < timestamp.timestamp() < _LAST:
        raise ValueError("not a time that a catalog can store")
    return timestamp


_Timestamp = Annotated[AwareDatetime, AfterValidator(_storable)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Verified(_Part):
    """The verification by which the replica counts as archived.

    checked_at  : when the comparison was recorded
    verified_at : when the replica was recorded as verified
    """

    verification_id: uuid.UUID
    submission_id: uuid.UUID | None
    route: _Route
    method: _Words
    dag_id: _Text
    run_id: _Text
    checked_at: _Timestamp
    verified_at: _Timestamp


class SidecarManifest(_Part):
    """What the catalog knew about one revision of a data set at one place. Timestamps are UTC.

    directory   : relative to the root of its place
    session_key : of the lab session that it is linked to; None if no session claims the data set
    found_by    : the route that recorded the replica, in the run `run_id`
    """

    about: Literal["session-archive manifest"] = "session-archive manifest"
    version: Literal[1] = 1
    data_set: _Words
    revision: int
    directory: _Directories
    location: _Word
    found_by: _Route
    dag_id: _Text
    run_id: _Text
    recorded_at: _Timestamp
    replica_recorded_at: _Timestamp
    session_key: dict[str, Any] | None = None
    linked_at: _Timestamp | None = None
    verified: Verified
    files: tuple[FileEntry, ...]
    decisions: tuple[Decision, ...] = ()

    @model_validator(mode="after")
    def _one_data_set(self) -> SidecarManifest:
        """Refuse content that cannot have been written for this data set."""
        try:
            DataSetName.parse(self.data_set)
            Manifest.of(self.files)
        except NamingError as error:
            raise ValueError(str(error)) from error
        if outside := next((file for file in self.files if not self._contains(file.path)), None):
            raise ValueError(f"{printable(outside.path)!r} is not below {self.directory!r}")
        if unstorable := next((file for file in self.files if not _storable_file(file)), None):
            raise ValueError(
                f"{printable(unstorable.path)!r} has a type, time or checksum that no catalog can have stored"
            )
        if len(str(self.session_key)) > LONGEST_KEY:
            raise ValueError(f"its session key has more than {LONGEST_KEY} characters")
        if foreign := next((each for each in self.decisions if not self._is_about(each)), None):
            raise ValueError(
                f"it has a decision about {printable(foreign.target)[:200]!r}, which does not belong to it"
            )
        return self

    def _contains(self, path: str) -> bool:
        return any(path.startswith(f"{directory}/") for directory in lines(self.directory))

    def _is_about(self, decision: Decision) -> bool:
        short = (decision.place, decision.manifest_id, decision.data_set_type, decision.copy_at)
        long = (decision.directory, decision.file, decision.why, str(decision.session_key))
        if max(map(len, short)) > 64 or max(map(len, long)) > LONGEST_KEY or decision.decided_at is None:
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
        """Its files, with checksums and vouchers."""
        return Manifest.of(self.files)

    def to_bytes(self) -> bytes:
        """The content of the file."""
        return self.model_dump_json(indent=1).encode()


def _storable_file(file: FileEntry) -> bool:
    return (
        _FILE_TYPE.fullmatch(file.file_type) is not None
        and _CHECKSUM.fullmatch(file.checksum) is not None
        and len(file.checksum_algorithm) <= 16
        and len(file.vouched_by) <= 64
        and _FIRST < file.mtime < _LAST
        and file.size < 1 << 63
    )


def sidecar_path(data_set: DataSetName, revision: int) -> str:
    """The path of the sidecar of a revision, relative to the root of its place."""
    suffix = f".r{revision}" if revision else ""
    ident = f"_{data_set.session.ident}" if data_set.session.ident else ""
    return f"{sidecar_folder(data_set)}/{data_set.session.date.isoformat()}{suffix}{ident}.json"


def sidecar_folder(data_set: DataSetName) -> str:
    """The folder of all sidecars of one type of one subject, relative to the root of its place."""
    return f"{FOLDER}/{data_set.data_set_type}/{data_set.session.subject}"


def parse_sidecar_path(path: str) -> tuple[DataSetName, int]:
    """The data set and revision whose sidecar has this path, relative to its root. Raises SidecarError."""
    folder, _, rest = path.partition("/")
    kind, _, rest = rest.partition("/")
    subject, _, file = rest.partition("/")
    if folder == FOLDER and (match := _NAME.fullmatch(file)):
        try:
            session = SessionName(subject, dt.date.fromisoformat(match[1]), match[3] or "")
            name, revision = DataSetName(kind, session), int(match[2] or 0)
        except (ValueError, NamingError):
            name, revision = None, 0
        if name and sidecar_path(name, revision) == path:
            return name, revision
    raise SidecarError(f"{printable(path)}: not the path of a sidecar manifest")


def most_bytes(listed: Manifest) -> int:
    """Most bytes of the sidecar of a data set with these files, so that no copy in the archive fills a worker."""
    paths = sum(len(file.path.encode()) for file in listed.files)
    return MOST_BYTES + BYTES_OF_FILE * len(listed.files) + BYTES_OF_PATH * paths


def newest_revisions(sidecars: Iterable[SidecarFile]) -> tuple[list[SidecarFile], list[SidecarFile]]:
    """The sidecars of one data set that are read, and those that are not, since there are too many; newest first."""
    ordered = sorted(sidecars, key=lambda sidecar: parse_sidecar_path(sidecar[0])[1], reverse=True)
    return ordered[:MOST_REVISIONS], ordered[MOST_REVISIONS:]


def read_sidecar(content: bytes, *, path: str, most: int) -> SidecarManifest:
    """Read the content of the sidecar at `path`, relative to its root. Raises SidecarError, one line.

    most : bytes, as `most_bytes`
    """
    if len(content) > most:
        raise SidecarError(f"{path}: more than {most} bytes; expected a sidecar manifest")
    try:
        sidecar = SidecarManifest.model_validate_json(content)
    except (ValidationError, NamingError) as error:
        raise SidecarError(f"{path}: not a sidecar manifest: {_first(error)}") from None
    expected = sidecar_path(sidecar.name, sidecar.revision)
    if expected != path:
        raise SidecarError(
            f"{path}: its content is the sidecar manifest of {sidecar.data_set}, whose path is {expected}"
        )
    return sidecar


def _first(error: ValidationError | NamingError) -> str:
    if isinstance(error, NamingError):
        return str(error)
    first = error.errors()[0]
    return ": ".join(part for part in (".".join(map(str, first["loc"])), first["msg"]) if part)


def disagreement(sidecar: SidecarManifest, *, location: str, directory: str, listed: Manifest) -> str:
    """Why a sidecar is not trusted; '' if the archive's own listing agrees with it.

    location, directory : where the data set is
    listed              : what the archive lists; names and sizes are compared, and times if the place keeps them:
                          if one is as written, all must be
    """
    if (sidecar.location, sidecar.directory) != (location, directory):
        return f"it belongs to {sidecar.location}:{sidecar.directory}, not to {location}:{directory}"
    report = compare(promised=sidecar.manifest, found=listed)
    if not report.intact:
        return report.summary
    if report.extra:
        return f"{len(report.extra)} files are in the archive that it does not list; the first: {report.extra[0]}"
    times = {file.path: file.modified for file in listed.files}
    touched = [file for file in sidecar.manifest.files if file.modified != times[file.path]]
    if touched and len(touched) < len(times):
        first = touched[0]
        return (
            f"{first.path}: modified at {first.modified:%Y-%m-%d %H:%M:%S} UTC according to it, "
            f"at {times[first.path]:%Y-%m-%d %H:%M:%S} UTC in the archive"
        )
    return ""
