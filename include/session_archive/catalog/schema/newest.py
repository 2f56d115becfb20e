"""The newest row of each data set, in a table to which every night adds rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from session_archive.catalog.schema.store import Store


def newest_of_each(
    store: Store,
    table: Any,
    time: str,
    *,
    keys: Mapping[str, str],
    of: Any,
    among: str,
    values: tuple[Any, ...],
) -> list[dict[str, Any]]:
    """The row with the latest time of each data set, looked up by itself: a grouping would read the rows of every year.

    table  : its key is `keys`, data_set_id and the time
    keys   : attribute -> value
    of     : the table whose rows, `d`, are the data sets; one that has several rows there comes as often
    among  : a condition on `d`, with `values`
    """
    name = table.full_table_name

    def same(row: str) -> str:
        return "".join(f"{row}.{key} = %s AND " for key in keys) + f"{row}.data_set_id = d.data_set_id"

    with store.reading():
        return store.rows(
            f"SELECT t.* FROM {of.full_table_name} d STRAIGHT_JOIN {name} t ON {same('t')} AND t.{time} = "
            f"(SELECT n.{time} FROM {name} n WHERE {same('n')} ORDER BY n.{time} DESC LIMIT 1) WHERE {among}",
            *keys.values(),
            *keys.values(),
            *values,
        )
