"""`session-archive decide`: records once what only a person can know."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from archive_flow.select.decisions import decision_on
from session_archive.cli.catalog_login import open_catalog
from session_archive.errors import SettingsError
from session_archive.settings.load import load_settings
from session_archive.states.decisions import Decision, Verdict
from session_archive.terminal import Console


def decide(
    folder: Annotated[
        str | None,
        typer.Argument(help="The folder, as `status` shows it: rig1:SC033/catgt_SC033_111219_surface_g0"),
    ] = None,
    session: Annotated[
        str | None,
        typer.Option(
            help="Its session: 'SC033 2019-11-12 10:30', or the key: 'subject_id=456772, session=5'."
        ),
    ] = None,
    ignore: Annotated[
        bool, typer.Option(help="Never archive the folder; without a folder, expect no data for the session.")
    ] = False,
    withdraw: Annotated[bool, typer.Option(help="Withdraw the decision on the folder or session.")] = False,
    kind: Annotated[
        str, typer.Option(help="With an ignored session: only this data set type of archive.toml.")
    ] = "",
    confirm: Annotated[
        int | None,
        typer.Option(help="Confirm the decision with this number, which only a sidecar manifest tells of."),
    ] = None,
    reject: Annotated[int | None, typer.Option(help="Reject the decision with this number.")] = None,
    why: Annotated[str, typer.Option(help="The reason, for someone who reads it in ten years.")] = "",
    by: Annotated[str, typer.Option(help="Who decides.", show_default="your login")] = "",
) -> None:
    """Assign a folder to a session, or ignore a folder or a session; recorded for all later runs.

    A later decision on the same folder replaces the earlier one; both stay in the catalog.
    """
    if confirm is not None or reject is not None:
        if folder or session or ignore or withdraw or (confirm is not None and reject is not None):
            raise SettingsError("--confirm and --reject stand alone: give one of them, with --why")
        verdict = None
    else:
        verdict = _verdict(folder, session, ignore=ignore, withdraw=withdraw)
    if not why.strip():
        raise SettingsError("--why: a reason is needed; it is recorded with your name")
    by = by or getpass.getuser()
    if verdict is None:
        _answer(confirm=confirm, reject=reject, by=by, why=why)
        return
    settings = load_settings()
    if kind and kind not in settings.data_sets:
        raise SettingsError(
            f"--kind: {kind!r} is not in archive.toml; there are {', '.join(settings.data_sets)}"
        )
    with open_catalog(settings) as catalog:
        decision = decision_on(
            settings,
            catalog,
            verdict=verdict,
            folder=folder or "",
            session=session or "",
            data_set_type=kind,
            decided_by=by,
            why=why,
        )
        new = catalog.decisions.decide([decision])
    Console(highlight=False).print(_message(decision, new=bool(new)), markup=False, soft_wrap=True)


def _answer(*, confirm: int | None, reject: int | None, by: str, why: str) -> None:
    """Confirm or reject a decision that only a sidecar manifest tells of."""
    number = reject if confirm is None else confirm
    assert number is not None, "one of them is given"
    with open_catalog(load_settings()) as catalog:
        answered = catalog.unconfirmed.answer(number, confirmed=confirm is not None, by=by, why=why)
    done = "rejected; it never counts" if confirm is None else "confirmed; it counts from now on"
    line = f"decision {answered.number}, {answered.decision.words}: {done}"
    Console(highlight=False).print(line, markup=False, soft_wrap=True)


def _verdict(folder: str | None, session: str | None, *, ignore: bool, withdraw: bool) -> Verdict:
    if not folder and not session:
        raise SettingsError("give a FOLDER, or a --session to ignore")
    if (ignore and withdraw) or (folder and session and (ignore or withdraw)):
        raise SettingsError("give exactly one of --session, --ignore and --withdraw for the folder")
    if ignore or withdraw:
        return Verdict.IGNORE if ignore else Verdict.WITHDRAW
    if not folder or not session:
        raise SettingsError("give exactly one of --session, --ignore and --withdraw for the folder")
    return Verdict.SESSION


def _message(decision: Decision, *, new: bool) -> str:
    subject = f"{decision.place}:{decision.directory}" if decision.place else decision.session
    return f"{subject} {decision.words}" if new else f"{subject}: already decided; nothing new is recorded"
