"""The keys of the lab's sessions: as JSON can carry them, and the id that each machine derives from them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from session_archive.naming.session_name import NAMESPACE


def session_id(key: Mapping[str, Any]) -> uuid.UUID:
    """The id of a lab session, from its key as `plain_value` writes it; the same on each machine."""
    return uuid.uuid5(NAMESPACE, f"lab session {json.dumps(dict(key), sort_keys=True)}")


class ExpectedKey(NamedTuple):
    """The key and the start of an expected session, in a form that suits very many.

    began : date and time as text, which sorts as they do; '' if the lab keeps neither
    """

    began: str
    names: list[str]
    values: tuple[Any, ...]

    @property
    def key(self) -> dict[str, Any]:
        """As a restriction for DataJoint."""
        return dict(zip(self.names, self.values, strict=True))

    @property
    def plain(self) -> dict[str, Any]:
        """As JSON can carry it."""
        return {name: plain_value(value) for name, value in self.key.items()}


def ids_of(names: list[str], rows: Iterable[tuple[Any, ...]]) -> dict[bytes, ExpectedKey]:
    """As `session_id`, for very many keys; each row holds the attributes of `names`, then when it began."""
    form = "lab session {" + ", ".join(f"{json.dumps(name)}: %s" for name in names) + "}"
    ids = {}
    for row in rows:
        # DataJoint keeps a uuid as 16 bytes; no other bytes can be a key.
        *key, began = row
        values = tuple([uuid.UUID(bytes=value) if isinstance(value, bytes) else value for value in key])
        texts = [str(value) if type(value) is int else json.dumps(plain_value(value)) for value in values]
        digest = hashlib.sha1(
            NAMESPACE.bytes + (form % tuple(texts)).encode(), usedforsecurity=False
        ).digest()
        # A uuid of version 5, as RFC 9562 defines it; the class itself would take twice as long as all the rest.
        target = digest[:6] + _VERSION[digest[6]] + digest[7:8] + _VARIANT[digest[8]] + digest[9:16]
        ids[target] = ExpectedKey(began, names, values)
    return ids


_VERSION = [bytes([byte & 0x0F | 0x50]) for byte in range(256)]
_VARIANT = [bytes([byte & 0x3F | 0x80]) for byte in range(256)]


def plain_value(value: Any) -> Any:
    """A key's value as JSON can carry it, and as the database reads it again."""
    if isinstance(value, dt.timedelta):
        return (time_of_day(value) or value).__str__()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID | Decimal) else value


def time_of_day(value: dt.timedelta) -> dt.time | None:
    """The time of day in a `time` column; None for any other span, which the type allows."""
    if not dt.timedelta(0) <= value < dt.timedelta(days=1):
        return None
    return (dt.datetime.min + value).time()
