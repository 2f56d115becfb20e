"""The replicas at one place as a mapping that reads those that are needed, and not all that the place holds."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping

from session_archive.recording.cataloged import ReplicaInfo

_Replicas = dict[uuid.UUID, ReplicaInfo]


class ReplicasAt(Mapping[uuid.UUID, ReplicaInfo]):
    """Data set id -> its newest replica at a place, as the catalog had it when that was first asked.

    read     : the replicas of some data sets at the place
    expected : data sets that will be asked for; they are read at once, and any other when it is asked for
    every    : all replicas at the place
    """

    def __init__(
        self,
        read: Callable[[Collection[uuid.UUID], str], _Replicas],
        location: str,
        *,
        expected: Collection[uuid.UUID],
        every: Callable[[str], _Replicas],
    ) -> None:
        self._read, self._location, self._every = read, location, every
        known = read(expected, location)
        self._known: dict[uuid.UUID, ReplicaInfo | None] = {each: known.get(each) for each in expected}

    def __getitem__(self, data_set_id: uuid.UUID) -> ReplicaInfo:
        """Raises KeyError for a data set that was never seen there."""
        if data_set_id not in self._known:
            self._known[data_set_id] = self._read((data_set_id,), self._location).get(data_set_id)
        if (found := self._known[data_set_id]) is None:
            raise KeyError(data_set_id)
        return found

    def __iter__(self) -> Iterator[uuid.UUID]:
        """Of all at the place."""
        return iter(self._every(self._location))

    def __len__(self) -> int:
        """Of all at the place."""
        return len(self._every(self._location))
