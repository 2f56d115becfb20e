"""Whether the nightly login's rights are those that it needs, and no more. Pure: SHOW GRANTS in, checks out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from session_archive.doctor.check import Check, Checks

#: What a night does in the tables of the catalog; in that of the schema version, and in DataJoint's own, it only reads.
READ, ADD = frozenset({"SELECT"}), frozenset({"INSERT"})
#: INSERT of all columns but the number of the row: whoever chooses that can take the highest, and then no row follows.
ADD_UNNUMBERED = frozenset({"INSERT (columns)"})
VERSION_TABLE, LINEAGE = "schema_version", "~lineage"

#: A table as (database, name), and the rights on it.
Rights = Mapping[tuple[str, str], frozenset[str]]

_GRANT = re.compile(
    r"GRANT (?P<rights>.+) ON (?:TABLE )?(?P<database>`(?:[^`]|``)+`|\*)\.(?P<table>`(?:[^`]|``)+`|\*) TO .+?"
    r"(?P<option> WITH GRANT OPTION)?"
)
_COLUMNS = re.compile(r"(\w+)\s*\([^)]*\)")
_MAKE = Checks("catalog")


@dataclass(frozen=True, slots=True)
class Grant:
    """Rights on a database or one of its tables.

    database : a pattern of GRANT, where '_' and '%' are wildcards unless a backslash precedes them; '*' for all
    table    : '*' for all
    """

    rights: frozenset[str]
    database: str
    table: str

    @classmethod
    def read(cls, line: str) -> Grant | None:
        """One row of SHOW GRANTS; None for one that gives no right on tables: a role, a routine, a proxy."""
        found = _GRANT.fullmatch(line)
        if found is None:
            return None
        whole = _COLUMNS.sub(
            lambda part: f"{part[1]} (columns)" if part[1] == "INSERT" else part[1], found["rights"]
        )
        rights = {right.strip() for right in whole.split(",")} - {"USAGE"}
        if found["option"]:
            rights.add("GRANT OPTION")
        return cls(frozenset(rights), _unquoted(found["database"]), _unquoted(found["table"]))

    @property
    def literal(self) -> str:
        """The one database that it is meant for, without backslashes."""
        return self.database.replace("\\_", "_").replace("\\%", "%")

    def covers(self, database: str, table: str) -> bool:
        """True if it holds for a table."""
        if self.table != "*":
            return (self.database, self.table) == (database, table)
        # A name written without backslashes matches itself, as it does on the server.
        return self.database in ("*", database) or re.fullmatch(_pattern(self.database), database) is not None

    @property
    def where(self) -> str:
        """`archive.*`, for a person."""
        return f"{self.database}.{self.table}".replace("\\", "")


def grant_checks(rows: Iterable[str], *, own: Rights, lab: Collection[str]) -> Iterator[Check]:
    """Too few rights, and too many.

    rows : of SHOW GRANTS
    own  : the catalog's tables, and the rights that a night needs on each
    lab  : the pipeline's databases: SELECT is allowed; whether it suffices is seen by reading it
    """
    grants = [grant for grant in map(Grant.read, rows) if grant and grant.rights]
    databases = sorted({database for database, _ in own})
    lacking = 0
    for database in databases:
        missing = {
            right: table
            for (where, table), needed in own.items()
            if where == database
            for right in needed - _granted(grants, database, table)
        }
        if missing:
            lacking += 1
            yield _MAKE.failure(
                f"grants on {database}",
                f"the nightly login lacks {_words(missing)}, for example on {next(iter(missing.values()))}",
                "run `session-archive setup` again, with the administrator's login",
            )
    spare = [(grant, rights) for grant in grants if (rights := _spare(grant, own, databases, lab))]
    for grant, rights in spare:
        whole = grant.table == "*" and grant.literal in databases
        numbered = own.get((grant.database, grant.table), frozenset()) >= ADD_UNNUMBERED
        of_setup = rights == ADD and (whole or numbered)
        yield _MAKE.warning(
            f"grants on {grant.where}",
            f"the nightly login has {_words(rights)}, which a night does not need",
            "run `session-archive setup` again: it grants INSERT table by table, not of the number of a row, and "
            "takes this back"
            if of_setup
            else f"REVOKE {_words(rights)} ON {grant.where}: rows of the catalog are only ever added",
        )
    if not spare and not lacking:
        yield _MAKE.ok(
            "grants",
            f"SELECT and INSERT on the tables of {' and '.join(databases)}, SELECT on the lab's, no more",
        )


def _granted(grants: Iterable[Grant], database: str, table: str) -> frozenset[str]:
    granted = {right for grant in grants if grant.covers(database, table) for right in grant.rights}
    if "ALL PRIVILEGES" in granted:
        granted |= READ | ADD
    return frozenset(granted | ADD_UNNUMBERED if granted >= ADD else granted)


def _spare(grant: Grant, own: Rights, databases: Collection[str], lab: Collection[str]) -> frozenset[str]:
    """The rights of a grant that are not those of the one table or database that it is meant for."""
    if grant.table != "*" and (grant.database, grant.table) in own:
        needed = own[grant.database, grant.table]
        return grant.rights - needed - (ADD_UNNUMBERED if needed >= ADD else frozenset())
    readable = grant.literal in lab or (grant.table == "*" and grant.literal in databases)
    return grant.rights - (READ if readable else frozenset())


def _pattern(database: str) -> str:
    parts = re.findall(r"\\.|.", database)
    return "".join({"_": ".", "%": ".*"}.get(part, re.escape(part.removeprefix("\\"))) for part in parts)


def _unquoted(name: str) -> str:
    return name if name == "*" else name[1:-1].replace("``", "`")


def _words(rights: Collection[str]) -> str:
    return ", ".join(sorted(rights))
