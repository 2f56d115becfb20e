"""Which decisions of a trusted sidecar manifest count by themselves, and which only once a person confirms them. Pure.

Anybody who may write into the archive may write a manifest that agrees with the files there. So it may speak about its
own data set and folder, with which it is trusted anyway, and about nothing else.
"""

from __future__ import annotations

from session_archive.naming.session_name import lines
from session_archive.sidecar.document import SidecarManifest
from session_archive.states.decisions import Decision, Verdict


def own_decisions(sidecar: SidecarManifest) -> tuple[Decision, ...]:
    """Those about this data set and its folder in the archive; they come back with its rows."""
    return tuple(each for each in sidecar.decisions if _is_own(each, sidecar))


def foreign_decisions(sidecar: SidecarManifest) -> tuple[Decision, ...]:
    """All others, such as an ignored session or an ignored folder on a rig: a person has to confirm them."""
    return tuple(each for each in sidecar.decisions if not _is_own(each, sidecar))


def _is_own(decision: Decision, sidecar: SidecarManifest) -> bool:
    if decision.data_set_type not in ("", sidecar.name.data_set_type):
        return False
    if not decision.place:
        return decision.data_set == sidecar.data_set
    if decision.directory not in lines(sidecar.directory):
        return False
    # By the same words on the rig's folder the data set got the session that the manifest names.
    same_session = decision.verdict is Verdict.SESSION and decision.session_key == sidecar.session_key
    return decision.place == sidecar.location or same_session
