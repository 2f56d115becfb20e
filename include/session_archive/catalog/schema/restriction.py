"""Restrictions as people write them; they never select more than they say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from session_archive.catalog.schema.store import restricted
from session_archive.errors import CatalogError


def by_own_or_lab(table: Any, links: Mapping[str, Any], restriction: Mapping[str, Any]) -> Any:
    """`table & restriction`, where a key that the table lacks belongs to the lab session's key.

    links  : the link tables by name; all have the lab session's key
    raises : CatalogError for a key that is in neither, and for a value that MySQL would compare in an unexpected way
    """
    own = {key: value for key, value in restriction.items() if key in table.heading.names}
    of_lab = {key: value for key, value in restriction.items() if key not in own}
    if of_lab and (
        unknown := sorted(set(of_lab) - {name for link in links.values() for name in lab_key(link)})
    ):
        lab = sorted({name for link in links.values() for name in lab_key(link)})
        raise CatalogError(
            f"{unknown[0]!r} is not an attribute of DataSet ({', '.join(table.heading.names)}) "
            f"or of the lab session's key ({', '.join(lab) or 'there is no link table'})"
        )
    table = restricted(table, _plain(own, table))
    return by_session_key(table, links, of_lab) if of_lab else table


def by_session_key(table: Any, links: Mapping[str, Any], key: Mapping[str, Any]) -> Any:
    """The data sets that are linked to the sessions of this key, or part of a key."""
    linked = [restricted(link, _plain(key, link())).proj("data_set_id").to_dicts() for link in links.values()]
    # An empty list selects nothing, which is what is meant.
    return table & [{"data_set_id": row["data_set_id"]} for rows in linked for row in rows]


def lab_key(link: Any) -> list[str]:
    """The attributes of the lab session's key, in a link table."""
    return [name for name in link.primary_key if name != "data_set_id"]


def _plain(restriction: Mapping[str, Any], table: Any) -> Mapping[str, Any]:
    """Refuse a value that means something else in DataJoint's SQL: `subject = 0` selects every subject."""
    for key, value in restriction.items():
        numeric = table.heading[key].numeric
        if value is not None and (not isinstance(value, str | int | float) or isinstance(value, bool)):
            raise CatalogError(f"{key}: {value!r} is not a single value; expected a text or a number")
        if isinstance(value, int | float) and not numeric:
            raise CatalogError(f"{key}: {value!r} is a number, but {key} is a text; put it in quotes")
        if isinstance(value, str) and numeric and not _is_number(value):
            raise CatalogError(f"{key}: {value!r} is a text, but {key} is a number; give a number")
    return restriction


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
