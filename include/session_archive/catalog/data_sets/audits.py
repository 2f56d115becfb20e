"""Records what audits see of archived copies: a verification, damage that is new or gone, the state; all in one."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from session_archive.assess.audit import CatalogedCopy, CopyLook, Outcome, Taken, outcome
from session_archive.catalog.data_sets.audited_copies import LISTING, PROVEN, READ, newest_looks
from session_archive.catalog.data_sets.rows import difference_rows
from session_archive.catalog.history.damages import Damages
from session_archive.catalog.history.states import States
from session_archive.catalog.schema.store import ROWS, Store, cut, stored_time
from session_archive.catalog.schema.tables import TEXT_LENGTH
from session_archive.fixity.compare import Difference
from session_archive.fixity.damage import Damage, damage_words
from session_archive.fixity.storable import PATH_LENGTH
from session_archive.naming.session_name import DataSetName
from session_archive.states.state import State, StateRow


@dataclass(frozen=True, slots=True)
class Audited:
    """What a look has added.

    outcome : damage that is new, gone, and known now; None if the replica is another one by now
    changed : the data set has another state than before
    verification_id : of the look; None if nothing was recorded
    """

    state: State
    reason: str
    outcome: Outcome | None
    changed: bool = False
    verification_id: uuid.UUID | None = None


class Audits:
    """The looks of audits."""

    def __init__(self, store: Store, *, states: States, damages: Damages) -> None:
        self._store, self._tables = store, store.tables
        self._states, self._damages = states, damages

    def looked_in(
        self, names: Collection[DataSetName], *, dag_id: str, run_id: str, place: str, reading: bool
    ) -> dict[uuid.UUID, tuple[State, str]]:
        """State and reason of those that this run of Airflow has looked at: a worker may have died since.

        Each group of a run asks, so that it reads nothing of the other groups.

        reading : its looks that read content, instead of those that only listed
        """
        by_id = {name.id: name for name in names}
        if not by_id:
            return {}
        verifications = [
            row["verification_id"]
            for how in ((READ, PROVEN) if reading else (LISTING,))
            for row in newest_looks(self._store, place, how=how, ids=[each.bytes for each in by_id])
        ]
        if not verifications:
            return {}
        with self._store.reading():
            rows = self._store.rows(
                f"SELECT data_set_id FROM {self._tables.Verification.full_table_name} "
                "WHERE verification_id IN %s AND run_id = %s AND dag_id = %s",
                verifications,
                run_id,
                dag_id,
            )
            looked = {uuid.UUID(bytes=row["data_set_id"]) for row in rows}
            newest = self._newest_states([by_id[each] for each in looked], place)
        return {
            each: (newest[each].state, newest[each].reason) if each in newest else (State.ARCHIVED, "")
            for each in looked
        }

    def record(self, copy: CatalogedCopy, look: CopyLook, taken: Taken) -> Audited:
        """Record one look, in one short transaction; nothing if the data set has another replica by now."""
        with self._store.writing(f"data set {copy.id}"):
            return self.append(copy, look, taken)

    def append(self, copy: CatalogedCopy, look: CopyLook, taken: Taken) -> Audited:
        """As `record`, inside an open transaction that writes this data set."""
        place, now = taken.place, taken.now
        newest = self._newest_states([copy.name], place).get(copy.id)
        if not self._is_newest(copy, place):
            return Audited(*_as_it_is(newest, copy), None)
        known = self._damages.of((copy.id,), place).get(copy.id, ())
        found = outcome(look, known, copy=copy, now=now)
        verification_id = self._insert_verification(copy, look, taken)
        self._insert_damage(copy, found, place=place, verification_id=verification_id, now=now)
        state, reason = _state(copy, found, newest, taken)
        row = replace(
            newest or StateRow(copy.name.data_set_type, copy.id, state, session=str(copy.name.session)),
            state=state,
            reason=reason,
            data_set=str(copy.name),
            path=(newest.path if newest else "") or f"{place}:{copy.directory.splitlines()[0]}",
            n_files=copy.n_files,
            n_bytes=copy.n_bytes,
            run_id=taken.run_id,
            place=place,
        )
        changed = newest is None or newest.state is not state or newest.reason != reason
        if changed and (found.still or found.ended):
            self._states.append(row)
        return Audited(state, reason, found, changed and bool(found.still or found.ended), verification_id)

    def _is_newest(self, copy: CatalogedCopy, place: str) -> bool:
        rows = self._store.rows(
            f"SELECT revision, manifest_id FROM {self._tables.Replica.full_table_name} "
            "WHERE data_set_id = %s AND storage_location = %s ORDER BY revision DESC LIMIT 1",
            copy.id.bytes,
            place,
        )
        return bool(rows) and (rows[0]["revision"], rows[0]["manifest_id"]) == (
            copy.revision,
            copy.manifest_id,
        )

    def _newest_states(self, names: Collection[DataSetName], place: str) -> dict[uuid.UUID, StateRow]:
        """Of the session, or of the folder that no session claims, which a data set is of now; of this copy of it."""
        found = {}
        for kind in {name.data_set_type for name in names}:
            ids = {str(name): name.id for name in names if name.data_set_type == kind}
            newest = {row.data_set: row for row in self._states.of_data_sets(ids.keys(), kind)}
            copies = self._states.of_copies([row.target for row in newest.values()], kind)
            for row in newest.values():
                found[ids[row.data_set]] = copies.get(row.target, {}).get(place, row)
        return found

    def _insert_verification(self, copy: CatalogedCopy, look: CopyLook, taken: Taken) -> uuid.UUID:
        t, verification_id, at = self._tables, uuid.uuid4(), stored_time(taken.now)
        differences = list(_differences(look))
        t.Verification.insert1(
            {
                "verification_id": verification_id,
                "data_set_id": copy.id,
                "data_set_name": str(copy.name),
                "place": taken.place,
                "route": taken.route,
                "submission_id": taken.submission_id,
                "manifest_id": copy.manifest_id,
                # Names, sizes and times prove no content.
                "verdict": "failed"
                if look.report.differences
                else "verified"
                if look.proves
                else "unverified",
                "method": cut(taken.method, TEXT_LENGTH),
                "n_files": look.report.n_files,
                "n_bytes": look.report.n_bytes,
                "n_differences": len(differences),
                "dag_id": taken.dag_id,
                "run_id": taken.run_id,
                "verified_at": at,
            }
        )
        t.Verification.Difference.insert(difference_rows(verification_id, differences), chunk_size=ROWS)
        t.AuditLook.insert1(
            {
                "place": taken.place,
                "how": (PROVEN if look.proves else READ) if taken.reading else LISTING,
                "data_set_id": copy.id,
                "looked_at": at,
                "revision": copy.revision,
                "listed_id": look.listed_id,
                "verification_id": verification_id,
            }
        )
        return verification_id

    def _insert_damage(
        self, copy: CatalogedCopy, found: Outcome, *, place: str, verification_id: uuid.UUID, now: dt.datetime
    ) -> None:
        if found.ended:
            ids = self._damages.ids(copy.id, place)
            rows = [
                {
                    "damage_id": ids[each.path],
                    "verification_id": verification_id,
                    "ended_at": stored_time(now),
                }
                for each in found.ended
            ]
            self._tables.Damage.Ended.insert(rows, chunk_size=ROWS)
        common: dict[str, Any] = {
            "data_set_id": copy.id,
            "data_set_name": str(copy.name),
            "place": place,
            "revision": copy.revision,
            "verification_id": verification_id,
        }
        rows = [{**common, **_damage_row(each)} for each in found.new]
        self._tables.Damage.insert(rows, chunk_size=ROWS)


def _damage_row(damage: Damage) -> dict[str, Any]:
    return {
        "damage_id": uuid.uuid4(),
        "file_path": cut(damage.path, PATH_LENGTH),
        "problem": damage.problem,
        "detail": cut(damage.detail, TEXT_LENGTH),
        "whole_at": stored_time(damage.whole_at),
        "found_at": stored_time(damage.found_at),
    }


def _differences(look: CopyLook) -> Iterable[Difference]:
    yield from look.report.differences
    yield from (Difference(path, "extra", "not in the catalog") for path in look.report.extra)
    yield from (Difference(path, "touched", "the cataloged size, and another time") for path in look.touched)


def _as_it_is(newest: StateRow | None, copy: CatalogedCopy) -> tuple[State, str]:
    if newest:
        return newest.state, newest.reason
    return (State.ARCHIVED if copy.verified else State.UNVERIFIED), ""


def _state(copy: CatalogedCopy, found: Outcome, newest: StateRow | None, taken: Taken) -> tuple[State, str]:
    if found.still:
        return State.DAMAGED, damage_words(taken.place, found.still, n_files=copy.n_files)
    if found.ended:
        first = min(each.found_at for each in found.ended)
        words = (
            taken.mended or f"found as cataloged again at {taken.place} on {taken.now:%Y-%m-%d %H:%M:%S} UTC"
        )
        words += f"; damage of it was found on {first:%Y-%m-%d %H:%M:%S} UTC"
        return (State.ARCHIVED if copy.verified else State.UNVERIFIED), words
    return _as_it_is(newest, copy)
