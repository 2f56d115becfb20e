"""All checks, in the order in which a person fixes what they find."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

from archive_flow.doctor.airflow_checks import airflow_checks
from archive_flow.doctor.aside_trial import aside_checks
from archive_flow.doctor.audit_trial import audit_checks
from archive_flow.doctor.catalog_checks import catalog_checks
from archive_flow.doctor.disk_checks import folder_checks, space_checks
from archive_flow.doctor.globus_checks import copy_checks, login_check, place_checks, service_clock_check
from archive_flow.doctor.logins import HookOf, Logins
from archive_flow.doctor.marks import mark_checks
from archive_flow.doctor.message_checks import message_checks
from archive_flow.doctor.name_trial import name_checks
from archive_flow.doctor.transcript import Transcript
from archive_flow.doctor.trial import Trial, trial_checks
from archive_flow.doctor.versions import installed_check
from archive_flow.run.airflow_objects import find_connection
from globus_provider.errors import GlobusLoginError, GlobusProviderError
from globus_provider.hooks.login import Login
from globus_provider.response_keys import Witness
from session_archive import clock
from session_archive.doctor.check import Check, Checks, failed
from session_archive.doctor.settings_conflicts import settings_checks
from session_archive.doctor.trial import answers_check
from session_archive.errors import ArchiveError, SettingsError
from session_archive.settings.load import Settings, load_settings


def examine(
    fields: MutableMapping[str, Any],
    *,
    trial: Trial | None,
    transcript: Transcript,
    mark: bool = False,
) -> Iterator[Check]:
    """Yield every check; a check that depends on a failed one is left out.

    fields     : is filled with the fields in the service's responses that our documents do not describe
    trial      : also copy a file, and try what places can compute
    transcript : is filled with what the service said during the trial
    mark       : also mark the roots of places
    """
    yield installed_check()
    try:
        settings = load_settings()
    except SettingsError as error:
        yield from (Checks("settings").failure("archive.toml", line) for line in str(error).splitlines())
        return
    yield from settings_checks(settings)
    yield from space_checks(settings)
    yield from airflow_checks(settings)
    yield from message_checks(settings)
    yield from catalog_checks(settings, now=clock.utc_now(), trying=trial is not None)
    found, checks = {}, list[Check]()
    for conn_id in settings.globus_connections:
        login, of_login = _login(conn_id)
        checks += of_login
        if login is not None:
            found[conn_id] = login
    yield from checks
    if len(found) == len(settings.globus_connections) and not failed(checks):
        logins = Logins(settings, found)
        yield from _globus_checks(settings, logins, fields, trial=trial, transcript=transcript, mark=mark)


def _login(conn_id: str) -> tuple[Login | None, list[Check]]:
    """The login of a connection that tasks use, and its checks."""
    try:
        connection = find_connection(conn_id)
        if connection is None:
            return None, []  # Airflow's checks have reported it
        login = Login.of(connection)
    except (SettingsError, GlobusLoginError) as error:
        return None, [Checks("globus").failure(f"login of {conn_id}", str(error))]
    return login, [login_check(login, now=clock.utc_now())]


def _globus_checks(
    settings: Settings,
    logins: Logins,
    fields: MutableMapping[str, Any],
    *,
    trial: Trial | None,
    transcript: Transcript,
    mark: bool,
) -> Iterator[Check]:
    witness = Witness(logins.hook_of().get_conn(), now=clock.utc_now)
    yield from place_checks(settings, logins)
    yield from copy_checks(settings, logins)
    yield from folder_checks(settings, logins.hook_of)
    if mark:
        yield from mark_checks(settings, logins.hook_of)
    if trial is not None:
        yield from _trial(settings, logins.hook_of, trial, transcript)
        yield from answers_check(witness.fields)
    yield from service_clock_check(witness)
    fields.update(witness.fields)


def _trial(settings: Settings, hook_of: HookOf, trial: Trial, transcript: Transcript) -> Iterator[Check]:
    """Copy a file; where that worked, also see what destinations do with names, and with a renamed file."""
    checks = []
    try:
        for check in trial_checks(settings, hook_of, trial, now=clock.utc_now(), transcript=transcript):
            checks.append(check)
            yield check
        if not failed(checks):
            yield from name_checks(settings, hook_of, trial, now=clock.utc_now())
            yield from audit_checks(settings, hook_of, trial, now=clock.utc_now())
            yield from aside_checks(settings, hook_of, trial, now=clock.utc_now())
    except (ArchiveError, GlobusProviderError) as error:
        transcript.error("trial", error)
        yield Checks("transfer").failure("trial", str(error))
