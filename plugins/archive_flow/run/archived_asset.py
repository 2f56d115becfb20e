"""The assets that a lab's own DAGs can be scheduled on: one event of each for each newly archived data set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from airflow.sdk import Asset, AssetAlias

#: A DAG that is scheduled on it is given all data sets that are new since its last run.
ARCHIVED = Asset(name="archived_data_sets", uri="session-archive://archived")

#: An alias: a task emits an event of each asset that it names as an outlet, even when it archived nothing new.
NEWLY_ARCHIVED = AssetAlias("newly_archived_data_set")

#: A DAG with a PartitionedAssetTimetable on it runs once for each data set; the partition's key is the data set's name.
#: An alias takes no partitions. The event without a key, of a task that archived nothing new, starts no such DAG.
ARCHIVED_BY_DATA_SET = Asset(name="archived_by_data_set", uri="session-archive://archived/by-data-set")

#: Airflow refuses a longer key, and the catalog takes longer names.
LONGEST_KEY = 250


def announce(outlet_events: Any, data_sets: Sequence[str]) -> list[str]:
    """Add the events of newly archived data sets to a task that names both assets as outlets.

    returns : the data sets whose names are too long for a key; they have an event of ARCHIVED alone
    """
    for data_set in data_sets:
        outlet_events[NEWLY_ARCHIVED].add(ARCHIVED, extra={"data_set": data_set})
    keys = [data_set for data_set in data_sets if len(data_set) <= LONGEST_KEY]
    outlet_events[ARCHIVED_BY_DATA_SET].add_partitions(keys)
    return [data_set for data_set in data_sets if len(data_set) > LONGEST_KEY]
