"""Queries that refuse what DataJoint would ignore, and so answer with everything: keys that are not there."""

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
    """A DataJoint query whose restrictions name attributes that are there; so do its joins and projections."""

    #: What joins and subqueries of this query are; DataJoint would make plain queries of them.
    _query: type[Query]

    def restrict(self, restriction: Any, semantic_check: bool = True) -> Any:
        """As DataJoint's, and `&` and `-` with it. Raises CatalogError for a key that is no attribute here."""
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
    """The condition, safe to hand on: DataJoint takes each of its keys for an attribute, or has its own error.

    names  : attributes of what is restricted
    raises : CatalogError for a key, or a table without any attribute in common, that would restrict nothing
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
        # An AndList stays one; what can be read once only must not be read here alone.
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
        raise CatalogError(f"{unknown[0]!r} is no attribute here; there are {', '.join(names)}")


def _require_common(others: Collection[str], names: Collection[str]) -> None:
    if not set(others) & set(names):
        raise CatalogError(
            f"what restricts has no attribute in common with what is restricted, so it would restrict nothing: "
            f"it has {', '.join(others)}; here are {', '.join(names)}"
        )
