"""`session-archive accept`: a person vouches for files that nothing else proves, or for a wrong checksum."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from archive_flow.cli.data_set_argument import data_set_of
from archive_flow.select.incomplete import incomplete_files
from session_archive.cli.catalog_login import open_catalog
from session_archive.errors import ArchiveError, SettingsError
from session_archive.naming.session_name import DataSetName
from session_archive.settings.load import load_settings
from session_archive.states.decisions import Decision, Verdict, standing
from session_archive.states.reasons import OTHER_AT_RIG
from session_archive.states.state import State, StateRow
from session_archive.terminal import Console
from session_archive.transfers.submission import MISMATCH

if TYPE_CHECKING:
    from session_archive.catalog.open import Catalog
    from session_archive.settings.load import Settings


def accept(
    data_set: Annotated[str, typer.Argument(help="Its name: raw-ephys/SC022/2021-01-01")],
    without_checksum: Annotated[
        bool,
        typer.Option(help="The files are right, and the checksum in SpikeGLX' .meta files is wrong."),
    ] = False,
    again: Annotated[
        bool, typer.Option(help="Send the files whose checksum did not match once more, with the same check.")
    ] = False,
    incomplete: Annotated[
        bool,
        typer.Option(
            help="Send what is there, although something is missing; what is missing is written down with it."
        ),
    ] = False,
    file: Annotated[
        list[str] | None, typer.Option(help="Only this file, by the path in the reason; can be repeated.")
    ] = None,
    location: Annotated[
        str,
        typer.Option(help="Its copy at this location, where it has several.", show_default="the only one"),
    ] = "",
    withdraw: Annotated[bool, typer.Option(help="Withdraw what was accepted for it.")] = False,
    why: Annotated[str, typer.Option(help="The reason, for someone who reads it in ten years.")] = "",
    by: Annotated[str, typer.Option(help="Who decides.", show_default="your login")] = "",
) -> None:
    """Accept files in the archive that nothing proves, or whose checksum did not match, or an incomplete recording.

    It applies to the files as a run has seen them, and ends when the size or modification time of one of them changes.
    The next run takes the data set up: upload_sessions, or discover_sessions if its folder is no longer on the rig.
    """
    if without_checksum + again + incomplete + withdraw > 1:
        raise SettingsError(
            "--without-checksum, --again, --incomplete and --withdraw exclude each other; give one of them"
        )
    if file and (again or incomplete or withdraw):
        raise SettingsError(
            "--file: cannot be used with --again, --incomplete or --withdraw, which apply to the whole data set"
        )
    if not why.strip():
        raise SettingsError("--why: a reason is needed; it is recorded with your name")
    settings = load_settings()
    name = data_set_of(settings, data_set)
    verdict = Verdict.WITHDRAW if withdraw else Verdict.SEND_AGAIN if again else Verdict.ACCEPT_CONTENT
    if without_checksum:
        verdict = Verdict.ACCEPT_WITHOUT_CHECKSUM
    if incomplete:
        verdict = Verdict.ACCEPT_INCOMPLETE
    place = _copy(settings, name, location, about_all=withdraw or incomplete)
    with open_catalog(settings) as catalog:
        manifest_id = "" if withdraw else _manifest_id(settings, catalog, name, verdict, place)
        decisions = [
            Decision(
                verdict=verdict,
                data_set=data_set,
                data_set_type=name.data_set_type,
                manifest_id=manifest_id,
                file=path,
                copy_at=location,
                decided_by=by or getpass.getuser(),
                why=why,
            )
            for path in _files(catalog, name, manifest_id, file or [])
        ]
        new = catalog.decisions.decide(decisions)
        in_force = [
            each.words + (f" ({each.file})" if each.file else "")
            for each in standing(catalog.decisions.made())
            if each.data_set == data_set
        ]
    console = Console(highlight=False)
    for decision in decisions:
        subject = " ".join(filter(None, (data_set, decision.file)))
        words = decision.words if decision in new else "already decided; nothing new is recorded"
        console.print(f"{subject}: {words}", markup=False, soft_wrap=True)
    console.print(
        f"in force for {data_set}: {'; '.join(in_force) or 'nothing'}", markup=False, soft_wrap=True
    )


def _copy(settings: Settings, name: DataSetName, location: str, *, about_all: bool) -> str:
    """The location of the copy that is meant. Raises SettingsError where that is not clear.

    about_all : what is decided is about every copy
    """
    known = settings.data_sets[name.data_set_type].locations
    if location and (about_all or location not in known):
        expected = "none with --incomplete or --withdraw, which apply to every copy"
        if not about_all:
            expected = f"one of the locations of {name.data_set_type}: {', '.join(known)}"
        raise SettingsError(f"--location: {location!r}; expected {expected}")
    if len(known) > 1 and not (location or about_all):
        raise SettingsError(
            f"--location: {name.data_set_type} has copies at {', '.join(known)}; say which of them you have looked at"
        )
    return location or known[0]


def _manifest_id(
    settings: Settings, catalog: Catalog, name: DataSetName, verdict: Verdict, location: str
) -> str:
    """The files to accept: those that a run has seen. Raises ArchiveError if there is nothing to accept."""
    if verdict is Verdict.ACCEPT_INCOMPLETE:
        return incomplete_files(settings, catalog, name)
    replica = catalog.replicas.replica(name.id, location)
    if replica and replica.verified:
        raise ArchiveError(f"{name} is archived, and its bytes are proven: there is nothing to accept")
    mismatched = _mismatched(settings, catalog, name, location)
    if verdict is not Verdict.ACCEPT_CONTENT:
        if not mismatched:
            raise ArchiveError(
                f"{name}: every checksum of its last transfer matched, and no proof of it failed; "
                "`session-archive status --unsafe` says what is wrong"
            )
        return mismatched
    if mismatched:
        raise ArchiveError(
            f"{name}: a checksum of it did not match, so say what is right: --without-checksum if the files are, and "
            "the checksum that was expected is wrong; --again to send them once more, with the same check"
        )
    if replica:
        return replica.manifest_id
    state = _state(catalog, name)
    if state is None or state.state not in (State.REFUSED, State.UNVERIFIED):
        raise ArchiveError(
            f"{name} is {state.state if state else 'unknown: no run has seen it'}; only data sets that are refused or "
            "unverified can be accepted"
        )
    return _listed(settings, catalog, name, state, location)


def _mismatched(settings: Settings, catalog: Catalog, name: DataSetName, location: str) -> str:
    """The files of which one has another checksum than expected; '' if there are none."""
    for submission, outcome in catalog.ledger.attempts(name.id, location)[-1:]:
        if outcome and MISMATCH in outcome.detail:
            return submission.manifest_id
    if failed := catalog.verifications.failed_proof(name.id, location):
        return failed.manifest_id
    state = _state(catalog, name)
    if state is not None and OTHER_AT_RIG in state.reason:
        return _listed(settings, catalog, name, state, location)
    return ""


def _state(catalog: Catalog, name: DataSetName) -> StateRow | None:
    return next(iter(catalog.states.of_data_sets([str(name)], name.data_set_type)), None)


def _listed(settings: Settings, catalog: Catalog, name: DataSetName, state: StateRow, location: str) -> str:
    """The files that were seen by the run that recorded this state, in the archive or on a rig."""
    if state.path.startswith(f"{location}:"):
        seen = catalog.verifications.refused_listing(name.id, location)
    else:
        observations = [
            each for source in settings.sources for each in catalog.observations.of(name.id, source)
        ]
        seen = max(observations, key=lambda each: each.looked_at).manifest_id if observations else ""
    if not seen:
        raise ArchiveError(f"{name}: no run has listed its files yet; {state.reason}")
    return seen


def _files(catalog: Catalog, name: DataSetName, manifest_id: str, requested: list[str]) -> list[str]:
    """The files to accept, '' for all of them. Raises ArchiveError for one that the data set does not have."""
    if not requested:
        return [""]
    # Discovery keeps the files of what it found in the catalog only.
    files = catalog.ledger.find_manifest(manifest_id) or catalog.replicas.files(name.id)
    known = {file.path for file in files.files}
    if missing := [path for path in requested if path not in known]:
        raise ArchiveError(
            f"--file: {name} has no file {missing[0]!r}; expected a path such as {min(known)!r}"
        )
    return requested
