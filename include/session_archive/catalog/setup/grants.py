"""Creates the nightly login and grants its rights: read and insert on the catalog, read on the lab."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from session_archive.catalog.database.connection import OwnConnection, clear_errors, connect
from session_archive.catalog.lab.attached_tables import is_table
from session_archive.catalog.schema.layout import Layout
from session_archive.errors import CatalogError, CatalogUnavailableError


def grant_nightly_rights(connection: OwnConnection, layout: Layout, user: str) -> None:
    hosts = [
        row[0] for row in connection.query("SELECT host FROM mysql.user WHERE user = %s", (user,)).fetchall()
    ]
    if not hosts:
        raise CatalogError(
            f"there is no login {user!r} at {connection.where}; create it with CREATE USER, then run setup again"
        )
    for host in hosts:
        for database in (layout.database, layout.link_database):
            connection.query(
                f"GRANT SELECT, INSERT ON {_literal(connection, database)} TO %s@%s", (user, host)
            )
        for database in lab_databases(layout):
            connection.query(f"GRANT SELECT ON {_literal(connection, database)} TO %s@%s", (user, host))


def lab_databases(layout: Layout) -> list[str]:
    """The databases of the lab's pipeline that a night reads, sorted."""
    tables = [layout.lab.session, layout.lab.subject]
    tables += [expected for expected in layout.expected.values() if is_table(expected)]
    return sorted({table.split(".")[0] for table in tables})


def _literal(connection: OwnConnection, database: str) -> str:
    """A database's name in a GRANT, where '_' is a wildcard, except under MySQL's partial_revokes."""
    partial = connection.query("SHOW VARIABLES LIKE 'partial_revokes'").fetchone()
    name = database if partial and partial[1] == "ON" else database.replace("_", r"\_")
    return f"`{name}`.*"


def make_login(connection: OwnConnection, user: str, password: str) -> None:
    """Make the nightly login, or give it this password; it has no rights before `install`."""
    with clear_errors(where=connection.where, user=connection.conn_info["user"]):
        # With its password at once: a login without one would let anybody in until the next statement.
        connection.query("CREATE USER IF NOT EXISTS %s@'%%' IDENTIFIED BY %s", (user, password))
        connection.query("ALTER USER %s@'%%' IDENTIFIED BY %s", (user, password))


def try_login(
    connection: OwnConnection, user: str, password: str, *, tls: Mapping[str, Any] | None = None
) -> None:
    """Connect once as the nightly login will. Raises CatalogError if the server does not let it in from here."""
    host, port = connection.conn_info["host"], connection.conn_info["port"]
    try:
        connect(host=host, port=port, user=user, password=password, tls=tls).close()
    except CatalogUnavailableError:
        raise
    except CatalogError as error:
        # The server compares hosts before names: a nameless login for this host precedes ours for any host.
        nameless = connection.query("SELECT host FROM mysql.user WHERE user = ''").fetchall()
        if not nameless:
            raise
        drop = "; ".join(f"DROP USER ''@'{row[0]}'" for row in nameless)
        raise CatalogError(
            f"{error}. The server has a login without a name, which it may have chosen instead: run `{drop}` as its "
            "administrator, then setup again"
        ) from error
