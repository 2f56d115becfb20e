"""`session-archive accept`: a person's word for bytes that nothing else proves, or for a checksum that is wrong."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from session_archive.cli.catalog_login import open_catalog
from session_archive.errors import ArchiveError, SettingsError
from session_archive.naming.session_name import DataSetName
from session_archive.settings.load import load_settings
from session_archive.states.decisions import Decision, Verdict
from session_archive.states.state import State, StateRow

if TYPE_CHECKING:
    from session_archive.catalog.open import Catalog
    from session_archive.settings.load import Settings


def accept(
    data_set: Annotated[str, typer.Argument(help="Its name: raw-ephys/SC022/2021-01-01")],
    without_checksum: Annotated[
        bool,
        typer.Option(help="The files are right, and the checksum that SpikeGLX wrote beside them is not."),
    ] = False,
    again: Annotated[
        bool, typer.Option(help="Send files whose checksum did not match once more, checksum and all.")
    ] = False,
    file: Annotated[
        list[str] | None, typer.Option(help="Only this file, as the reason names it; can be given again.")
    ] = None,
    withdraw: Annotated[bool, typer.Option(help="What was accepted of it no longer holds.")] = False,
    why: Annotated[str, typer.Option(help="The reason, for whoever reads it in ten years.")] = "",
    by: Annotated[str, typer.Option(help="Who decides.", show_default="your login")] = "",
) -> None:
    """Accept files that lie in the archive with nothing to prove them, or whose checksum did not match.

    It holds for the files as a run has seen them, and no longer once one of them has another size or time. The next run
    takes the data set up: upload_sessions, or discover_sessions where its folder is no longer on the rig.
    """
    if without_checksum + again + withdraw > 1:
        raise SettingsError("one of --without-checksum, --again and --withdraw can be given")
    if file and (again or withdraw):
        raise SettingsError("--file: with --again and --withdraw the whole data set is meant")
    if not why.strip():
        raise SettingsError("--why: a reason is needed; it is written down with your name")
    settings = load_settings()
    name = DataSetName.parse(data_set)
    if name.data_set_type not in settings.data_sets:
        raise SettingsError(
            f"{data_set}: {name.data_set_type!r} is not in archive.toml; there are {', '.join(settings.data_sets)}"
        )
    verdict = Verdict.WITHDRAW if withdraw else Verdict.SEND_AGAIN if again else Verdict.ACCEPT_CONTENT
    if without_checksum:
        verdict = Verdict.ACCEPT_WITHOUT_CHECKSUM
    with open_catalog(settings) as catalog:
        manifest_id = "" if withdraw else _manifest_id(settings, catalog, name, verdict)
        decisions = [
            Decision(
                verdict=verdict,
                data_set=data_set,
                data_set_type=name.data_set_type,
                manifest_id=manifest_id,
                file=path,
                decided_by=by or getpass.getuser(),
                why=why,
            )
            for path in _files(catalog, name, manifest_id, file or [])
        ]
        new = catalog.decide(decisions)
    console = Console(highlight=False)
    for decision in decisions:
        about = " ".join(filter(None, (data_set, decision.file)))
        words = decision.words if decision in new else "so it was decided before; nothing new is written down"
        console.print(f"{about}: {words}", markup=False, soft_wrap=True)


def _manifest_id(settings: Settings, catalog: Catalog, name: DataSetName, verdict: Verdict) -> str:
    """The files that are meant: those that a run has seen. Raises ArchiveError where there is nothing to accept."""
    # It brings Airflow, which this command needs and the list of commands does not.
    from archive_flow.submissions.outcome import MISMATCH

    location = settings.data_sets[name.data_set_type].location
    replica = catalog.replicas(location).get(name.id)
    if replica and replica.verified:
        raise ArchiveError(f"{name} is archived, and its bytes are proven: there is nothing to accept")
    if verdict is not Verdict.ACCEPT_CONTENT:
        for submission, outcome in catalog.attempts(name.id, location)[-1:]:
            if outcome and MISMATCH in outcome.detail:
                return submission.manifest_id
        raise ArchiveError(
            f"{name}: no checksum of its last transfer was wrong; `session-archive status --unsafe` says what is"
        )
    if replica:
        return replica.manifest_id
    state = next(
        (row for row in catalog.states(data_set_type=name.data_set_type) if row.data_set == str(name)), None
    )
    if state is None or state.state not in (State.REFUSED, State.UNVERIFIED):
        raise ArchiveError(
            f"{name} is {state.state if state else 'unknown: no run has seen it'}; only what was refused or is "
            "unverified can be accepted"
        )
    return _listed(settings, catalog, name, state)


def _listed(settings: Settings, catalog: Catalog, name: DataSetName, state: StateRow) -> str:
    """The files that the run saw which left this state, in the archive or on a rig."""
    location = settings.data_sets[name.data_set_type].location
    if state.path.startswith(f"{location}:"):
        seen = catalog.refused_listing(name.id, location)
    else:
        observations = [look for source in settings.sources for look in catalog.observations(name.id, source)]
        seen = max(observations, key=lambda look: look.looked_at).manifest_id if observations else ""
    if not seen:
        raise ArchiveError(f"{name}: no run has got so far as to list its files; {state.reason}")
    return seen


def _files(catalog: Catalog, name: DataSetName, manifest_id: str, asked: list[str]) -> list[str]:
    """The files to accept, '' for all of them. Raises ArchiveError for one that the data set has not."""
    if not asked:
        return [""]
    known = {file.path for file in catalog.manifest(manifest_id).files}
    if missing := [path for path in asked if path not in known]:
        raise ArchiveError(
            f"--file: {name} has no file {missing[0]!r}; expected a path such as {min(known)!r}"
        )
    return asked
