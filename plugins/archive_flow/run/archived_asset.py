"""The asset that a lab's own DAGs can be scheduled on: one event for each newly archived data set."""

from __future__ import annotations

from airflow.sdk import Asset, AssetAlias

#: One event of this asset for each newly archived data set; a lab's own DAGs can be scheduled on it.
ARCHIVED = Asset(name="archived_data_sets", uri="session-archive://archived")

#: An alias: a task emits an event of each asset that it names as an outlet, even when it archived nothing new.
NEWLY_ARCHIVED = AssetAlias("newly_archived_data_set")
