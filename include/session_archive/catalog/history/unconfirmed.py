"""Decisions that only a sidecar manifest tells of: kept until a person confirms or rejects them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from session_archive.catalog.history.decisions import (
    Decisions,
    read_decision,
    require_sound,
    stored_decision,
)
from session_archive.catalog.schema.limits import NAME_LENGTH, TEXT_LENGTH
from session_archive.catalog.schema.store import Store, cut, now
from session_archive.errors import RefusedError
from session_archive.states.decisions import Decision


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """One decision that waits for a person.

    number           : by which a person names it
    sidecar_of, sidecar_at : the data set whose sidecar manifest has it, and its location
    """

    number: int
    decision: Decision
    sidecar_of: str
    sidecar_at: str

    @property
    def about(self) -> str:
        """The folder, data set or session that it is on."""
        decision = self.decision
        return decision.target if decision.place or decision.data_set else decision.session

    @property
    def line(self) -> str:
        """To show: what it is about, what was decided, and who tells of it."""
        decision = self.decision
        kind = f" {decision.data_set_type}" if decision.data_set_type else ""
        return (
            f"decision {self.number}, on {self.about}{kind}: {decision.words}; found only in the sidecar manifest of "
            f"{self.sidecar_of} at {self.sidecar_at}. It does not count until somebody says `session-archive decide "
            f"--confirm {self.number}`, or --reject"
        )


class UnconfirmedDecisions:
    """Adds and reads the decisions of sidecar manifests that are on something else than their own data set."""

    def __init__(self, store: Store, *, decisions: Decisions) -> None:
        self._store, self._decisions = store, decisions
        self._table = store.tables.UnconfirmedDecision

    def record(self, decisions: Iterable[Decision], *, sidecar_of: str, sidecar_at: str) -> None:
        """Keep decisions that are not recorded yet, here or as decisions that count.

        sidecar_of, sidecar_at : the data set of the manifest, and its location
        raises           : RefusedError for an incomplete one, or one whose session does not match its key
        """
        new = list(decisions)
        if not new:
            return
        for decision in new:
            require_sound(decision)
        with self._store.writing("unconfirmed decisions"):
            known = [*self._decisions.made(), *(read_decision(row) for row in self._rows())]
            common = {"sidecar_of": sidecar_of, "sidecar_at": sidecar_at, "found_at": now()}
            self._table.insert([{**common, **stored_decision(each)} for each in new if each not in known])

    def waiting(self) -> list[Unconfirmed]:
        """Those that nobody has confirmed or rejected, oldest first."""
        answers = self._table.Answer.full_table_name
        with self._store.reading():
            rows = self._rows(f"WHERE unconfirmed_id NOT IN (SELECT unconfirmed_id FROM {answers})")
        return [
            Unconfirmed(row["unconfirmed_id"], read_decision(row), row["sidecar_of"], row["sidecar_at"])
            for row in rows
        ]

    def answer(self, number: int, *, confirmed: bool, by: str, why: str) -> Unconfirmed:
        """Record what a person says of one; a confirmed one counts from now on, as it was once made.

        raises : RefusedError if no such decision waits
        """
        waiting = {each.number: each for each in self.waiting()}
        if number not in waiting:
            numbers = ", ".join(map(str, waiting)) or "none"
            raise RefusedError(f"no decision {number} waits for a person; expected one of: {numbers}")
        if confirmed:
            # First: if the answer is not written, the same call does it later, and a decision is restored only once.
            self._decisions.restore([waiting[number].decision])
        with self._store.writing("unconfirmed decisions"):
            self._table.Answer.insert1(
                {
                    "unconfirmed_id": number,
                    "confirmed": confirmed,
                    "answered_by": cut(by, NAME_LENGTH),
                    "answered_at": now(),
                    "answer_why": cut(why.strip(), TEXT_LENGTH),
                }
            )
        return waiting[number]

    def _rows(self, condition: str = "") -> list[dict[str, Any]]:
        return self._store.rows(
            f"SELECT * FROM {self._table.full_table_name} {condition} ORDER BY unconfirmed_id"
        )
