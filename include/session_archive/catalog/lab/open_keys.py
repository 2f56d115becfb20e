"""Keys of some of the lab's sessions by SQL alone, without a look at all others."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from session_archive.catalog.lab.plain_lab import PlainLab
from session_archive.catalog.lab.session_keys import ExpectedKey
from session_archive.catalog.lab.session_review import SessionReview

#: So many are named in one statement: for a longer list the server may read the whole table.
_AT_ONCE = 200


class OpenKeys:
    """Reads the keys of the expected sessions of one type."""

    def __init__(self, lab: PlainLab, *, expected: str, links: str) -> None:
        self._lab, self._expected, self._links = lab, expected, links

    def of(self, keys: Collection[Mapping[str, Any]]) -> dict[bytes, ExpectedKey]:
        """Those of these sessions that are expected."""
        return self._where([dict(key) for key in keys])

    def entered_since(self, review: SessionReview) -> dict[bytes, ExpectedKey]:
        """Those of the days after a review and shortly before, if any session may have been entered since."""
        if self._lab.is_unchanged(self._expected, read_at=review.read_at):
            return {}
        date = f"`{self._lab.date}` >= %s"
        return self._where(
            self._lab.subjects_since(review.entered_since), f" AND {date}", [review.entered_since.isoformat()]
        )

    def of_data_sets(self, data_sets: Collection[uuid.UUID]) -> dict[bytes, ExpectedKey]:
        """The sessions to which these data sets belong."""
        ids, key = (
            [each.bytes for each in data_sets],
            ", ".join(f"`{each}`" for each in self._lab.session_key),
        )
        found: dict[bytes, ExpectedKey] = {}
        for first in range(0, len(ids), _AT_ONCE):
            linked = f"SELECT {key} FROM {self._links} WHERE data_set_id IN %s"
            found |= self._lab.keys_where(
                self._expected, f"({key}) IN ({linked})", [ids[first : first + _AT_ONCE]]
            )
        return found

    def _where(
        self, restrictions: Sequence[Mapping[str, Any]], also: str = "", arguments: Sequence[Any] = ()
    ) -> dict[bytes, ExpectedKey]:
        found: dict[bytes, ExpectedKey] = {}
        for first in range(0, len(restrictions), _AT_ONCE):
            some = restrictions[first : first + _AT_ONCE]
            conditions = [" AND ".join(f"`{name}` = %s" for name in each) + also for each in some]
            values = [
                value
                for each in some
                for value in (*(self._lab.stored(name, each[name]) for name in each), *arguments)
            ]
            found |= self._lab.keys_where(self._expected, f"({') OR ('.join(conditions)})", values)
        return found
