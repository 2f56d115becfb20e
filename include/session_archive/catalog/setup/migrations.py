"""Brings an older catalog up to this package's schema version, step by step; rows are kept.

MySQL commits at each DDL statement, so that an upgrade cannot be one transaction. Instead every step can check whether
it is done: an upgrade that was interrupted is run again and continues where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from session_archive.catalog.database.connection import OwnConnection, clear_errors, quiet
from session_archive.catalog.schema.layout import Layout
from session_archive.catalog.schema.store import newer_catalog, now
from session_archive.catalog.schema.tables import SCHEMA_VERSION, archive_tables
from session_archive.errors import CatalogError

#: The name of the lock that an upgrade holds while it runs.
_LOCK = "session-archive upgrade"


@dataclass(frozen=True, slots=True)
class Step:
    """One statement of an upgrade.

    sql  : DDL, or an INSERT or UPDATE that can be repeated; `{database}` stands for the catalog's database
    done : a SELECT that returns a row once nothing is left to do; '' if the statement can be repeated
    """

    sql: str
    done: str = ""


@dataclass(frozen=True, slots=True)
class Migration:
    """The steps from the previous version to `version`.

    what     : for the person who upgrades, in a few words
    affected : a SELECT that counts the rows to change, before anything is changed; '' for no count
    """

    version: int
    what: str
    steps: tuple[Step, ...]
    affected: str = ""


def _add_index(table: str, *columns: str) -> Step:
    """An index, unless one begins with the same column.

    table : its name in SQL
    """
    return Step(
        f"ALTER TABLE `{{database}}`.`{table}` ADD INDEX ({', '.join(columns)})",
        done="SELECT 1 FROM information_schema.statistics WHERE table_schema = '{database}' "
        f"AND table_name = '{table}' AND column_name = '{columns[0]}' AND seq_in_index = 1",
    )


def add_column(table: str, column: str, definition: str, *, after: str) -> Step:
    """A new column, as DataJoint would declare it.

    table      : its name in SQL, such as data_set
    definition : type, NULL or DEFAULT, and DataJoint's comment, such as "int DEFAULT NULL COMMENT 'files'"
    """
    return Step(
        f"ALTER TABLE `{{database}}`.`{table}` ADD COLUMN `{column}` {definition} AFTER `{after}`",
        done="SELECT 1 FROM information_schema.columns WHERE table_schema = '{database}' "
        f"AND table_name = '{table}' AND column_name = '{column}'",
    )


_COPY_AT = (
    "varchar(64) NOT NULL DEFAULT '' "
    "COMMENT 'for a data set: only its copy at this location; empty for the only one'"
)

#: Replicas that an older version called verified although nobody vouches for some of their files.
_UNPROVEN = (
    "FROM `{database}`.`replica__verified` v "
    "JOIN `{database}`.`data_set__physical_file` f USING (data_set_id, revision) "
    "LEFT JOIN `{database}`.`replica__unproven` u USING (data_set_id, storage_location, revision) "
    "WHERE f.vouched_by = '' AND u.found_at IS NULL"
)

#: The newest states that are archived although the newest revision of the data set at a place is unproven.
_CALLED_ARCHIVED = (
    "FROM `{database}`.`data_set_state` s "
    "JOIN (SELECT MAX(state_id) AS state_id FROM `{database}`.`data_set_state` GROUP BY data_set_type, target) "
    "newest USING (state_id) "
    "JOIN `{database}`.`data_set` d ON d.data_set_name = s.data_set_name "
    "JOIN `{database}`.`replica__unproven` u ON u.data_set_id = d.data_set_id AND u.revision = "
    "(SELECT MAX(r.revision) FROM `{database}`.`replica` r "
    "WHERE r.data_set_id = u.data_set_id AND r.storage_location = u.storage_location) "
    "WHERE s.state = 'archived'"
)

#: In ascending order, one for each version after the first. New tables need no step: `upgrade` makes them first.
MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        2,
        "replicas with files that nobody vouches for are no longer called archived, until they are proven",
        (
            Step(
                "INSERT INTO `{database}`.`replica__unproven` "
                "(data_set_id, storage_location, revision, n_files, first_file, found_at) "
                "SELECT v.data_set_id, v.storage_location, v.revision, COUNT(*), MIN(f.file_path), UTC_TIMESTAMP(6) "
                f"{_UNPROVEN} GROUP BY v.data_set_id, v.storage_location, v.revision"
            ),
            Step(
                "INSERT INTO `{database}`.`data_set_state` (data_set_type, target, state, reason, path, session, "
                "data_set_name, n_files, n_bytes, run_id, changed_at) "
                "SELECT s.data_set_type, s.target, 'unverified', LEFT(CONCAT('nothing proves the content of ', "
                "u.n_files, ' files, the first: ', u.first_file, '; an older version called the data set archived'), "
                "1024), s.path, s.session, s.data_set_name, s.n_files, s.n_bytes, s.run_id, UTC_TIMESTAMP(6) "
                + _CALLED_ARCHIVED
            ),
        ),
        affected="SELECT COUNT(DISTINCT v.data_set_id, v.storage_location, v.revision) "
        "FROM `{database}`.`replica__verified` v "
        "JOIN `{database}`.`data_set__physical_file` f USING (data_set_id, revision) WHERE f.vouched_by = ''",
    ),
    Migration(
        3,
        "archived files can be found by size and time, and more of what runs see is kept",
        (
            _add_index("data_set__physical_file", "file_size", "file_mtime"),
            # No run reads all that earlier ones did.
            _add_index("submission", "begun_at"),
            _add_index("verification", "submission_id"),
            _add_index("verification", "run_id"),
            # When a rig last showed something new, and how the transfers of the last days ended.
            _add_index("look", "place", "looked_at"),
            _add_index("transfer_outcome", "recorded_at"),
            _add_index("transfer_outcome", "status", "recorded_at"),
            _add_index("replica__verified", "storage_location", "verified_at"),
            # What a person asks for is found by its day or name.
            _add_index("data_set", "session_date"),
            _add_index("data_set_state", "data_set_name"),
            _add_index("data_set_state", "state"),
            _add_index("decision", "data_set_id"),
            _add_index("imported_data_set", "session_id"),
            _add_index("imported_data_set", "place", "imported_at"),
            # A person vouches for the copy that they have seen.
            add_column("decision", "copy_at", _COPY_AT, after="file_path"),
        ),
    ),
)


def schema_version(connection: OwnConnection, database: str) -> int | None:
    """The version that a catalog has; None if there is no catalog yet. Raises CatalogError."""
    with clear_errors(where=connection.where, user=connection.conn_info["user"]), quiet():
        table = connection.query(
            "SELECT 1 FROM information_schema.tables WHERE table_schema = %s AND table_name = 'schema_version'",
            (database,),
        ).fetchone()
        if table is None:
            return None
        (version,) = connection.query(
            f"SELECT MAX(schema_version) FROM `{database}`.`schema_version`"
        ).fetchone()
        return None if version is None else int(version)


def outstanding(connection: OwnConnection, layout: Layout) -> tuple[Migration, ...]:
    """The migrations that a catalog still needs, in order; none if there is no catalog yet.

    raises : CatalogError for a catalog that a newer package made, since it cannot be downgraded
    """
    version = schema_version(connection, layout.database)
    if version is None:
        return ()
    if version > SCHEMA_VERSION:
        raise newer_catalog(f"the catalog {layout.database} at {connection.where}", layout.database, version)
    return tuple(each for each in MIGRATIONS if each.version > version)


def affected(connection: OwnConnection, layout: Layout, migration: Migration) -> int | None:
    """How many rows a migration changes, before it is carried out; None if it does not count them."""
    if not migration.affected:
        return None
    with clear_errors(where=connection.where, user=connection.conn_info["user"]), quiet():
        return int(connection.query(migration.affected.replace("{database}", layout.database)).fetchone()[0])


def upgrade(connection: OwnConnection, layout: Layout, migrations: Sequence[Migration]) -> Iterator[str]:
    """Carry migrations out, as an administrator; yields a line for each when it is done.

    raises : CatalogError if another upgrade is running, or a step is refused; a second call continues there
    """
    with clear_errors(where=connection.where, user=connection.conn_info["user"]), quiet(), _alone(connection):
        archive_tables(connection, layout.database, create=True)
        for migration in migrations:
            for step in migration.steps:
                _carry_out(connection, step, layout.database)
            # Last: until then every run is refused, and this migration is still outstanding.
            connection.query(
                f"INSERT IGNORE INTO `{layout.database}`.`schema_version` VALUES (%s, %s)",
                (migration.version, now()),
            )
            yield f"schema version {migration.version}: {migration.what}"


def _carry_out(connection: OwnConnection, step: Step, database: str) -> None:
    done = step.done.replace("{database}", database)
    if not done or connection.query(done).fetchone() is None:
        connection.query(step.sql.replace("{database}", database))


@contextmanager
def _alone(connection: OwnConnection) -> Iterator[None]:
    if not connection.query("SELECT GET_LOCK(%s, 0)", (_LOCK,)).fetchone()[0]:
        raise CatalogError(f"another upgrade is running at {connection.where}; wait until it has ended")
    try:
        yield
    finally:
        connection.query("SELECT RELEASE_LOCK(%s)", (_LOCK,))
