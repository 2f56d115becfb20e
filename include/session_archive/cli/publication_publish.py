"""`session-archive publication-publish`: the word of map-ephys for `session-archive upload`."""

from __future__ import annotations

from session_archive.airflow_client.dag_ids import UPLOAD
from session_archive.cli.run_dag import AsJson, DryRun, Wait, run_dag


def publication_publish(dry_run: DryRun = False, wait: Wait = True, json: AsJson = False) -> None:
    """As in map-ephys' mapshell: archive every new recording of every kind, as `session-archive upload` does."""
    run_dag(UPLOAD, {"dry_run": dry_run}, wait=wait, as_json=json)
