"""Further gates of a run that a person gave to a session: each is a data set of its own, and the session has several.

If nothing else was ever seen of the session, the first of them stands for it: all that was kept of the run.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from session_archive.assess.left_out import Gate
from session_archive.naming.any_layout import read_by_any_layout
from session_archive.naming.conventions import Conventions
from session_archive.recording.cataloged import LinkedDataSet
from session_archive.recording.sessions import Claim
from session_archive.states.state import State


def with_gates(
    claims: Iterable[Claim], gates: Mapping[uuid.UUID, tuple[Gate, ...]], *, own_seen: Collection[uuid.UUID]
) -> tuple[Claim, ...]:
    """The claims, in which further gates follow their session's own.

    own_seen : ids of sessions of which a run has seen a data set that is none of these gates: it may be lost, and no
               gate stands for it
    """
    return tuple(
        each for claim in claims for each in _of_session(claim, gates.get(claim.session.id, ()), own_seen)
    )


def _of_session(claim: Claim, gates: Sequence[Gate], own_seen: Collection[uuid.UUID]) -> Iterator[Claim]:
    stands = claim.state is State.NOT_FOUND and not claim.decided and claim.session.id not in own_seen
    if gates and stands:
        # One that is still there, as long as one is.
        first = next((gate for gate in gates if gate.found), gates[0])
        yield replace(_claim(claim, first), further=False)
        gates = [gate for gate in gates if gate is not first]
    else:
        yield claim
    yield from (_claim(claim, gate) for gate in gates)


def _claim(claim: Claim, gate: Gate) -> Claim:
    given = LinkedDataSet(gate.data_set, gate.decision.directory)
    of_gate = Claim(
        claim.session, gate.data_set.session, found=gate.found, decided=True, further=True, given=given
    )
    if gate.found:
        return of_gate
    reason = f"no such folder: {gate.decision.target} was {gate.decision.words}"
    return replace(of_gate, state=State.NOT_FOUND, reason=reason)


def main_and_further(
    linked: Mapping[uuid.UUID, Sequence[LinkedDataSet]], *, conventions: Conventions
) -> tuple[dict[uuid.UUID, LinkedDataSet], dict[uuid.UUID, tuple[LinkedDataSet, ...]]]:
    """Each session's own data set, and the further gates that belong to it, by the session's id."""
    main: dict[uuid.UUID, LinkedDataSet] = {}
    further: dict[uuid.UUID, tuple[LinkedDataSet, ...]] = {}
    for session_id, data_sets in linked.items():
        for each in data_sets:
            if session_id in main or _is_gate(each, conventions):
                further[session_id] = (*further.get(session_id, ()), each)
            else:
                main[session_id] = each
    return main, further


def _is_gate(data_set: LinkedDataSet, conventions: Conventions) -> bool:
    # Most names show at once that it is none; there may be a hundred thousand.
    if not re.search("g[1-9][0-9]*$", data_set.name.session.ident):
        return False
    read = read_by_any_layout(data_set.directory.partition("\n")[0], conventions)
    return read is not None and read.gate > 0
