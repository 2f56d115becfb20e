"""One data set: its story from the first look on."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from archive_flow.page.globus_app import globus_app
from archive_flow.page.page_request import reader_of
from archive_flow.page.rendering import page
from session_archive.archive_page.calendar import placed
from session_archive.catalog.queries.story import Row, data_set_id
from session_archive.catalog.read_only import ReadOnlyCatalog
from session_archive.settings.load import Settings
from session_archive.states.decisions import Decision
from session_archive.states.state import State, StateRow

router = APIRouter()

#: Files of one page.
FILES = 200


@dataclass(frozen=True, slots=True)
class Story:
    """What is known of one data set; each list the newest first.

    digests    : path id -> its digests; more : whether there are further files
    globus_app : of the service that had its transfers
    """

    row: StateRow
    states: tuple[StateRow, ...] = ()
    copies: tuple[StateRow, ...] = ()
    decisions: tuple[Decision, ...] = ()
    looks: tuple[Row, ...] = ()
    findings: tuple[Row, ...] = ()
    attempts: tuple[Row, ...] = ()
    verifications: tuple[Row, ...] = ()
    replicas: tuple[Row, ...] = ()
    retrievals: tuple[Row, ...] = ()
    repairs: tuple[Row, ...] = ()
    files: tuple[Row, ...] = ()
    digests: Mapping[bytes, list[Row]] = field(default_factory=dict)
    more: bool = False
    globus_app: str = ""


@router.get("/data-set", response_class=HTMLResponse)
async def data_set(
    request: Request, kind: str = "", id: str = "", session: str = "", files: int = 1
) -> HTMLResponse:
    """The story of the data set with this type and target."""

    def question(catalog: ReadOnlyCatalog, settings: Settings) -> Story | None:
        target = read_target(id)
        if target is None or kind not in settings.data_sets:
            return None
        found = read_story(catalog, kind, target, session=session, files=min(max(files, 1), 10_000))
        return found and replace(found, globus_app=globus_app(settings))

    story = await reader_of(request).read(question)
    if story is None:
        raise HTTPException(404, "The catalog knows no such data set; the link may be of another catalog.")
    return page("data_set.html", story=story, page_of_files=files)


def read_target(text: str) -> uuid.UUID | None:
    """The target of an address; None if it is none."""
    try:
        return uuid.UUID(hex=text)
    except ValueError:
        return None


def read_story(
    catalog: ReadOnlyCatalog, kind: str, target: uuid.UUID, *, session: str = "", files: int = 1
) -> Story | None:
    """The story; None for a target that the catalog and the lab do not know.

    session : as shown, for one that no run has looked at
    files   : page of its files, from 1
    """
    reads = catalog.story
    states = reads.states(kind, target)
    if not states:
        row = _unseen(catalog, kind, target, session)
        return Story(row) if row else None
    row = states[0]
    name = next((each.data_set for each in states if each.data_set), "")
    path = next((each.path for each in states if each.path), "")
    decisions = tuple(reads.decisions(target, data_set=name, path=path))
    id = data_set_id(name)
    if id is None:
        return Story(row, tuple(states), decisions=decisions)
    looks = reads.looks(id)
    shown = reads.files(id, limit=FILES + 1, offset=(files - 1) * FILES)
    digests: dict[Any, list[Row]] = {}
    for digest in reads.digests(id, [file["path_id"] for file in shown[:FILES]]):
        digests.setdefault(digest["path_id"], []).append(digest)
    return Story(
        row=row,
        states=tuple(states),
        copies=tuple(reads.copies(kind, target)),
        decisions=decisions,
        looks=tuple(looks),
        findings=tuple(reads.findings(looks[0]["look_id"])) if looks else (),
        attempts=tuple(reads.attempts(id)),
        verifications=tuple(reads.verifications(id)),
        replicas=tuple(reads.replicas(id)),
        retrievals=tuple(reads.retrievals(id)),
        repairs=tuple(reads.repairs(id)),
        files=tuple(shown[:FILES]),
        digests=digests,
        more=len(shown) > FILES,
    )


def _unseen(catalog: ReadOnlyCatalog, kind: str, target: uuid.UUID, session: str) -> StateRow | None:
    """The row of a session that no run has looked at, if the lab has one of this id under these words."""
    where = placed(StateRow(kind, target, State.NOT_FOUND, session=session))
    if where is None:
        return None
    rows = catalog.coverage.rows([kind], subjects=[where.subject], span=(where.day, where.day))
    return next((row for _, row in rows if row.target == target), None)
