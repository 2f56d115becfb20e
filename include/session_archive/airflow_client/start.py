"""Starts a DAG with params, after a check that it is not paused and has these params."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import rich.console

from session_archive.airflow_client.api import AirflowApi
from session_archive.airflow_client.login import load_login
from session_archive.airflow_client.responses import AirflowRequestError, Json
from session_archive.airflow_client.run import Run
from session_archive.errors import ArchiveError
from session_archive.request.bounds import require_short
from session_archive.terminal import Console

#: Bytes of a command line that are not UTF-8 come as such halves too.
_HALF_PAIR = re.compile("[\ud800-\udfff]")


def start(
    dag_id: str,
    params: Mapping[str, Any],
    *,
    wait: bool = True,
    console: rich.console.Console | None = None,
    api: AirflowApi | None = None,
) -> Run:
    """Start a run and, with `wait`, return when it has succeeded.

    params  : None and empty lists are left to the DAG's own default
    console : where its progress is shown; by default the standard output, or the notebook
    api     : by default with the login of the environment or of the login file
    raises  : ArchiveError, one clear line: the login is refused; the DAG is missing, paused or too old; a param is
              wrong. RunFailedError when the run failed
    """
    api = api or AirflowApi(load_login())
    conf = {name: value for name, value in params.items() if value is not None and value != []}
    for name, value in conf.items():
        _require_sendable(name, value)
    dag = api.dag(dag_id)
    if dag["is_paused"]:
        raise ArchiveError(
            f"{dag_id} is paused in Airflow: a new run would only wait. Unpause it at {api.url}/dags/{dag_id}, "
            f"or with `airflow dags unpause {dag_id}` on the Airflow host"
        )
    if unknown := sorted(set(conf) - set(dag["params"] or {})):
        # Airflow would accept and ignore it: "these data sets" would become all of them.
        raise ArchiveError(
            f"{dag_id} at {api.url} has no param {unknown[0]!r}; it has {', '.join(dag['params'] or ())}. "
            "Is the session-archive on that host older than this one?"
        )
    run = Run(api, dag_id, _triggered(api, dag, conf))
    console = console or Console(highlight=False)
    console.print(f"started {dag_id}: {run.url}", markup=False, soft_wrap=True)
    return run.wait(console=console) if wait else run


def _require_sendable(param: str, value: Any) -> None:
    """Refuse what no JSON document can carry, and texts that are too long, anywhere in a param. Raises ArchiveError."""
    if isinstance(value, Mapping):
        for part in (*value, *value.values()):
            _require_sendable(param, part)
    elif isinstance(value, list | tuple):
        for part in value:
            _require_sendable(param, part)
    elif isinstance(value, float) and not math.isfinite(value):
        raise ArchiveError(f"param {param}: {value!r} is not a number that anything can equal")
    elif isinstance(value, str):
        require_short(f"param {param}", value)
        if _HALF_PAIR.search(value):
            raise ArchiveError(
                f"param {param}: {value!r:.100} is not valid text: it has half a surrogate pair"
            )


def _triggered(api: AirflowApi, dag: Json, conf: Mapping[str, Any]) -> str:
    """The id of the new run. If Airflow refuses a param, the error adds the description of that param."""
    try:
        return api.trigger(dag["dag_id"], dict(conf))
    except AirflowRequestError as error:
        wrong = [name for name in conf if f"param {name}:" in str(error)]
        description = " ".join(str(dag["params"][name].get("description") or "") for name in wrong)
        raise AirflowRequestError(
            f"{error}. {wrong[0]}: {description}" if description else str(error), status=error.status
        ) from error
