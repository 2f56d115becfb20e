"""REPLICATE: which copies are left to the upload, since a rig gives them. Pure."""

from __future__ import annotations

from collections.abc import Collection

from session_archive.states.reasons import TO_COPY
from session_archive.states.state import StateRow


def given_by_rig(of_copy: StateRow | None, *, rigs: Collection[str]) -> bool:
    """True while the last that was said of a copy is of a folder on a rig, which an upload sends or has refused.

    of_copy : its newest state; None if none was recorded, as after a location was added to archive.toml
    rigs    : names of the sources
    """
    if of_copy is None or of_copy.reason.startswith(TO_COPY):
        return False
    return of_copy.path.partition(":")[0] in rigs
