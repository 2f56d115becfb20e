"""Who may see the page: whoever may read the runs of the nightly DAG, by Airflow's session and its own rules."""

from __future__ import annotations

from typing import Any

from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.api_fastapi.core_api.security import requires_access_dag
from fastapi import Depends

from session_archive.airflow_client.dag_ids import UPLOAD

#: For every route of the app: Airflow itself authenticates no app of a plugin.
MAY_READ: list[Any] = [Depends(requires_access_dag("GET", DagAccessEntity.RUN, UPLOAD))]
