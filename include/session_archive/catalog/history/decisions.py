"""Decisions of people: recorded once, never changed; a later one replaces an earlier one."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from session_archive.catalog.lab.session_keys import session_id
from session_archive.catalog.schema.limits import NAME_LENGTH, TEXT_LENGTH
from session_archive.catalog.schema.store import ROWS, Store, cut, now, read_time, readable, stored_time
from session_archive.errors import RefusedError
from session_archive.fixity.storable import PATH_LENGTH
from session_archive.messages.cause import SNOOZE
from session_archive.naming.session_name import DataSetName
from session_archive.states.decisions import Decision, Verdict, standing

#: Recorded again, these mean something new.
_AGAIN = frozenset({Verdict.WITHDRAW, Verdict.SEND_AGAIN})
#: On a data set, whichever files it has.
_ABOUT_ANY_FILES = frozenset({Verdict.WITHDRAW, Verdict.KEEP, Verdict.KEEP_NO_LONGER})


class Decisions:
    """Adds and reads the decisions of people."""

    def __init__(self, store: Store) -> None:
        self._store, self._table = store, store.tables.Decision

    def decide(self, decisions: Iterable[Decision]) -> list[Decision]:
        """Record decisions; returns those that are new.

        raises : RefusedError for one without a name, a reason or a subject
        """
        complete = [replace(each, why=cut(each.why.strip(), TEXT_LENGTH)) for each in decisions]
        for decision in complete:
            _require_complete(decision)
        with self._store.writing("decisions"):
            in_force = {_identity(each) for each in standing(self._rows())}
            new = [each for each in complete if each.verdict in _AGAIN or _identity(each) not in in_force]
            self._table.insert([stored_decision(each) for each in new])
        return new

    def restore(self, decisions: Iterable[Decision]) -> None:
        """Restore decisions as they were once made; one that is recorded already stays as it is.

        raises : RefusedError for an incomplete one, or one whose session does not match its key
        """
        restored = list(decisions)
        if not restored:
            return
        for decision in restored:
            require_sound(decision)
        with self._store.writing("decisions"):
            known = self._rows()
            self._table.insert([stored_decision(each) for each in restored if each not in known])

    def made(self, data_set_type: str | None = None) -> list[Decision]:
        """Every decision ever made, oldest first; `standing` gives those in force.

        data_set_type : those that apply to this type; None for all
        """
        with self._store.reading():
            return self._rows() if data_set_type is None else self._of_type("TRUE", [], data_set_type)

    def on_data_sets(self, data_set_ids: Collection[uuid.UUID], data_set_type: str) -> list[Decision]:
        """As `made`, only those on files of these data sets: the number of all others costs nothing."""
        ids, found = [each.bytes for each in data_set_ids], list[Decision]()
        with self._store.reading():
            for first in range(0, len(ids), ROWS):
                some = ids[first : first + ROWS]
                found += self._of_type("place = '' AND data_set_id IN %s", [some], data_set_type)
        return found

    def on_folders_and_sessions(self, data_set_type: str) -> list[Decision]:
        """As `made`, without those on files of data sets."""
        with self._store.reading():
            return self._of_type("data_set_id IS NULL", [], data_set_type)

    def that_may_concern(self, data_set: DataSetName) -> list[Decision]:
        """As `made`, without those on files of other data sets."""
        of_it = "(data_set_id = %s OR data_set_id IS NULL)"
        with self._store.reading():
            return self._of_type(of_it, [data_set.id.bytes], data_set.data_set_type)

    def _of_type(self, condition: str, arguments: Sequence[object], data_set_type: str) -> list[Decision]:
        return self._rows(f"{condition} AND data_set_type IN %s", *arguments, ["", data_set_type])

    def _rows(self, condition: str = "TRUE", *arguments: object) -> list[Decision]:
        name = self._table.full_table_name
        # `Snoozes` reads the others: they are about a message, not about anything that is archived.
        sql = f"SELECT * FROM {name} WHERE {condition} AND verdict <> %s ORDER BY decision_id"
        return readable(self._store.rows(sql, *arguments, SNOOZE), read_decision, table="Decision")


def require_sound(decision: Decision) -> None:
    """Raise RefusedError for a restored decision that is incomplete, or whose session does not match its key."""
    _require_complete(decision)
    if decision.session_id and decision.session_id != session_id(decision.session_key):
        raise RefusedError(f"a decision on {decision.target}: its session does not match its session key")


def _require_complete(decision: Decision) -> None:
    if not decision.decided_by or not decision.why:
        raise RefusedError(
            f"a decision on {decision.target} needs a name and a reason; it cannot be changed later"
        )
    if not ((decision.place and decision.directory) or decision.data_set or decision.session_id):
        raise RefusedError("a decision must name a folder, a data set or a session; this one names none")
    if decision.verdict is Verdict.SESSION and not (decision.place and decision.session_id):
        raise RefusedError(f"{decision.target}: to assign a folder to a session, both are needed")
    if decision.data_set and decision.verdict not in _ABOUT_ANY_FILES and not decision.manifest_id:
        raise RefusedError(f"{decision.target}: a decision on a data set needs files that a run has seen")
    if len(decision.directory) > PATH_LENGTH:
        raise RefusedError(f"{decision.target}: the catalog stores paths of up to {PATH_LENGTH} characters")


def _identity(decision: Decision) -> tuple[Any, ...]:
    """What makes a decision differ from another; who, when and why does not."""
    return (
        decision.target,
        decision.verdict,
        decision.data_set_type,
        decision.session_id,
        decision.manifest_id,
        decision.file,
        decision.copy_at,
    )


def stored_decision(decision: Decision) -> dict[str, Any]:
    """The columns of a decision."""
    return {
        "verdict": decision.verdict.value,
        "place": decision.place,
        "directory": decision.directory,
        "data_set_id": DataSetName.parse(decision.data_set).id if decision.data_set else None,
        "data_set_name": decision.data_set,
        "manifest_id": decision.manifest_id,
        "file_path": decision.file,
        "copy_at": decision.copy_at,
        "data_set_type": decision.data_set_type,
        "session_id": decision.session_id,
        "session_key": json.dumps(decision.session_key, sort_keys=True),
        "session": cut(decision.session, NAME_LENGTH),
        "decided_by": cut(decision.decided_by, NAME_LENGTH),
        "decided_at": stored_time(decision.decided_at) or now(),
        "why": decision.why,
    }


def read_decision(row: Mapping[str, Any]) -> Decision:
    """The decision of a row."""
    return Decision(
        verdict=Verdict(row["verdict"]),
        place=row["place"],
        directory=row["directory"],
        data_set=row["data_set_name"],
        manifest_id=row["manifest_id"],
        file=row["file_path"],
        copy_at=row["copy_at"],
        data_set_type=row["data_set_type"],
        session_id=uuid.UUID(bytes=row["session_id"]) if row["session_id"] else None,
        session_key=json.loads(row["session_key"]),
        session=row["session"],
        decided_by=row["decided_by"],
        decided_at=read_time(row["decided_at"]),
        why=row["why"],
    )
