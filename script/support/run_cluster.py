"""Start a cluster, say where it is, and stop it at Ctrl-C: script/cluster."""

from __future__ import annotations

import argparse
import contextlib
import signal

from support.cluster import Cluster
from support.processes import Processes
from support.sample_rig import lab_sessions, make_rig
from support.stack import Stack


def main() -> None:
    """Start a cluster and print its address; stop it at Ctrl-C."""
    argparse.ArgumentParser(prog="script/cluster", description=__doc__).parse_args()
    print("starting Postgres, Redis, MariaDB, Globus and Airflow with two workers; about two minutes")
    with Stack() as stack, Processes() as processes:
        make_rig(stack.rig)
        stack.enter_sessions(lab_sessions())
        with Cluster(stack, processes) as cluster:
            _stay(cluster)


def _stay(cluster: Cluster) -> None:
    api = cluster.api
    print(f"Airflow's UI: {api.url}  user {api.username}  password {api.password}")
    print(f"logs: {cluster.directory}/*.log\nCtrl-C stops everything.", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        signal.pause()


if __name__ == "__main__":
    main()
