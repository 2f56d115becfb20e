"""Creates the nightly login and grants its rights: table by table on the catalog, SELECT on the lab.

A right on a whole database would hold for tables that a night only reads, such as the schema version, and for those
that DataJoint keeps for itself: with one INSERT there, a stolen login could stop every run. So could one that takes the
highest number of a table whose rows the server numbers; there the right is on all columns but that one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from session_archive.catalog.database.connection import OwnConnection, clear_errors, connect, dj
from session_archive.catalog.lab.references import is_table
from session_archive.catalog.schema.layout import Layout
from session_archive.catalog.schema.link_tables import link_tables
from session_archive.catalog.schema.tables import archive_tables
from session_archive.doctor.grants import ADD, ADD_UNNUMBERED, LINEAGE, READ, VERSION_TABLE, Grant
from session_archive.errors import CatalogError, CatalogUnavailableError


def grant_nightly_rights(connection: OwnConnection, layout: Layout, user: str) -> None:
    hosts = [
        row[0] for row in connection.query("SELECT host FROM mysql.user WHERE user = %s", (user,)).fetchall()
    ]
    if not hosts:
        raise CatalogError(
            f"there is no login {user!r} at {connection.where}; create it with CREATE USER, then run setup again"
        )
    columns = _numbered(connection, layout)
    rights = _rights(connection, layout, columns)
    for host in hosts:
        _revoke_numbers(connection, user, host, columns)
        for (database, name), needed in rights.items():
            add = f"INSERT ({', '.join(f'`{column}`' for column in columns.get((database, name), ()))})"
            verbs = ", ".join(sorted(add if right in ADD_UNNUMBERED else right for right in needed))
            connection.query(f"GRANT {verbs} ON `{database}`.`{name}` TO %s@%s", (user, host))
        for database in lab_databases(layout):
            connection.query(f"GRANT SELECT ON {_literal(connection, database)} TO %s@%s", (user, host))
        _revoke_wide_rights(connection, layout, user, host)


def nightly_rights(connection: OwnConnection, layout: Layout) -> dict[tuple[str, str], frozenset[str]]:
    """(database, table) -> the rights that a night needs, for every table of the catalog."""
    return _rights(connection, layout, _numbered(connection, layout))


def _rights(
    connection: OwnConnection, layout: Layout, numbered: Collection[tuple[str, str]]
) -> dict[tuple[str, str], frozenset[str]]:
    tables = archive_tables(connection, layout.database)
    links = link_tables(connection, layout.link_database, layout.link_tables)
    names = [_name(each) for each in _with_parts(vars(tables).values())]
    names += [(layout.link_database, each().table_name) for each in links.values()]
    # DataJoint cannot join without what it keeps there.
    names += [(database, LINEAGE) for database in (layout.database, layout.link_database)]
    return {
        name: READ
        if name[1] in (VERSION_TABLE, LINEAGE)
        else READ | (ADD_UNNUMBERED if name in numbered else ADD)
        for name in names
    }


def _numbered(connection: OwnConnection, layout: Layout) -> dict[tuple[str, str], list[str]]:
    """(database, table) -> the other columns of a table whose rows the server numbers."""
    numbered = {}
    for table in vars(archive_tables(connection, layout.database)).values():
        attributes = table().heading.attributes.values()
        if any(each.autoincrement for each in attributes):
            numbered[_name(table)] = [each.name for each in attributes if not each.autoincrement]
    return numbered


def _with_parts(tables: Iterable[Any]) -> Iterator[Any]:
    for table in tables:
        yield table
        yield from (
            part for part in vars(table).values() if isinstance(part, type) and issubclass(part, dj.Part)
        )


def _name(table: Any) -> tuple[str, str]:
    return table.database, table.table_name


def _grants(connection: OwnConnection, user: str, host: str) -> list[Grant]:
    rows = connection.query("SHOW GRANTS FOR %s@%s", (user, host)).fetchall()
    return [grant for row in rows if (grant := Grant.read(str(row[0])))]


def _revoke_numbers(
    connection: OwnConnection, user: str, host: str, numbered: Iterable[tuple[str, str]]
) -> None:
    """Take back INSERT on whole tables whose rows the server numbers, before it is given column by column."""
    for grant in _grants(connection, user, host):
        if grant.rights >= ADD and (grant.database, grant.table) in numbered:
            connection.query(f"REVOKE INSERT ON `{grant.database}`.`{grant.table}` FROM %s@%s", (user, host))


def _revoke_wide_rights(connection: OwnConnection, layout: Layout, user: str, host: str) -> None:
    """Take back the rights on both whole databases, which setup gave before it gave them table by table."""
    for grant in _grants(connection, user, host):
        own = grant.table == "*" and grant.literal in (layout.database, layout.link_database)
        if own and (rights := grant.rights & (READ | ADD)):
            pattern = grant.database.replace("`", "``")
            connection.query(f"REVOKE {', '.join(sorted(rights))} ON `{pattern}`.* FROM %s@%s", (user, host))


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
