"""Opens a run that a person's command stands for, on the Airflow host: it records nothing of what it lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from archive_flow.cli.globus_connection import login_of
from archive_flow.run.context import Run
from archive_flow.run.readers import listing_rate
from globus_provider.hooks.globus import GlobusHook
from session_archive.cli.catalog_login import open_catalog
from session_archive.request.selection import Selection
from session_archive.settings.load import Settings


@contextmanager
def open_command(settings: Settings, *, name: str, params: Mapping[str, Any], by: str) -> Iterator[Run]:
    """The run of a console command.

    name   : of the command
    params : of its selection
    by     : who runs it
    """
    selection = Selection.from_params({**params, "dry_run": True}, kinds=tuple(settings.data_sets))
    with open_catalog(settings) as catalog:
        yield Run(
            route=name,
            settings=settings,
            catalog=catalog,
            hook=_log_in(settings.globus.connection),
            rate=listing_rate(settings.globus.requests_per_second),
            selection=selection,
            params=dict(params),
            dag_id=name,
            run_id=f"{name} by {by}",
            started_by=by,
            log_in=_log_in,
        )


def _log_in(connection: str) -> GlobusHook:
    """Outside of a task, Airflow's connections are read from its database."""
    return GlobusHook(globus_conn_id=connection, login=login_of(connection))
