"""Every row of a catalog that says what is archived and by what proof, to compare a rebuilt one with the lost one."""

from __future__ import annotations

from typing import Any

from support.stack import Stack

TABLES = (
    "storage_location", "#data_set_type", "#file_type", "data_set", "data_set__physical_file",
    "data_set__video_trial", "replica", "replica__verified", "verification", "verification__difference",
)  # fmt: skip

Rows = dict[str, list[tuple[Any, ...]]]


def archived_rows(stack: Stack) -> Rows:
    """Table -> its rows in order; links to the lab's sessions and decisions too, the latter without serial numbers."""
    catalog, run = stack.settings.catalog, stack.database.execute
    rows = {table: run(f"SELECT * FROM `{catalog.database}`.`{table}`") for table in TABLES}
    for table in ("archived_raw_ephys", "archived_tracking_video"):
        rows[table] = run(f"SELECT * FROM `{catalog.link_database}`.`{table}`")
    rows["decision"] = [row[1:] for row in run(f"SELECT * FROM `{catalog.database}`.`decision`")]
    return {table: sorted(each) for table, each in rows.items()}
