"""Starts the flows from Python, with the params of their forms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from session_archive.airflow_client.dag_ids import CANCEL, DISCOVER, UPLOAD
from session_archive.airflow_client.run import Run
from session_archive.airflow_client.start import start
from session_archive.errors import ArchiveError


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
        "accept_missing": texts("accept_missing", accept_missing),
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
        "accept_missing": texts("accept_missing", accept_missing),
    }
    return start(DISCOVER, params, wait=wait)


def cancel(*transfers: str, wait: bool = True) -> Run:
    """Cancel transfers; files that have arrived stay, and the next run makes a new attempt.

    transfers : names of data sets, ids of runs (`run.id`) or of Globus transfer tasks
    """
    return start(CANCEL, {"transfers": list(transfers)}, wait=wait)


def _filters(
    subjects: Iterable[str], dates: Iterable[Any], *, limit: int | None, dry_run: bool
) -> dict[str, Any]:
    return {
        "subjects": texts("subjects", subjects),
        "dates": texts("dates", dates),
        "limit": limit,
        "dry_run": dry_run,
    }


def texts(name: str, values: Iterable[Any]) -> list[str]:
    """Raises ArchiveError for a single text, whose letters would be taken for values."""
    if isinstance(values, str):
        raise ArchiveError(f"{name}={values!r} is a single text; expected a list, such as [{values!r}]")
    return [str(value) for value in values]
