"""What a person does about each state, in one line; docs/troubleshooting.md says more."""

from __future__ import annotations

from session_archive.states.state import State

ADVICE = {
    State.NOT_FOUND: "look for the folder, or give it the right name; without a recording: session-archive decide",
    State.EMPTY: "copy the recording into the folder",
    State.AMBIGUOUS: "say which session the folder belongs to: session-archive decide, or Decisions of a run",
    State.UNCLAIMED: "enter its session in the lab's pipeline, or session-archive decide",
    State.WAITING: "nothing, unless the reason names what is missing",
    State.READY: "nothing: a later night sends it",
    State.SUBMITTED: "nothing, unless its transfer waits for a person",
    State.VERIFYING: "nothing: what arrived is compared",
    State.ARCHIVED: "nothing",
    State.UNVERIFIED: "nothing: the nights prove it while the rig has it",
    State.DAMAGED: "read the reason, then session-archive repair: it brings the file back from a good copy",
    State.CHANGED: "find out who changed it; the archive keeps what it has",
    State.REFUSED: "read the reason, mend it on the rig or at the destination",
    State.FAILED: "read the reason; the next night tries again",
    State.IGNORED: "nothing; session-archive decide --withdraw ends the decision",
    State.GONE: "nothing",
    State.RETRIEVED: "nothing",
}
