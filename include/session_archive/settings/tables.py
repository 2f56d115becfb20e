"""The tables of archive.toml: of each key what it accepts, its default and its meaning."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ByteSize,
    ConfigDict,
    Field,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    model_validator,
)

_UNITS = {"": 1, "s": 1, "min": 60, "h": 3600, "d": 86400}
_SPAN = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([a-z]*)")


def written_as(pattern: str, words: str) -> AfterValidator:
    """A check that a text fits `pattern`, and says `words` when it does not."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"wrong form; expected {words}")
        return text

    # What the reference of the settings says that the key accepts.
    check.__doc__ = words
    return AfterValidator(check)


def _seconds(value: object) -> object:
    """Time span"""
    if not isinstance(value, str):
        return value
    match = _SPAN.fullmatch(value.strip())
    if match is None or match[2] not in _UNITS:
        raise ValueError(
            "not a time span; expected seconds, or a span such as '20 h', '90 min', '30 s' or '2 d'"
        )
    return float(match[1]) * _UNITS[match[2]]


def byte_size(value: object) -> object:
    """size, more than 0"""
    # ByteSize reports a text that is not a size, but accepts a negative number.
    if isinstance(value, int) and value <= 0:
        raise ValueError("too small; expected more than 0 bytes, e.g. '4 TB'")
    return value


_Connection = Annotated[
    str, written_as(r"[\w.-]{1,200}", "the id of an Airflow connection, never its address")
]
_Database = Annotated[
    str,
    written_as(r"[A-Za-z0-9_]{1,64}", "a database name of letters, digits and '_', such as 'lab_archive'"),
]
_TableName = Annotated[
    str,
    written_as(r"[A-Za-z0-9_$-]+(\.[A-Z][A-Za-z0-9]*){1,2}", "database.Table, such as 'experiment.Session'"),
]
_Attribute = Annotated[
    str, written_as(r"[a-z][a-z0-9_]*", "the name of an attribute, such as 'session_date'")
]
_LinkTable = Annotated[
    str,
    written_as(r"[A-Z][A-Za-z0-9]{0,63}", "a table's class name in CamelCase, such as 'ArchivedRawEphys'"),
]
Seconds = Annotated[PositiveFloat, BeforeValidator(_seconds)]
_SecondsOrNone = Annotated[NonNegativeFloat, BeforeValidator(_seconds)]
_FileName = Annotated[
    str,
    written_as(r"[^/\\\x00-\x1f]{0,255}", "the name of a file, such as 'session.done', without a folder"),
]
_Bytes = Annotated[ByteSize, BeforeValidator(byte_size)]


class Table(BaseModel):
    """A table without unknown keys."""

    # Built when first used: parsing the DAGs needs none of it.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class CatalogSettings(Table):
    """Where the catalog is.

    connection    : Airflow connection of type mysql; it has the login
    database      : the catalog's own, created by `session-archive setup`
    link_database : database of the link tables, in the collation of the lab's pipeline
    """

    connection: _Connection
    database: _Database
    link_database: _Database

    @model_validator(mode="after")
    def _two_databases(self) -> Self:
        if self.database == self.link_database:
            raise ValueError(
                "database and link_database are the same; expected two, since their collations differ"
            )
        return self


class GlobusSettings(Table):
    """How Globus is reached, and how often and how many listings at a time it may be asked for.

    connection          : Airflow connection of type globus
    requests_per_second : listings that one run requests each second; Globus allows an identity about 20
    listings_at_once    : concurrent listings of one run; the SDK keeps 10 connections open
    """

    connection: _Connection = "globus_default"
    requests_per_second: PositiveInt = 20
    listings_at_once: Annotated[PositiveInt, Field(le=10)] = 10


class LabSettings(Table):
    """The lab's pipeline: which tables hold sessions and subjects, and the attributes that folder names contain.

    session      : 'database.Table' of the sessions
    subject      : 'database.Table' that has the subject's short name
    subject_name : the attribute of `subject` that has the short name
    date         : attribute of `session`, rig-local; a datetime when `time` is left out
    time         : attribute of `session`, rig-local start
    """

    session: _TableName
    subject: _TableName
    subject_name: _Attribute
    date: _Attribute
    time: _Attribute | None = None


class DataSetSettings(Table):
    """One data set type.

    convention : kind of the conventions that reads its folders; '' for the kind of the same name
    locations  : where it is archived, names of [locations]: a copy at each; `location = "tape"` for a single one
    link_table : class name of the table that links it to the lab's sessions
    expected   : which sessions have it: '' for all, a restriction, or 'database.Table'
    unclaimed  : what happens to a folder that no session claims: 'report' it, or 'archive' it now and link it later
    """

    convention: str = ""
    locations: Annotated[tuple[str, ...], Field(min_length=1)]
    link_table: _LinkTable
    expected: str = ""
    unclaimed: Literal["report", "archive"] = "report"

    @model_validator(mode="before")
    @classmethod
    def _one_location(cls, table: object) -> object:
        """`location` for a single one."""
        if not isinstance(table, dict):
            return table
        if isinstance(named := table.get("locations"), str):
            return {**table, "locations": (named,)}
        if "location" not in table:
            return table
        if "locations" in table:
            raise ValueError("both location and locations; expected one of them")
        rest = {key: value for key, value in table.items() if key != "location"}
        return {**rest, "locations": (table["location"],)}

    @property
    def location(self) -> str:
        """The first: from there come retrievals and further copies, unless it is damaged or away."""
        return self.locations[0]


class ReadinessSettings(Table):
    """When a recording counts as finished. Spans in seconds; the file may say '2 h'.

    settle_gap : two observations at least this far apart must see the same names, sizes and times; 0: one is enough
    min_age    : least age of its newest file, by this machine's clock; times in the future are ignored
    sentinel   : a file that the rig writes last, such as 'session.done'; '' for none
    """

    settle_gap: _SecondsOrNone = 3600.0
    min_age: _SecondsOrNone = 7200.0
    sentinel: _FileName = ""


class FixitySettings(Table):
    """What proves the content, besides the checksums that SpikeGLX and Globus compute.

    source_sha256 : true to compute, before the transfer, the SHA-256 of each source file without SpikeGLX checksum
    """

    source_sha256: bool = False


class Limits(Table):
    """Limits of a run and of its transfers. Spans in seconds, sizes in bytes; the file may say '20 h' and '4 TB'.

    max_unfinished      : unfinished transfers of the archive at any time; Globus accepts 100 of a user
    max_files           : files of one data set; a data set with more is refused
    data_sets_per_night : sent by one run; the rest is ready for the next
    bytes_per_night     : sent by one run; a first data set above it goes alone
    proof_bytes_per_night : of the archive's copies that one run reads to prove them; a first one above it goes alone
    recheck_within      : each archived data set on a rig without local_path is compared with the rig once in this time
    run_deadline        : how long a run waits for its transfers; the next run continues with what is under way
    transfer_deadline   : how long Globus tries a transfer; longer than run_deadline
    fault_patience      : a fault that only a person can mend, such as a missing file, ends a transfer after this time
    poll_interval       : between two polls of a transfer
    max_batch           : folders of the archive that one task of a discovery records
    approve_above       : a larger retrieval waits until a person approves it in the Airflow UI
    """

    max_unfinished: Annotated[PositiveInt, Field(le=100)] = 20
    max_files: PositiveInt = 100_000
    data_sets_per_night: PositiveInt = 100
    bytes_per_night: _Bytes = ByteSize(4_000_000_000_000)
    proof_bytes_per_night: _Bytes = ByteSize(2_000_000_000_000)
    recheck_within: Seconds = 604_800.0
    run_deadline: Seconds = 72_000.0
    transfer_deadline: Seconds = 259_200.0
    fault_patience: Seconds = 1800.0
    poll_interval: Seconds = 30.0
    max_batch: PositiveInt = 200
    approve_above: _Bytes = ByteSize(1_000_000_000_000)
