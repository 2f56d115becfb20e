"""Queries that refuse an unknown key; DataJoint would ignore it, and return every row."""

# mypy: allow-subclassing-any

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from session_archive.catalog.database.connection import dj
from session_archive.errors import CatalogError

_Not, _Expression = dj.condition.Not, dj.expression.QueryExpression
#: What else DataJoint takes for rows; both packages are its own to require.
_Record, _DataFrame = dj.condition.numpy.void, dj.condition.pandas.DataFrame


class Query(dj.expression.QueryExpression):
    """A DataJoint query that refuses restrictions by unknown attributes; so do its joins and projections."""

    #: The class of joins and subqueries; DataJoint would make plain queries of them.
    _query: type[Query]

    def restrict(self, restriction: Any, semantic_check: bool = True) -> Any:
        """As DataJoint's, and `&` and `-` with it. Raises CatalogError for a key that is not an attribute."""
        return super().restrict(checked(restriction, self.heading.names), semantic_check=semantic_check)

    def join(self, *args: Any, **kwargs: Any) -> Any:
        """As DataJoint's, and `*` with it."""
        return self._own(super().join(*args, **kwargs))

    def make_subquery(self) -> Any:
        """As DataJoint's."""
        return self._own(super().make_subquery())

    def _own(self, plain: Any) -> Any:
        own: Any = self._query()
        own.__dict__.update(plain.__dict__)
        return own


def checked(condition: Any, names: Collection[str]) -> Any:
    """The condition, safe to hand on to DataJoint: each of its keys is an attribute.

    names  : attributes of what is restricted
    raises : CatalogError for a key that would restrict nothing, and for a table without an attribute in common
    """
    if inspect.isclass(condition) and issubclass(condition, _Expression):
        condition = condition()
    if isinstance(condition, _Not):
        return _Not(checked(condition.restriction, names))
    if isinstance(condition, _Expression):
        _require_common(condition.heading.names, names)
    elif isinstance(condition, Mapping | _Record | _DataFrame):
        _require(_keys(condition), names)
    elif isinstance(condition, Iterable) and not isinstance(condition, str):
        # An AndList stays one; an iterator is read once and handed on as a list.
        parts = [checked(part, names) for part in condition]
        return type(condition)(parts) if isinstance(condition, list) else parts
    return condition


def _keys(rows: Any) -> Iterable[Any]:
    if isinstance(rows, _Record):
        return rows.dtype.names or ()
    if isinstance(rows, _DataFrame):
        return [*filter(None, rows.index.names), *rows.columns]
    return list(rows)


def _require(keys: Iterable[Any], names: Collection[str]) -> None:
    # A key may lead into a JSON attribute: 'attribute.path'.
    unknown = [key for key in keys if str(key).split(".", 1)[0] not in names]
    if unknown:
        raise CatalogError(f"{unknown[0]!r} is not an attribute here; expected one of: {', '.join(names)}")


def _require_common(others: Collection[str], names: Collection[str]) -> None:
    if not set(others) & set(names):
        raise CatalogError(
            f"the restricting table has no attribute in common with the restricted one, so it would restrict nothing: "
            f"it has {', '.join(others)}; expected one of {', '.join(names)}"
        )
