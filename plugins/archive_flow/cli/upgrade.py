"""`session-archive setup --upgrade`: says what would be done, makes sure that nothing runs, and does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from archive_flow.run.airflow_objects import unpaused
from session_archive.airflow_client.dag_ids import AUDIT, DISCOVER, REPAIR, RETRIEVE, UPLOAD
from session_archive.errors import ArchiveError
from session_archive.terminal import Console

if TYPE_CHECKING:
    from session_archive.catalog.database.connection import OwnConnection
    from session_archive.catalog.schema.layout import Layout
    from session_archive.catalog.setup.migrations import Migration


def show_upgrade(admin: OwnConnection, layout: Layout, console: Console) -> tuple[Migration, ...]:
    """Say what an upgrade would do, and return it; nothing is changed."""
    from session_archive.catalog.setup.migrations import affected, outstanding

    migrations = outstanding(admin, layout)
    if not migrations:
        console.print("catalog: its schema version is current; nothing to upgrade")
    for migration in migrations:
        count = affected(admin, layout, migration)
        concerns = "" if count is None else f" (affects {count} rows)"
        console.print(
            f"to do: schema version {migration.version}: {migration.what}{concerns}",
            markup=False,
            soft_wrap=True,
        )
    return migrations


def upgrade_catalog(admin: OwnConnection, layout: Layout, console: Console, *, ask: bool) -> None:
    """Upgrade the catalog to this package's version; does nothing if it has that version.

    ask    : let the user confirm that the catalog is backed up
    raises : ArchiveError if a DAG that adds rows is not paused, or if the user says no
    """
    from session_archive.catalog.setup.migrations import upgrade

    migrations = show_upgrade(admin, layout, console)
    if not migrations:
        return
    if running := unpaused((UPLOAD, DISCOVER, RETRIEVE, AUDIT, REPAIR)):
        commands = "; ".join(f"airflow dags pause {dag_id}" for dag_id in running)
        raise ArchiveError(
            f"{', '.join(running)} may start while the tables change; pause first, and let their runs end: {commands}"
        )
    databases = f"{layout.database} {layout.link_database}"
    console.print(
        f"Back up first: mariadb-dump --single-transaction --hex-blob --databases {databases} > catalog.sql",
        soft_wrap=True,
    )
    if ask and not typer.confirm("Is it backed up?"):
        raise ArchiveError("not backed up; nothing was changed")
    for line in upgrade(admin, layout, migrations):
        console.print(f"catalog: {line}", markup=False)
