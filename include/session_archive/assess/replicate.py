"""REPLICATE: which copies are left to the upload, since a rig gives them. Pure."""

from __future__ import annotations

from collections.abc import Collection

from session_archive.states.reasons import TO_COPY
from session_archive.states.state import State, StateRow


def given_by_rig(state: StateRow | None, of_copy: StateRow | None, *, rigs: Collection[str]) -> bool:
    """True while the last that was said of a copy is of a folder on a rig, which an upload sends or has refused.

    state   : of the data set; None if none was recorded
    of_copy : its newest state; None if none was recorded, as after a location was added to archive.toml
    rigs    : names of the sources
    """
    # A folder that no session claimed, and that is gone, has no further state of its copies.
    gone = state is not None and state.state is State.GONE
    if gone or of_copy is None or of_copy.reason.startswith(TO_COPY):
        return False
    return of_copy.path.partition(":")[0] in rigs
