"""What the archive holds, for notebooks and scripts: DataJoint tables with `retrieve` and `discover`.

    from session_archive import publication

    publication.ArchivedRawEphys & {"subject_id": 407513}
    (publication.ArchivedRawEphys & {"subject_id": 407513}).retrieve()

The tables are bound to the catalog at their first use, over DataJoint's own connection; importing this module
connects to nothing. See docs/python.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from session_archive.airflow_client.start import CANCEL, DISCOVER, RETRIEVE, UPLOAD, start
from session_archive.errors import ArchiveError
from session_archive.settings.load import catalog_databases

if TYPE_CHECKING:
    from session_archive.airflow_client.run import Run
    from session_archive.catalog.queries.published import Published

__all__ = ["cancel", "discover", "publish", "retrieve"]

_bound: Published | None = None


def publish(
    *,
    subjects: Iterable[str] = (),
    dates: Iterable[Any] = (),
    kinds: Iterable[str] = (),
    decisions: Iterable[str] = (),
    accept_missing: Iterable[str] = (),
    limit: int | None = None,
    second_look: bool = True,
    dry_run: bool = False,
    wait: bool = True,
) -> Run:
    """Archive new sessions from the rigs now, not only at night.

    subjects    : short names of animals; none means every subject
    dates       : days or spans, '2021-01-01' or '2021-01-01..2021-01-31'; none means every day
    kinds       : data set types such as 'raw-ephys'; none means every type
    decisions   : which session a folder belongs to, 'rig1:SC033/x = SC033 2019-11-12 10:30'
    accept_missing : names of places where what the last run found missing is really gone
    limit       : data sets at most
    second_look : wait for readiness.settle_gap if recordings only have to stay unchanged for so long
    dry_run     : transfer nothing; `run.summary` has the plan
    wait        : False returns immediately; the run goes on in Airflow
    raises      : ArchiveError; RunFailedError with the reasons if the run failed
    """
    params = _filters(subjects, dates, limit=limit, dry_run=dry_run) | {
        "kinds": list(kinds),
        "decisions": list(decisions),
        "accept_missing": _texts("accept_missing", accept_missing),
        "second_look": second_look,
    }
    return start(UPLOAD, params, wait=wait)


def discover(
    *,
    subjects: Iterable[str] = (),
    dates: Iterable[Any] = (),
    kinds: Iterable[str] = (),
    decisions: Iterable[str] = (),
    accept_missing: Iterable[str] = (),
    limit: int | None = None,
    dry_run: bool = False,
    wait: bool = True,
) -> Run:
    """Catalog what is already in the archive; arguments as for `publish`."""
    params = _filters(subjects, dates, limit=limit, dry_run=dry_run) | {
        "kinds": list(kinds),
        "decisions": list(decisions),
        "accept_missing": _texts("accept_missing", accept_missing),
    }
    return start(DISCOVER, params, wait=wait)


def retrieve(
    expression: Any,
    *,
    destination: str | None = None,
    accept_missing: Iterable[str] = (),
    dry_run: bool = False,
    wait: bool = True,
    everything: bool = False,
) -> Run:
    """Retrieve exactly the data sets that a DataJoint expression selects.

    expression  : any restriction, join, projection or union that keeps data_set_id
    destination : a scratch place of archive.toml; None means the first one
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
        "accept_missing": _texts("accept_missing", accept_missing),
        "dry_run": dry_run,
    }
    return start(RETRIEVE, params, wait=wait)


def cancel(*transfers: str, wait: bool = True) -> Run:
    """Cancel transfers; files that have arrived stay, and the next run makes a new attempt.

    transfers : names of data sets, ids of runs (`run.id`) or of Globus transfer tasks
    """
    return start(CANCEL, {"transfers": list(transfers)}, wait=wait)


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


def _filters(
    subjects: Iterable[str], dates: Iterable[Any], *, limit: int | None, dry_run: bool
) -> dict[str, Any]:
    return {
        "subjects": _texts("subjects", subjects),
        "dates": _texts("dates", dates),
        "limit": limit,
        "dry_run": dry_run,
    }


def _texts(name: str, values: Iterable[Any]) -> list[str]:
    """Raises ArchiveError for a single text, whose letters would be taken for values."""
    if isinstance(values, str):
        raise ArchiveError(f"{name}={values!r} is a single text; expected a list, such as [{values!r}]")
    return [str(value) for value in values]


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
            query_verbs={"retrieve": retrieve},
            link_verbs={"discover": _discover_type},
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
