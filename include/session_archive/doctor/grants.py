"""Whether the nightly login's rights are those that it needs, and no more. Pure: SHOW GRANTS in, checks out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from session_archive.doctor.check import Check, Checks

#: What a night does in the catalog's own two databases.
NEEDED = frozenset({"SELECT", "INSERT"})

_GRANT = re.compile(
    r"GRANT (?P<rights>.+) ON (?:TABLE )?(?P<database>`(?:[^`]|``)+`|\*)\.(?P<table>`(?:[^`]|``)+`|\*) TO .+?"
    r"(?P<option> WITH GRANT OPTION)?"
)
_COLUMNS = re.compile(r"\s*\([^)]*\)")
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
        rights = {right.strip().upper() for right in _COLUMNS.sub("", found["rights"]).split(",")} - {"USAGE"}
        if found["option"]:
            rights.add("GRANT OPTION")
        return cls(frozenset(rights), _unquoted(found["database"]), _unquoted(found["table"]))

    def covers(self, database: str) -> bool:
        """True if it holds for all tables of a database."""
        if self.table != "*":
            return False
        # A name written without backslashes matches itself, as it does on the server.
        return self.database in ("*", database) or re.fullmatch(_pattern(self.database), database) is not None

    @property
    def where(self) -> str:
        """`archive.*`, for a person."""
        return f"{self.database}.{self.table}".replace("\\", "")


def grant_checks(rows: Iterable[str], *, own: Collection[str], lab: Collection[str]) -> Iterator[Check]:
    """Too few rights, and too many.

    rows : of SHOW GRANTS
    own  : the catalog's databases: SELECT and INSERT are needed
    lab  : the pipeline's: SELECT is allowed; whether it suffices is seen by reading it
    """
    grants = [grant for grant in map(Grant.read, rows) if grant and grant.rights]
    lacking = {database: NEEDED - _granted(grants, database) for database in own}
    for database, rights in lacking.items():
        if rights:
            yield _MAKE.failure(
                f"grants on {database}",
                f"the nightly login lacks {_words(rights)}",
                "run `session-archive setup` again, with the administrator's login",
            )
    allowed = {**dict.fromkeys(lab, frozenset({"SELECT"})), **dict.fromkeys(own, NEEDED)}
    spare = [(grant, rights) for grant in grants if (rights := _spare(grant, allowed))]
    for grant, rights in spare:
        yield _MAKE.warning(
            f"grants on {grant.where}",
            f"the nightly login has {_words(rights)}, which a night does not need",
            f"REVOKE {_words(rights)} ON {grant.where}: rows of the catalog are only ever added",
        )
    if not spare and not any(lacking.values()):
        yield _MAKE.ok("grants", f"SELECT and INSERT on {' and '.join(own)}, SELECT on the lab's, no more")


def _granted(grants: Iterable[Grant], database: str) -> frozenset[str]:
    granted = {right for grant in grants if grant.covers(database) for right in grant.rights}
    return NEEDED if "ALL PRIVILEGES" in granted else frozenset(granted)


def _spare(grant: Grant, allowed: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The rights of a grant that are not those of the one database that it is meant for."""
    name = grant.database.replace("\\_", "_").replace("\\%", "%")
    return grant.rights - allowed.get(name, frozenset())


def _pattern(database: str) -> str:
    parts = re.findall(r"\\.|.", database)
    return "".join({"_": ".", "%": ".*"}.get(part, re.escape(part.removeprefix("\\"))) for part in parts)


def _unquoted(name: str) -> str:
    return name if name == "*" else name[1:-1].replace("``", "`")


def _words(rights: Collection[str]) -> str:
    return ", ".join(sorted(rights))
