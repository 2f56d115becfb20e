"""The catalog's tables for a notebook or a script: over DataJoint's own connection, with the methods of the archive."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MethodType
from typing import Any

from session_archive.catalog.database.connection import (
    clear_errors,
    datajoint_connection,
    datajoint_login,
    dj,
    quiet,
)
from session_archive.catalog.queries.notebook_query import Query
from session_archive.catalog.schema.link_tables import LINK_COMMENT, link_tables
from session_archive.catalog.schema.store import require_version
from session_archive.catalog.schema.tables import archive_tables
from session_archive.errors import CatalogError

_KIND = re.compile(re.escape(LINK_COMMENT).replace(r"\{kind\}", r"([\w-]+)"))


class Verb:
    """A method that works on a table's class too, as DataJoint's own do."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self.__doc__ = function.__doc__

    def __get__(self, table: Any, cls: type) -> Any:
        """Bound to the table; on the class, to a table without restriction."""
        return MethodType(self._function, cls() if table is None else table)


@dataclass(frozen=True)
class Published:
    """The tables by class name; `links` has the link tables by data set type."""

    connection: Any
    tables: Mapping[str, Any]
    links: Mapping[str, Any]

    @property
    def archived(self) -> Any:
        """The proven replicas, in one query."""
        replica = self.tables["Replica"]
        return replica.Verified() - replica.Unproven()


def own_connection() -> Any:
    """DataJoint's connection of this process, by its own configuration. Raises CatalogError in one clear line."""
    login = datajoint_login()
    where, user = f"{login['host']}:{login['port']}", login["user"]
    with clear_errors(where=where, user=user, tls=login["tls"]), quiet():
        return datajoint_connection(login)


def publish(
    connection: Any,
    *,
    database: str,
    link_database: str,
    query_verbs: Mapping[str, Callable[..., Any]],
    link_verbs: Mapping[str, Callable[..., Any]],
) -> Published:
    """Bind the catalog's tables, and every link table that the link database has.

    query_verbs : methods of every table, and of its restrictions, joins and projections
    link_verbs  : methods of link tables, which know their `data_set_type`
    raises      : CatalogError if there is no catalog, or one of another version
    """
    info = connection.conn_info
    with clear_errors(where=f"{info['host']}:{info['port']}", user=info["user"]), quiet():
        require_version(connection, database)
        query: Any = type("Query", (Query,), _bound(query_verbs))
        query._query = query
        plain = {
            name: table
            for name, table in vars(archive_tables(connection, database)).items()
            if _is_table(table)
        }
        tables = {name: _published(table, query, {}) for name, table in plain.items()}
        kinds = _link_kinds(connection, link_database)
        linked = link_tables(connection, link_database, kinds)
        for kind, name in kinds.items():
            tables[name] = _published(linked[name], query, {"data_set_type": kind, **_bound(link_verbs)})
        return Published(connection, tables, {kind: tables[name] for kind, name in kinds.items()})


def lab_modules(connection: Any, databases: Iterable[str]) -> dict[str, Any]:
    """The lab's own tables, a module for each of these databases, under its name."""
    info = connection.conn_info
    with clear_errors(where=f"{info['host']}:{info['port']}", user=info["user"]), quiet():
        return {
            name: dj.VirtualModule(name, name, connection=connection) for name in dict.fromkeys(databases)
        }


def _bound(verbs: Mapping[str, Callable[..., Any]]) -> dict[str, Any]:
    return {name: Verb(function) for name, function in verbs.items()}


def _is_table(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, dj.Table)


def _is_part(name: str, value: Any) -> bool:
    # A part has its master as an attribute too, whose name begins with '_'.
    return name[0].isupper() and _is_table(value)


def _published(table: Any, query: type, more: Mapping[str, Any]) -> Any:
    """The table and its parts as queries of ours; the class name stays, since DataJoint derives the table's from it."""
    parts = {name: _published(part, query, {}) for name, part in vars(table).items() if _is_part(name, part)}
    own = {"__module__": "session_archive.publication", "__doc__": table.__doc__}
    return type(table)(table.__name__, (query, table), {**own, **parts, **more})


def _link_kinds(connection: Any, database: str) -> dict[str, str]:
    """Data set type -> class name of its link table, as `setup` created them."""
    rows = connection.query(
        "SELECT table_name, table_comment FROM information_schema.tables WHERE table_schema = %s ORDER BY table_name",
        (database,),
    ).fetchall()
    kinds = {
        match[1]: dj.utils.to_camel_case(name) for name, comment in rows if (match := _KIND.match(comment))
    }
    if not kinds:
        raise CatalogError(
            f"the database {database!r} has no link table that this login may see; check the name, and that the login "
            "may SELECT from it"
        )
    return kinds
