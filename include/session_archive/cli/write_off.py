"""`session-archive write-off`: a person ends the record of a transfer that Globus does not answer for."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from session_archive import clock
from session_archive.cli.catalog_login import open_catalog
from session_archive.errors import ArchiveError, SettingsError
from session_archive.settings.load import load_settings
from session_archive.terminal import Console
from session_archive.transfers.standing import written_off

if TYPE_CHECKING:
    from session_archive.transfers.submission import Submission


def write_off(
    transfer: Annotated[
        str,
        typer.Argument(help="The data set, or the id of the Globus task, as the night's summary names it."),
    ],
    why: Annotated[str, typer.Option(help="The reason, for someone who reads it in ten years.")] = "",
    by: Annotated[str, typer.Option(help="Who decides.", show_default="your login")] = "",
) -> None:
    """Write off a transfer whose state Globus has not given for more than a day, after a look in the Globus web app.

    Make sure there that it has ended. The next run compares the files at the destination, and sends what is missing.
    """
    if not why.strip():
        raise SettingsError("--why: a reason is needed; it is recorded with your name")
    with open_catalog(load_settings()) as catalog:
        submission = named(transfer, catalog.ledger.unfinished())
        standing = catalog.inquiries.newest([submission.submission_id]).get(submission.submission_id)
        outcome = written_off(
            standing, name=submission.data_set, by=by or getpass.getuser(), why=why, now=clock.utc_now()
        )
        catalog.ledger.finish(submission.submission_id, outcome)
    Console(highlight=False).print(f"{submission.data_set}: {outcome.detail}", markup=False, soft_wrap=True)


def named(name: str, unfinished: Sequence[Submission]) -> Submission:
    """The one unfinished transfer that a person means. Raises ArchiveError unless there is exactly one."""
    matching = [each for each in unfinished if name in (each.data_set, str(each.transfer_task_id))]
    if len(matching) == 1:
        return matching[0]
    if matching:
        tasks = ", ".join(f"{each.transfer_task_id} to {each.destination}" for each in matching)
        raise ArchiveError(
            f"{name} has {len(matching)} unfinished transfers; name one by its Globus task: {tasks}"
        )
    others = ", ".join(sorted({each.data_set for each in unfinished})) or "none"
    raise ArchiveError(f"{name}: there is no such unfinished transfer; unfinished: {others}")
