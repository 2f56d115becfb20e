"""The tables of archive.toml: what each key may hold."""

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
    """A check that a text fits `pattern`, with `words` for what was expected."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"not as it must be written; expected {words}")
        return text

    return AfterValidator(check)


def _seconds(value: object) -> object:
    if not isinstance(value, str):
        return value
    found = _SPAN.fullmatch(value.strip())
    if found is None or found[2] not in _UNITS:
        raise ValueError(
            "no time span; expected seconds, or a span such as '20 h', '90 min', '30 s' or '2 d'"
        )
    return float(found[1]) * _UNITS[found[2]]


def _size(value: object) -> object:
    # What is no number and no unit falls to ByteSize, which says so; a negative size would pass there.
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
_Seconds = Annotated[PositiveFloat, BeforeValidator(_seconds)]
_SecondsOrNone = Annotated[NonNegativeFloat, BeforeValidator(_seconds)]
_FileName = Annotated[
    str, written_as(r"[^/\\\x00-\x1f]{0,255}", "the name of a file, such as 'session.done', without a folder")
]
_Bytes = Annotated[ByteSize, BeforeValidator(_size)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CatalogSettings(_Table):
    """Where the catalog is.

    connection    : Airflow connection of type mysql; the login is there, not here
    database      : the catalog's own, made by `session-archive setup`
    link_database : holds the link tables, in the collation of the lab's pipeline
    """

    connection: _Connection
    database: _Database
    link_database: _Database

    @model_validator(mode="after")
    def _two_databases(self) -> Self:
        if self.database == self.link_database:
            raise ValueError(
                "database and link_database are one; expected two, since their collations differ"
            )
        return self


class GlobusSettings(_Table):
    """How Globus is reached, and how hard it may be asked.

    connection          : Airflow connection of type globus
    requests_per_second : listings that one run asks for; Globus lets an identity ask about 20 times a second
    listings_at_once    : listings of one run that are under way at any time; the SDK keeps 10 connections open
    """

    connection: _Connection = "globus_default"
    requests_per_second: PositiveInt = 20
    listings_at_once: Annotated[PositiveInt, Field(le=10)] = 10


class LabSettings(_Table):
    """The lab's pipeline: which tables hold sessions and subjects, and the attributes that folders carry.

    session      : 'database.Table' of the sessions
    subject      : 'database.Table' that has the subject's short name
    subject_name : its attribute in `subject`
    date         : attribute of `session`, rig-local; a datetime where `time` is None
    time         : attribute of `session`, rig-local start
    """

    session: _TableName
    subject: _TableName
    subject_name: _Attribute
    date: _Attribute
    time: _Attribute | None = None


class DataSetSettings(_Table):
    """One data set type.

    convention : kind of the conventions that reads its folders; '' for the one of the same name
    location   : where it is archived, a name of [locations]
    link_table : class name of the table that attaches it to the lab's sessions
    expected   : which sessions have it: '' for all, a restriction, or 'database.Table'
    unclaimed  : what becomes of a folder that no session claims: 'report', or 'archive' at once and link it later
    """

    convention: str = ""
    location: str
    link_table: _LinkTable
    expected: str = ""
    unclaimed: Literal["report", "archive"] = "report"


class ReadinessSettings(_Table):
    """When a recording is taken for finished. Spans in seconds; the file may say '2 h'.

    settle_gap : two looks at it, so long apart, must see the same names, sizes and times; 0: one look is enough
    min_age    : its newest file is so old at least, by this machine's clock; times of the future are not held to it
    sentinel   : a file that the rig writes last of all, such as 'session.done'; '' for none
    """

    settle_gap: _SecondsOrNone = 3600.0
    min_age: _SecondsOrNone = 7200.0
    sentinel: _FileName = ""


class FixitySettings(_Table):
    """What proves the bytes, beside the checksums that SpikeGLX and Globus compute.

    source_sha256 : read every file that SpikeGLX does not vouch for once, where it is recorded, before it is sent
    """

    source_sha256: bool = False


class Limits(_Table):
    """How much at once. Spans in seconds, sizes in bytes; the file may say '20 h' and '4 TB'.

    max_unfinished      : transfers of ours that Globus may hold at any time; it accepts 100 of a user
    max_files           : files of one data set; above it the data set is refused
    data_sets_per_night : sent by one run; the rest is ready for the next
    bytes_per_night     : sent by one run; a first data set above it goes alone
    run_deadline        : a run waits no longer; the next takes up what is under way
    transfer_deadline   : Globus gives a transfer up after it; longer than run_deadline
    fault_patience      : what only a person can mend, such as a missing file, ends a transfer after it
    poll_interval       : between two looks at a transfer
    max_batch           : folders of the archive that one task of a discovery records
    approve_above       : a retrieval that moves more waits until a person approves it in the Airflow UI
    """

    max_unfinished: Annotated[PositiveInt, Field(le=100)] = 20
    max_files: PositiveInt = 100_000
    data_sets_per_night: PositiveInt = 100
    bytes_per_night: _Bytes = ByteSize(4_000_000_000_000)
    run_deadline: _Seconds = 72_000.0
    transfer_deadline: _Seconds = 259_200.0
    fault_patience: _Seconds = 1800.0
    poll_interval: _Seconds = 30.0
    max_batch: PositiveInt = 200
    approve_above: _Bytes = ByteSize(1_000_000_000_000)
