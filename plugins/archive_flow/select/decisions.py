"""Decisions as users type them: checked against archive.toml and the lab's pipeline before they are recorded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from archive_flow.select.incomplete import accept_lines
from printable_text import printable
from session_archive.errors import ArchiveError, NamingError
from session_archive.naming.any_layout import read_by_any_layout
from session_archive.states.decisions import Decision, Verdict, find_session

if TYPE_CHECKING:
    from archive_flow.run.context import Run
    from session_archive.catalog.open import Catalog
    from session_archive.settings.load import Settings
    from session_archive.states.state import LabSession


def decision_on(
    settings: Settings,
    catalog: Catalog,
    *,
    verdict: Verdict,
    folder: str,
    session: str,
    decided_by: str,
    why: str,
    data_set_type: str = "",
) -> Decision:
    """A decision on a folder, or on a session if `folder` is ''.

    Raises ArchiveError for a place that is not in archive.toml and for a text that does not name exactly one session of
    the lab's pipeline, NamingError for a session's folder that no layout reads, whether it is accepted or not.
    """
    place, directory = _folder(settings, folder) if folder else ("", "")
    if place:
        read = read_by_any_layout(directory, settings.conventions)
        if read is None and verdict is Verdict.SESSION:
            wrong = settings.conventions.why_unread(directory, list(settings.data_sets))
            raise NamingError(
                f"{printable(directory)!r}: {wrong}; no layout reads it, so it must be renamed first"
            )
        if (
            read is None
            and verdict is Verdict.IGNORE
            and not _left_out(settings, catalog, f"{place}:{directory}")
        ):
            raise ArchiveError(
                f"{place}:{directory}: no layout reads it, and no run has left out such a folder; write it as "
                "`session-archive status --state unclaimed` shows it"
            )
        data_set_type = read.data_set.data_set_type if read else ""
    kinds = [data_set_type] if data_set_type else list(settings.data_sets)
    lab_session = find_session(session, _sessions(catalog, kinds)) if session else None
    return Decision(
        verdict=verdict,
        place=place,
        directory=directory,
        data_set_type=data_set_type,
        session_id=lab_session.id if lab_session else None,
        session_key=lab_session.key if lab_session else {},
        session=str(lab_session) if lab_session else "",
        decided_by=decided_by,
        why=why,
    )


def _left_out(settings: Settings, catalog: Catalog, folder: str) -> bool:
    """True for a folder that the last runs have left out, or one above it."""
    rows = [row for kind in settings.data_sets for row in catalog.states.unclaimed(kind)]
    return any(f"{path}/".startswith(f"{folder}/") for row in rows for path in row.path.split(" + "))


def record_decisions(run: Run) -> list[Decision]:
    """Check the decisions in this run's params, and record them unless it is a dry run.

    Raises ArchiveError, which names the line.
    """
    decisions = [_from_line(run, line) for line in run.params.get("decisions") or []]
    decisions += accept_lines(run)
    if run.selection.dry_run:
        run.given.extend(decisions)
    else:
        run.catalog.decisions.decide(decisions)
    return decisions


def _from_line(run: Run, line: str) -> Decision:
    folder, equals, session = line.partition(" = ")
    if not equals:
        raise ArchiveError(
            f"param decisions: {line!r} is not a decision; expected 'place:folder = session', or '= ignore'"
        )
    ignored = session.strip() == "ignore"
    try:
        return decision_on(
            run.settings,
            run.catalog,
            verdict=Verdict.IGNORE if ignored else Verdict.SESSION,
            folder=folder.strip(),
            session="" if ignored else session.strip(),
            decided_by=run.started_by,
            why=f"param of run {run.run_id}",
        )
    except ArchiveError as error:
        raise ArchiveError(f"param decisions: {line!r}: {error}") from error


def _folder(settings: Settings, text: str) -> tuple[str, str]:
    place, colon, directory = text.partition(":")
    places = [*settings.sources, *settings.locations]
    if not colon or place not in places:
        raise ArchiveError(
            f"{text!r} is not a folder at a place; expected PLACE:FOLDER, where PLACE is one of {', '.join(places)}"
        )
    return place, directory.strip("/")


def _sessions(catalog: Catalog, kinds: Iterable[str]) -> list[LabSession]:
    return [session for kind in kinds for session in catalog.expected_sessions(kind)]
