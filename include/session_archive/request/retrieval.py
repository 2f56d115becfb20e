"""Which data sets to retrieve, in addition to subjects, dates and kinds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from session_archive.errors import ArchiveError, NamingError
from session_archive.naming.session_name import DataSetName
from session_archive.request.selection import Selection


@dataclass(frozen=True, slots=True)
class RetrievalRequest:
    """A selection of data sets; each field that is given narrows it.

    sessions    : the lab's sessions as shown, `SC022 2021-01-01 10:30`, or their keys
    data_sets   : exactly these
    restriction : attributes of the catalog's DataSet, or of the lab session's key
    everything  : the whole archive, if nothing else is given
    """

    sessions: tuple[str, ...] = ()
    data_sets: tuple[DataSetName, ...] = ()
    restriction: Mapping[str, Any] = field(default_factory=dict)
    everything: bool = False

    @classmethod
    def from_params(cls, params: Mapping[str, Any], *, selection: Selection) -> RetrievalRequest:
        """Read a run's params. Raises ArchiveError, naming the param; also if nothing narrows the selection.

        selection : from the same params; kinds, file types, probes and cameras alone do not narrow it
        """
        request = cls(
            sessions=tuple(dict.fromkeys(str(text).strip() for text in params.get("sessions") or ())),
            data_sets=data_set_names(params),
            restriction=dict(params.get("restriction") or {}),
            everything=bool(params.get("everything")),
        )
        narrowed = (
            selection.subjects
            or selection.dates
            or request.sessions
            or request.data_sets
            or request.restriction
        )
        if not narrowed and not request.everything:
            raise ArchiveError(
                "no data sets were selected: give at least one of the params subjects, dates, sessions, data_sets and "
                "restriction, or everything = true for the whole archive"
            )
        return request


def data_set_names(params: Mapping[str, Any]) -> tuple[DataSetName, ...]:
    """The data sets of a run's params, each once. Raises ArchiveError for what is no name."""
    return tuple(dict.fromkeys(_name(str(text)) for text in params.get("data_sets") or ()))


def _name(text: str) -> DataSetName:
    try:
        return DataSetName.parse(text.strip())
    except NamingError as error:
        raise ArchiveError(f"param data_sets: {error}") from error
