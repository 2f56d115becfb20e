"""A recording that its own files prove incomplete, and that a person accepts as it is: sent, and said so. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from session_archive.assess.known import Known
from session_archive.assess.verdict import Assessment, Record
from session_archive.fixity.accepted import Accepted
from session_archive.naming.session_name import DataSetName
from session_archive.recording.completeness import Finding
from session_archive.states.state import State

#: So many findings stand in a state's reason; the catalog has all of them with the observation.
_NAMED_AT_MOST = 3


def as_accepted(findings: Sequence[Finding], accepted: Accepted) -> tuple[Finding, ...]:
    """The findings as readiness counts them: if a person accepted these files, none holds the data set back.

    accepted : what people accepted as incomplete, of exactly these files
    """
    return tuple(replace(each, blocks=False) for each in findings) if accepted else tuple(findings)


def incomplete_words(findings: Sequence[Finding], accepted: Accepted) -> str:
    """Who accepted it as incomplete and what is missing or odd, for its state; '' if nobody did."""
    if not accepted:
        return ""
    missing = [str(each) for each in findings if each.blocks]
    more = len(missing) - _NAMED_AT_MOST
    named = missing[:_NAMED_AT_MOST] + ([f"and {more} more"] if more > 0 else [])
    return "; ".join((accepted.words, *named))


def stays_noted(assessment: Assessment, name: DataSetName, known: Known) -> Assessment:
    """The assessment of an archived data set, which says every night that it was accepted as incomplete.

    name : of the data set that was assessed
    """
    if not isinstance(assessment, Record) or assessment.state is not State.ARCHIVED:
        return assessment
    words = known.incomplete.get(assessment.of.name.id if assessment.of else name.id, "")
    return replace(assessment, reason="; ".join(filter(None, (assessment.reason, words))))
