"""Starts a DAG with params, after a look whether that can do what is meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console

from session_archive.airflow_client.answers import AirflowRequestError, Json
from session_archive.airflow_client.api import AirflowApi
from session_archive.airflow_client.login import load_login
from session_archive.airflow_client.run import Run
from session_archive.errors import ArchiveError

UPLOAD, DISCOVER, RETRIEVE = "upload_sessions", "discover_sessions", "retrieve_sessions"
CANCEL = "cancel_transfers"


def start(
    dag_id: str,
    params: Mapping[str, Any],
    *,
    wait: bool = True,
    console: Console | None = None,
    api: AirflowApi | None = None,
) -> Run:
    """Start a run and, where `wait`, return when it has ended well.

    params  : those that are None or empty are left to the DAG's own default
    console : where its progress is shown; by default the standard output, or the notebook
    api     : by default with the login of the environment or of the login file
    raises  : ArchiveError, one clear line: a login that is refused, a DAG that is missing, paused or too old, a param
              that is wrong; RunFailedError when the run failed
    """
    api = api or AirflowApi(load_login())
    conf = {name: value for name, value in params.items() if value is not None and value != []}
    dag = api.dag(dag_id)
    if dag["is_paused"]:
        raise ArchiveError(
            f"{dag_id} is paused in Airflow: a run would wait, and do nothing. Unpause it at {api.url}/dags/{dag_id}, "
            f"or by `airflow dags unpause {dag_id}` on the Airflow host"
        )
    if unknown := sorted(set(conf) - set(dag["params"] or {})):
        # Airflow would take it and not look at it: "these data sets" would become all of them.
        raise ArchiveError(
            f"{dag_id} at {api.url} has no param {unknown[0]!r}; it has {', '.join(dag['params'] or ())}. "
            "Is session-archive there older than here?"
        )
    run = Run(api, dag_id, _triggered(api, dag, conf))
    console = console or Console(highlight=False)
    console.print(f"started {dag_id}: {run.url}", markup=False, soft_wrap=True)
    return run.wait(console=console) if wait else run


def _triggered(api: AirflowApi, dag: Json, conf: Mapping[str, Any]) -> str:
    """The id of the new run. Where Airflow refuses a param, its reason comes with what the param is for."""
    try:
        return api.trigger(dag["dag_id"], dict(conf))
    except AirflowRequestError as error:
        wrong = [name for name in conf if f"param {name}:" in str(error)]
        meant = " ".join(str(dag["params"][name].get("description") or "") for name in wrong)
        raise AirflowRequestError(
            f"{error}. {wrong[0]}: {meant}" if meant else str(error), status=error.status
        ) from error
