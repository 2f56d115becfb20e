"""What Airflow loads of the Archive page. Every process of Airflow does, tasks too: nothing heavy is imported here."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from airflow.plugins_manager import AirflowPlugin

#: Where Airflow serves the page; the browser's address is `/plugin/archive` within Airflow's own pages.
PREFIX = "/archive"
_ROUTE = "archive"


class ArchivePagePlugin(AirflowPlugin):
    """An entry of the navigation, and a tab of DAGs and runs, all showing one app."""

    name = "session_archive"
    # Without a slash in front, so that they hold behind a proxy that serves Airflow in a folder.
    external_views = [  # noqa: RUF012  # an attribute of each instance, as Airflow declares it
        {
            "name": "Archive",
            "href": "archive/",
            "destination": "nav",
            "url_route": _ROUTE,
            "nav_top_level": True,
        },
        {"name": "Archive", "href": "archive/", "destination": "dag", "url_route": f"{_ROUTE}-of-dag"},
        {
            "name": "Archive",
            "href": "archive/run?dag_id={DAG_ID}&run_id={RUN_ID}",
            "destination": "dag_run",
            "url_route": f"{_ROUTE}-of-run",
        },
    ]

    @cached_property
    def fastapi_apps(self) -> list[dict[str, Any]]:  # type: ignore[override]  # Airflow's is a plain list
        """Read by the API server alone."""
        from archive_flow.page.app import make_app

        return [{"app": make_app(), "url_prefix": PREFIX, "name": "archive"}]
