"""The web app of the service that moves the data, for links to its tasks."""

from __future__ import annotations

import logging

from airflow.sdk.exceptions import AirflowException

from archive_flow.run.airflow_objects import find_connection
from globus_provider.links import service_app
from session_archive.errors import ArchiveError
from session_archive.settings.load import Settings

log = logging.getLogger(__name__)


def globus_app(settings: Settings) -> str:
    """Where the links lead, as the link of a task in Airflow does.

    A connection that cannot be read is no reason to show nothing: the links then lead to Globus' own app.
    """
    try:
        connection = find_connection(settings.globus.connection)
    except (ArchiveError, AirflowException) as error:
        log.warning("the Archive page: the connection to Globus cannot be read: %s", error)
        connection = None
    return service_app(connection.extra_dejson if connection else {})
