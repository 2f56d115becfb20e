"""What the archive holds, for notebooks and scripts: DataJoint tables with `retrieve` and `discover`.

    from session_archive import publication

    publication.ArchivedRawEphys & {"subject_id": 407513}
    (publication.ArchivedRawEphys & {"subject_id": 407513}).retrieve()

The tables are bound to the catalog at their first use, over DataJoint's own connection; importing this module
connects to nothing. See docs/python.md.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from session_archive.airflow_client.dag_ids import RETRIEVE
from session_archive.airflow_client.flows import cancel, discover, publish, texts
from session_archive.airflow_client.start import start
from session_archive.errors import ArchiveError, SettingsError
from session_archive.settings.load import catalog_databases, load_settings
from session_archive.settings_file import settings_path

if TYPE_CHECKING:
    from session_archive.airflow_client.run import Run
    from session_archive.catalog.queries.published import Published
    from session_archive.listing.local_copy import LocalCopy
    from session_archive.states.state import StateRow

__all__ = [
    "GlobusStorageManager",
    "cancel",
    "discover",
    "local_copies",
    "names",
    "publish",
    "retrieve",
    "states",
]

_bound: Published | None = None


def retrieve(
    expression: Any,
    *,
    destination: str | None = None,
    origin: str | None = None,
    accept_missing: Iterable[str] = (),
    dry_run: bool = False,
    wait: bool = True,
    everything: bool = False,
) -> Run:
    """Retrieve exactly the data sets that a DataJoint expression selects.

    expression  : any restriction, join, projection or union that keeps data_set_id
    destination : a scratch place of archive.toml; None means the first one
    origin      : a location of archive.toml, or a rig that has the files still; None means the first whole copy
    accept_missing : as for `publish`
    dry_run     : transfer nothing; `run.summary` has the plan
    wait        : False returns immediately; the run goes on in Airflow
    everything  : True to retrieve all data sets of a table
    raises      : CatalogError if nothing is selected, or a whole table without `everything`; RunFailedError
    """
    from session_archive.catalog.queries.selection import selected_names

    names = selected_names(_published(), expression, everything=everything)
    params = {
        "data_sets": names,
        "destination": destination,
        "origin": origin,
        "accept_missing": texts("accept_missing", accept_missing),
        "dry_run": dry_run,
    }
    return start(RETRIEVE, params, wait=wait)


def states(session: Mapping[str, Any] | str) -> list[StateRow]:
    """What has become of a session: the present state of each of its data sets, and why.

    session : its key, {'subject_id': 440956, 'session': 1}; or as it is shown, 'SC022 2021-01-01'; or a data set's name
    raises  : CatalogError if no run has recorded anything of it
    """
    from session_archive.catalog.queries.session_states import session_states

    return session_states(_published(), session)


def local_copies(expression: Any, *, destination: str | None = None) -> list[LocalCopy]:
    """What is on this machine of the data sets that a DataJoint expression selects: nothing is transferred.

    expression  : as for `retrieve`
    destination : a scratch place of archive.toml, whose local_path this machine has; None means the first one
    """
    from session_archive.catalog.queries import local_copies as copies
    from session_archive.catalog.queries.selection import selected_names

    places = load_settings().scratch
    name = destination or next(iter(places), "")
    if name not in places:
        raise SettingsError(
            f"destination={name!r} is not a scratch place; archive.toml has {', '.join(places) or 'none'}"
        )
    root = places[name].local_path
    if root is None:
        raise SettingsError(
            f"[scratch.{name}] has no local_path in archive.toml: enter where this machine has the folder mounted"
        )
    selected = selected_names(_published(), expression, everything=True)
    return copies.local_copies(_published(), selected, root)


def GlobusStorageManager() -> None:
    """Log in to Globus, as map-ephys' class of this name did: `session-archive login`, on the machine of Airflow."""
    entries = tuple(entry_points(group="session_archive.commands", name="login"))
    if not entries or find_spec("airflow") is None:
        raise ArchiveError(
            "the login is kept in Airflow's connection: run `session-archive login` on the machine of Airflow; neither "
            "queries nor `retrieve` need a login of Globus here"
        )
    entries[0].load()()


def names() -> dict[str, Any]:
    """What a shell has at hand: this module, the catalog's tables, and the lab's databases as modules.

    The lab's are those that archive.toml names, where this machine has it.
    """
    from session_archive.catalog.queries.published import lab_modules

    published = _published()
    lab = load_settings().lab if settings_path().exists() else None
    databases = [each.partition(".")[0] for each in (lab.session, lab.subject)] if lab else []
    modules = lab_modules(published.connection, databases)
    return {
        **modules,
        **published.tables,
        "Archived": published.archived,
        "publication": sys.modules[__name__],
    }


def _populate_type(
    table: Any,
    *restrictions: Any,
    subjects: Iterable[str] = (),
    dates: Iterable[Any] = (),
    limit: int | None = None,
    dry_run: bool = False,
    wait: bool = True,
    **options: Any,
) -> Run:
    """Archive what the rigs have of this table's type, as map-ephys' `populate`; arguments as for `publish`."""
    if restrictions or table.restriction:
        raise ArchiveError(
            "populate looks for sessions that are not in the table yet, so a restriction means nothing here; pass "
            "subjects and dates instead"
        )
    if options:
        raise ArchiveError(
            f"populate: {', '.join(options)} means nothing here; expected subjects, dates, limit, dry_run or wait"
        )
    return publish(
        subjects=subjects, dates=dates, kinds=[table.data_set_type], limit=limit, dry_run=dry_run, wait=wait
    )


def _discover_type(
    table: Any,
    *,
    subjects: Iterable[str] = (),
    dates: Iterable[Any] = (),
    decisions: Iterable[str] = (),
    accept_missing: Iterable[str] = (),
    limit: int | None = None,
    dry_run: bool = False,
    wait: bool = True,
) -> Run:
    """Catalog what the archive has of this table's type; arguments as for `publication.publish`."""
    if table.restriction:
        raise ArchiveError(
            "discover looks for data sets that are not in the table yet, so a restricted table means nothing here; "
            "pass subjects and dates instead"
        )
    return discover(
        subjects=subjects,
        dates=dates,
        kinds=[table.data_set_type],
        decisions=decisions,
        accept_missing=accept_missing,
        limit=limit,
        dry_run=dry_run,
        wait=wait,
    )


def _published() -> Published:
    """The catalog's tables, over the connection that DataJoint has now."""
    from session_archive.catalog.queries.published import own_connection, publish

    global _bound
    connection = own_connection()
    if _bound is None or _bound.connection is not connection:
        database, link_database = catalog_databases()
        _bound = publish(
            connection,
            database=database,
            link_database=link_database,
            query_verbs={"retrieve": retrieve, "local_copies": local_copies},
            link_verbs={"discover": _discover_type, "populate": _populate_type},
        )
    return _bound


def __getattr__(name: str) -> Any:
    # Tables are in CamelCase; a notebook asks for many other names, which are not worth a connection.
    if not name[0].isupper():
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "Archived":
        return _published().archived
    tables = _published().tables
    if name not in tables:
        raise AttributeError(
            f"the catalog has no table {name!r}; expected one of: {', '.join(sorted(tables))}"
        )
    return tables[name]


def __dir__() -> list[str]:
    return sorted({*__all__, *(_bound.tables if _bound else ())})
