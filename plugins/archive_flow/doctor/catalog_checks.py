"""The catalog's side, through the Airflow connection that tasks use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from archive_flow.doctor.audit_trial import known_scratch_check
from archive_flow.doctor.message_checks import sent_check
from archive_flow.run.catalog_login import airflow_login
from printable_text.amounts import counted
from session_archive.airflow_client.dag_ids import REPLICATE
from session_archive.doctor.aside_trial import known_check as aside_known
from session_archive.doctor.check import Check, Checks, failed
from session_archive.doctor.checksum_trial import known_check
from session_archive.errors import ArchiveError
from session_archive.settings.load import Settings

if TYPE_CHECKING:
    from session_archive.catalog.open import Catalog


def catalog_checks(settings: Settings, *, now: dt.datetime, trying: bool = False) -> Iterator[Check]:
    """All checks of the catalog, as far as the login may read.

    trying : what places can do is tried too, later on
    """
    # Importing DataJoint takes seconds.
    from session_archive.catalog.database.connection import connect
    from session_archive.catalog.open import Catalog
    from session_archive.catalog.schema.settings_layout import layout_of
    from session_archive.catalog.setup.database_checks import examine

    try:
        login = airflow_login(settings.catalog.connection)
        connection = connect(**login)
        try:
            checks = list(examine(connection, layout_of(settings), tls=login["tls"], now=now))
            yield from checks
            if not failed(checks):
                catalog = Catalog(connection, layout_of(settings))
                yield from _checksum_checks(settings, catalog)
                yield from _aside_checks(settings, catalog)
                yield from _copy_checks(settings, catalog)
                yield from sent_check(settings, catalog)
                # With --transfer it is tried, and said, later on.
                if not trying:
                    yield from known_scratch_check(settings, catalog)
        finally:
            connection.close()
    except ArchiveError as error:
        yield Checks("catalog").failure("database", str(error))


def _aside_checks(settings: Settings, catalog: Catalog) -> Iterator[Check]:
    """Whether damaged files of each location can be repaired."""
    for place in settings.locations.values():
        yield aside_known(place.name, catalog.aside_trials.works_at(place))


def _copy_checks(settings: Settings, catalog: Catalog) -> Iterator[Check]:
    """How many data sets lack a copy, of each type with several locations; some may still be called archived."""
    for kind, data_set in settings.data_sets.items():
        if len(data_set.locations) == 1:
            continue
        for location in data_set.locations:
            subject, lacking = f"copies of {kind} at {location}", catalog.lacking_copies.at(kind, location)
            if not lacking:
                yield Checks("catalog").ok(subject, "none is lacking")
                continue
            yield Checks("catalog").warning(
                subject,
                f"{counted(len(lacking), 'data set')} that another location has, such as {lacking[0].name}",
                f"the nights make them from the rigs, and `airflow dags unpause {REPLICATE}` what no rig has any more",
            )


def _checksum_checks(settings: Settings, catalog: Catalog) -> Iterator[Check]:
    """What is known about the checksums of each archive and scratch place."""
    places = [(role, place) for role, place in settings.places if role in ("location", "scratch")]
    known = catalog.place_checksums.known({place.name: place.collection for _, place in places})
    yield from (known_check(role, place, known) for role, place in places)
