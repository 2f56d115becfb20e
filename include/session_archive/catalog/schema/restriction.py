"""Restrictions as people write them; they never select more than they say."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from session_archive.catalog.schema.store import restricted
from session_archive.errors import CatalogError

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
#: `uuid.UUID` also accepts braces, underscores and other scripts' digits.
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}")
_HALF_PAIR = re.compile("[\ud800-\udfff]")


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
    table = restricted(table, plain(own, table))
    return by_session_key(table, links, of_lab) if of_lab else table


def by_session_key(table: Any, links: Mapping[str, Any], key: Mapping[str, Any]) -> Any:
    """The data sets that are linked to the sessions of this key, or part of a key."""
    linked = [restricted(link, plain(key, link())).proj("data_set_id").to_dicts() for link in links.values()]
    # An empty list selects nothing, which is what is meant.
    return table & [{"data_set_id": row["data_set_id"]} for rows in linked for row in rows]


def lab_key(link: Any) -> list[str]:
    """The attributes of the lab session's key, in a link table."""
    return [name for name in link.primary_key if name != "data_set_id"]


def plain(restriction: Mapping[str, Any], table: Any) -> Mapping[str, Any]:
    """Refuse a value that means something else in DataJoint's SQL: `subject = 0` selects every subject."""
    for key, value in restriction.items():
        if problem := _problem(key, value, table.heading[key]):
            raise CatalogError(f"{key}: {value!r:.100} {problem}")
    return restriction


def _problem(key: str, value: Any, attribute: Any) -> str:
    """What is wrong with a value, in words; '' if nothing is."""
    if value is None:
        return ""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return "is not a single value; expected a text or a number"
    if attribute.uuid:
        return "" if _UUID.fullmatch(str(value)) else "is not a UUID"
    if isinstance(value, str):
        return _problem_of_text(key, value, numeric=attribute.numeric)
    if not attribute.numeric:
        return f"is a number, but {key} is a text; put it in quotes"
    return "" if isinstance(value, int) or math.isfinite(value) else "is not a number that anything can equal"


def _problem_of_text(key: str, text: str, *, numeric: bool) -> str:
    # Python's float() also accepts '4_40956', 'nan' and other scripts' digits; MySQL reads 4, 0 and 0 from these.
    if numeric and not (_NUMBER.fullmatch(text) and math.isfinite(float(text))):
        return f"is a text, but {key} is a number; give a number"
    return "is not valid text: it has half a surrogate pair" if _HALF_PAIR.search(text) else ""
