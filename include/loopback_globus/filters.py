"""The grammars of `filter`, `orderby` and `fields`.

A filter is clauses `field:value,value` joined by '/'. Every clause must match. A clause matches if one of its values
does and no value that begins with '!' does. '~' makes a value a pattern (* and ?), '=' (the default) is the exact text.
Timestamps take `from,to`; either side may be empty.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from loopback_globus.errors import bad_request

Clauses = list[tuple[str, list[str]]]
_SIZES = {">=": ">=", "<=": "<=", ">": ">", "<": "<", "=": "="}


def clauses(text: str) -> Clauses:
    """Split a filter; an empty one has no clauses. raises : ApiError 400."""
    result: Clauses = []
    for part in filter(None, text.split("/")):
        field, colon, values = part.partition(":")
        if not colon or not field:
            raise bad_request(f"Invalid filter clause '{part}': expected field:value")
        result.append((field, values.split(",")))
    return result


def timestamp(text: str) -> float:
    """Read an ISO date or date and time (UTC if no zone is named) as POSIX time. raises : ApiError 400."""
    try:
        parsed = datetime.fromisoformat(text.strip())
    except ValueError:
        raise bad_request(f"Invalid date '{text}': expected YYYY-MM-DD HH:MM:SS") from None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()


def as_sql(text: str, *, texts: Mapping[str, str], times: Mapping[str, str]) -> tuple[str, list[Any]]:
    """Return a WHERE condition and its values; `texts` and `times` map fields that a filter may name to columns."""
    conditions, values = ["1"], list[Any]()
    for field, requested in clauses(text):
        if field in times:
            condition, more = _time_sql(times[field], requested)
        elif field in texts:
            condition, more = _text_sql(texts[field], requested)
        else:
            raise bad_request(f"Cannot filter on field '{field}'")
        conditions.append(condition)
        values += more
    return " AND ".join(conditions), values


def _time_sql(column: str, requested: list[str]) -> tuple[str, list[Any]]:
    begin, end = (*requested, "")[:2]
    conditions, values = [f"{column} IS NOT NULL"], list[Any]()
    if begin:
        conditions.append(f"{column} >= ?")
        values.append(timestamp(begin))
    if end:
        conditions.append(f"{column} <= ?")
        values.append(timestamp(end))
    return " AND ".join(conditions), values


def _text_sql(column: str, requested: list[str]) -> tuple[str, list[Any]]:
    positive, negative, values = list[str](), list[str](), list[list[Any]]()
    refused: list[Any] = []
    for value in requested:
        denied, pattern, bare = _operators(value)
        condition = f"LOWER(COALESCE({column}, '')) GLOB ?" if pattern else f"COALESCE({column}, '') = ?"
        bare = bare.lower().replace("[", "[[]") if pattern else bare
        if denied:
            negative.append(f"NOT {condition}")
            refused.append(bare)
        else:
            positive.append(condition)
            values.append([bare])
    either = [f"({' OR '.join(positive)})"] if positive else []
    return " AND ".join(either + negative), [v for group in values for v in group] + refused


def _operators(value: str) -> tuple[bool, bool, str]:
    denied = value.startswith("!")
    value = value.removeprefix("!")
    pattern = value.startswith("~")
    return denied, pattern, value.removeprefix("~" if pattern else "=")


def order_sql(text: str, *, columns: Mapping[str, str], default: str) -> str:
    """Return an ORDER BY for `name ASC,size DESC`. raises : ApiError 400."""
    terms = []
    for field, descending in order(text):
        if field not in columns:
            raise bad_request(f"Cannot order by field '{field}'")
        terms.append(f"{columns[field]} {'DESC' if descending else 'ASC'}")
    return ", ".join(terms) or default


def order(text: str) -> list[tuple[str, bool]]:
    """Return (field, descending) for each term. raises : ApiError 400."""
    terms = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        field, _, direction = part.partition(" ")
        if direction.strip().upper() not in ("", "ASC", "DESC"):
            raise bad_request(f"Invalid orderby '{part}': expected field ASC or field DESC")
        terms.append((field, direction.strip().upper() == "DESC"))
    return terms


def project(document: dict[str, Any], fields: str) -> dict[str, Any]:
    """Keep only the named fields; all of them if none is named."""
    requested = {name.strip() for name in fields.split(",") if name.strip()}
    return {key: value for key, value in document.items() if key in requested} if requested else document


def file_test(texts: Iterable[str]) -> Callable[[Mapping[str, Any]], bool]:
    """Return the test for file documents; it passes if one of the filters matches. raises : ApiError 400."""
    alternatives = [[_file_clause(*clause) for clause in clauses(text)] for text in texts if text]
    if not alternatives:
        return lambda _: True
    return lambda document: any(all(test(document) for test in tests) for tests in alternatives)


def _file_clause(field: str, requested: list[str]) -> Callable[[Mapping[str, Any]], bool]:
    if field == "last_modified":
        begin, end = (*requested, "")[:2]
        low = timestamp(begin) if begin else float("-inf")
        high = timestamp(end) if end else float("inf")
        return lambda document: low <= timestamp(document["last_modified"]) <= high
    if field == "size":
        tests = [_size_test(value) for value in requested]
        return lambda document: any(test(document["size"]) for test in tests)
    if field not in ("name", "type", "user", "group", "permissions"):
        raise bad_request(f"Cannot filter on field '{field}'")
    return _text_test(field, requested)


def _size_test(value: str) -> Callable[[int], bool]:
    operator = next((sign for sign in _SIZES if value.startswith(sign)), "")
    digits = value.removeprefix(operator)
    if not (digits.isascii() and digits.isdigit()):
        raise bad_request(f"Invalid size '{value}': expected a number of bytes, or <, >, <=, >= and one")
    bound = int(digits)
    tests: dict[str, Callable[[int], bool]] = {
        ">=": lambda size: size >= bound,
        "<=": lambda size: size <= bound,
        ">": lambda size: size > bound,
        "<": lambda size: size < bound,
    }
    return tests.get(operator, lambda size: size == bound)


def _text_test(field: str, requested: list[str]) -> Callable[[Mapping[str, Any]], bool]:
    rules = [_operators(value) for value in requested]
    any_positive = any(not denied for denied, _, _ in rules)

    def test(document: Mapping[str, Any]) -> bool:
        text = document[field]
        hits = [(denied, matches(text, bare) if pattern else text == bare) for denied, pattern, bare in rules]
        if any(denied and hit for denied, hit in hits):
            return False
        return not any_positive or any(hit for denied, hit in hits if not denied)

    return test


def matches(name: str, pattern: str) -> bool:
    """Match * and ?; brackets stand for themselves."""
    return fnmatch.fnmatchcase(name, pattern.replace("[", "[[]"))
