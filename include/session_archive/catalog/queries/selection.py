"""Which data sets a DataJoint expression selects: exactly these."""

from __future__ import annotations

import inspect
import re
import uuid
from typing import Any

from session_archive.catalog.database.connection import clear_errors, dj
from session_archive.catalog.queries.published import Published
from session_archive.errors import CatalogError

#: Above this, reading all names is faster than each by its id.
_MANY = 2000

#: A value that an attribute is compared with, in SQL without its names.
_VALUE = re.compile(r"'|\"|\b\d")


def selected_names(published: Published, expression: Any, *, everything: bool) -> list[str]:
    """The names of the data sets whose ids an expression keeps: a restriction, join or projection of our tables.

    everything : True to allow a whole table, which is otherwise refused as a mistake
    raises     : CatalogError if it keeps no ids, selects nothing, or a whole table without `everything`
    """
    if inspect.isclass(expression) and issubclass(expression, dj.expression.QueryExpression):
        expression = expression()
    _require_data_sets(expression)
    info = published.connection.conn_info
    with clear_errors(where=f"{info['host']}:{info['port']}", user=info["user"]):
        ids = _ids(expression)
        if not ids:
            raise CatalogError("no archived data set matches: there is nothing to retrieve")
        if not everything and not _compares(expression) and (whole := _whole_table(published, ids)):
            raise CatalogError(
                f"these are all {len(ids)} data sets of {whole}: restrict it, or pass everything=True to retrieve "
                "them all"
            )
        return _names(published, ids)


def _require_data_sets(expression: Any) -> None:
    if not isinstance(expression, dj.expression.QueryExpression):
        raise CatalogError(
            f"{expression!r} is not a DataJoint query; expected one such as ArchivedRawEphys & {{...}}"
        )
    names = expression.heading.names
    if "path_id" in names:
        raise CatalogError(
            "this query is about single files, but whole data sets are retrieved: use it to restrict DataSet or a "
            "link table"
        )
    if "data_set_id" not in names:
        raise CatalogError(
            f"the query keeps no data_set_id, so it names no data sets; it has {', '.join(names)}. Join it with a link "
            "table such as ArchivedRawEphys, or leave the key in the projection"
        )


def _ids(expression: Any) -> set[uuid.UUID]:
    return set(expression.proj("data_set_id").to_arrays("data_set_id"))


def _names(published: Published, ids: set[uuid.UUID]) -> list[str]:
    data_set = published.tables["DataSet"]
    rows = data_set & [{"data_set_id": each} for each in ids] if len(ids) < _MANY else data_set
    named = zip(*rows.to_arrays("data_set_id", "data_set_name"), strict=True)
    return sorted(str(name) for id, name in named if id in ids)


def _whole_table(published: Published, ids: set[uuid.UUID]) -> str:
    """The table whose data sets are all among these; '' if each has one that is left out."""
    for table in (published.tables["DataSet"], *published.links.values()):
        all_ids = set(table.proj().to_arrays("data_set_id"))
        if all_ids and all_ids <= ids:
            return str(table.__name__)
    return ""


def _compares(expression: Any) -> bool:
    """True if a restriction compares an attribute with a value; '1 = 1' or a table of all sessions does not."""
    conditions = [*expression.restriction, *(getattr(expression, "_left_restrict", None) or ())]
    if any(_compares_sql(str(condition)) for condition in conditions):
        return True
    return any(_compares(part) for part in expression.support if not isinstance(part, str))


def _compares_sql(condition: str) -> bool:
    if not dj.condition.extract_column_names(condition):
        return False
    return _VALUE.search(re.sub(r"`[^`]*`", "", condition)) is not None
