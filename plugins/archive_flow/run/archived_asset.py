"""What a lab's own DAGs can be scheduled on: an event for each newly archived data set."""

from __future__ import annotations

from airflow.sdk import Asset, AssetAlias

#: One event of this asset for each newly archived data set; a lab's own DAGs can be scheduled on it.
ARCHIVED = Asset(name="archived_data_sets", uri="session-archive://archived")

#: An alias, since a task that archives nothing new would emit an event of an asset that it names as its outlet.
NEWLY_ARCHIVED = AssetAlias("newly_archived_data_set")
