"""The tables as a notebook has them: real queries, no key ignored, exactly the data sets that are meant."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import datajoint as dj
import pytest
from tests.integration.catalog.samples import NIGHTLY, PASSWORD, SC022, Site, nth, record
from tests.measured import MEASURED

from session_archive.catalog.queries.published import Published, publish
from session_archive.catalog.queries.selection import selected_names
from session_archive.errors import CatalogError

TYPO = {"subject": "SC022", "sesion": 1}


@pytest.fixture
def published(site: Site) -> Iterator[Published]:
    """Two data sets, one for each session of SC022, over a connection as `dj.conn()` gives it."""
    catalog = site.open()
    morning, noon = (each for each in catalog.expected_sessions("raw-ephys") if each.subject == "SC022")
    record(catalog, morning)
    record(catalog, noon, data_set=nth(7))
    connection = dj.Connection(site.server.host, NIGHTLY, PASSWORD, site.server.port, False)
    yield publish(
        connection,
        database=site.layout.database,
        link_database=site.layout.link_database,
        query_verbs={"ask": lambda table, **words: (table, words)},
        link_verbs={"kind": lambda table: table.data_set_type},
    )
    connection.close()


@pytest.fixture
def lab(published: Published, site: Site) -> Any:
    """The lab's own pipeline, as its people open it."""
    database = site.sample.Session.database
    return dj.VirtualModule(database, database, connection=published.connection)


def test_every_table_is_there_and_the_link_tables_are_found_in_the_database(published: Published) -> None:
    assert list(published.links) == ["raw-ephys", "tracking-video"]
    assert {"ArchivedRawEphys", "ArchivedTrackingVideo", "DataSet", "FileType", "DataSetType"} <= {
        *published.tables
    }
    assert all(issubclass(table, dj.Table) for table in published.tables.values())


def test_they_are_tables_of_datajoint(published: Published) -> None:
    ephys, data_set = published.tables["ArchivedRawEphys"], published.tables["DataSet"]
    assert len(ephys & {"subject_id": 407513}) == 2
    joined = (ephys * data_set).proj("data_set_name") & {"data_set_name": str(SC022)}
    assert joined.fetch1("data_set_name") == str(SC022)
    assert len(data_set.PhysicalFile * published.tables["FileType"]) == 4
    assert (ephys & "session = 2").to_arrays("session").tolist() == [2]
    assert len(data_set - ephys) == 0
    assert len(ephys & dj.Top(1)) == 1
    assert len(data_set & data_set.PhysicalFile) == 2
    assert data_set.aggr(data_set.PhysicalFile, n="count(path_id)").to_arrays("n").tolist() == [2, 2]


def test_what_is_archived_leaves_out_what_nobody_vouches_for(published: Published, site: Site) -> None:
    assert len(published.archived) == len(published.tables["ArchivedRawEphys"] & published.archived) == 2
    database = site.layout.database
    site.server.execute(
        f"INSERT INTO `{database}`.replica__unproven SELECT data_set_id, storage_location, revision, 1, 'a.bin', "
        f"UTC_TIMESTAMP(6) FROM `{database}`.replica LIMIT 1"
    )
    assert len(published.archived) == 1


def test_verbs_work_on_classes_restrictions_joins_and_projections(published: Published) -> None:
    ephys, data_set = published.tables["ArchivedRawEphys"], published.tables["DataSet"]
    assert ephys.kind() == "raw-ephys"
    for query in (ephys, ephys & "session = 2", ephys * data_set, (ephys * data_set).proj(), data_set):
        reported, words = query.ask(dry_run=True)
        assert isinstance(reported, dj.expression.QueryExpression)
        assert words == {"dry_run": True}


@pytest.mark.parametrize(
    "wrong",
    [
        TYPO,
        [{"session": 1}, TYPO],
        dj.AndList([{"session": 1}, TYPO]),
        dj.Not(TYPO),
        [dj.Not([TYPO])],
        (key for key in [TYPO]),
    ],
    ids=["dict", "list", "AndList", "Not", "Not in a list", "generator"],
)
def test_a_key_that_is_not_there_is_an_error_however_it_is_given(published: Published, wrong: Any) -> None:
    ephys, data_set = published.tables["ArchivedRawEphys"], published.tables["DataSet"]
    with pytest.raises(CatalogError, match=r"'sesion' is not an attribute here; expected one of: .*subject"):
        ephys * data_set & wrong


def test_so_it_is_of_rows_of_numpy_and_pandas_and_of_a_part(published: Published) -> None:
    ephys, data_set = published.tables["ArchivedRawEphys"], published.tables["DataSet"]
    frame = data_set.proj("subject").to_pandas()
    for rows in (frame, frame.to_records()[0]):
        assert len(data_set & rows) >= 1
        with pytest.raises(CatalogError, match="not an attribute here"):
            ephys & rows
    with pytest.raises(CatalogError, match="not an attribute here"):
        data_set.PhysicalFile & {"file_sise": 1}
    with pytest.raises(CatalogError, match="not an attribute here"):
        ephys - {"sesion": 1}


def test_a_table_with_nothing_in_common_restricts_nothing_and_is_an_error(published: Published) -> None:
    with pytest.raises(CatalogError, match="no attribute in common"):
        published.tables["ArchivedRawEphys"] & published.tables["FileType"]


def test_right_conditions_mean_what_they_mean_to_datajoint(published: Published) -> None:
    ephys = published.tables["ArchivedRawEphys"]
    keys = ephys.keys()
    assert len(ephys & (key for key in keys)) == 2
    assert len(ephys & dj.AndList(["session = 1", {"subject_id": 407513}])) == 1
    assert len(ephys & dj.Not({"session": 1})) == 1
    assert len(ephys & []) == 0
    assert len(ephys & True) == 2


ONE: dict[str, Callable[[Any, Any, Any], Any]] = {
    "dict": lambda ephys, data_set, lab: ephys & {"session": 1},
    "text": lambda ephys, data_set, lab: ephys & "session = 1",
    "first": lambda ephys, data_set, lab: ephys & dj.Top(1),
    "projection": lambda ephys, data_set, lab: (ephys & {"session": 1}).proj(),
    "join": lambda ephys, data_set, lab: ephys * data_set & {"data_set_name": str(SC022)},
    "join that leaves out": lambda ephys, data_set, lab: ephys * (lab.Session & {"session": 1}),
    "lab's table first": lambda ephys, data_set, lab: (lab.Session & {"session": 1}) * ephys,
    "by lab's table": lambda ephys, data_set, lab: ephys & (lab.Session & {"session": 1}),
    "union": lambda ephys, data_set, lab: (ephys & {"session": 1}).proj() + (ephys & "session = 1").proj(),
    "aggregation": lambda ephys, data_set, lab: (data_set & {"subject": "SC022"}).aggr(
        data_set.PhysicalFile, n="count(*)"
    ),
    "data set": lambda ephys, data_set, lab: data_set & {"subject": "SC022"},
    "universal set": lambda ephys, data_set, lab: dj.U("data_set_id") & (ephys & {"session": 1}),
}


@pytest.mark.parametrize("query", ONE.values(), ids=ONE.keys())
def test_any_expression_means_exactly_the_data_sets_that_it_keeps(
    published: Published, lab: Any, query: Callable[[Any, Any, Any], Any]
) -> None:
    tables = published.tables
    expression = query(tables["ArchivedRawEphys"], tables["DataSet"], lab)
    assert selected_names(published, expression, everything=False) == [str(SC022)]


WHOLE: dict[str, Callable[[Any, Any, Any], Any]] = {
    "class": lambda ephys, data_set, lab: ephys,
    "table": lambda ephys, data_set, lab: ephys(),
    "True": lambda ephys, data_set, lab: ephys & True,
    "no key": lambda ephys, data_set, lab: ephys & {},
    "text without attribute": lambda ephys, data_set, lab: ephys & "1 = 1",
    "join": lambda ephys, data_set, lab: ephys * lab.Session,
    "by all sessions": lambda ephys, data_set, lab: ephys & lab.Session,
    "all data sets": lambda ephys, data_set, lab: data_set.proj(),
}


@pytest.mark.parametrize("query", WHOLE.values(), ids=WHOLE.keys())
def test_a_whole_table_is_meant_only_where_that_is_said(
    published: Published, lab: Any, query: Callable[[Any, Any, Any], Any]
) -> None:
    tables = published.tables
    expression = query(tables["ArchivedRawEphys"], tables["DataSet"], lab)
    with pytest.raises(
        CatalogError, match=r"these are all 2 data sets of \w+: restrict it, or pass everything=True"
    ):
        selected_names(published, expression, everything=False)
    assert selected_names(published, expression, everything=True) == [str(nth(7)), str(SC022)]


def test_a_restriction_that_happens_to_fit_all_is_a_restriction(published: Published) -> None:
    every = published.tables["ArchivedRawEphys"] & {"subject_id": 407513}
    assert len(selected_names(published, every, everything=False)) == 2


@pytest.mark.parametrize(
    ("query", "reported"),
    [
        (lambda tables: tables["ArchivedRawEphys"] & {"session": 9}, "nothing to retrieve"),
        (lambda tables: tables["ArchivedTrackingVideo"], "nothing to retrieve"),
        (lambda tables: tables["DataSetType"], "keeps no data_set_id"),
        (lambda tables: tables["DataSet"].proj(id="data_set_id"), "keeps no data_set_id"),
        (lambda tables: tables["DataSet"].PhysicalFile & "file_size > 1", "single files"),
        (lambda tables: {"session": 1}, "is not a DataJoint query"),
    ],
)
def test_what_means_no_data_sets_is_an_error(
    published: Published, query: Callable[[Any], Any], reported: str
) -> None:
    with pytest.raises(CatalogError, match=reported):
        selected_names(published, query(published.tables), everything=True)


def test_a_catalog_that_is_not_there_is_reported(published: Published, site: Site) -> None:
    for databases, reported in (
        ({"database": "nowhere", "link_database": site.layout.link_database}, "nowhere"),
        ({"database": site.layout.database, "link_database": "nowhere"}, "no link table"),
    ):
        with pytest.raises(CatalogError, match=reported):
            publish(published.connection, **databases, query_verbs={}, link_verbs={})


NOTEBOOK = """
import sys
from importlib.machinery import PathFinder

find, absent = PathFinder.find_spec, ("airflow", "globus_sdk", "globus_provider", "archive_flow")
PathFinder.find_spec = lambda name, *more: None if name.split(".")[0] in absent else find(name, *more)
from session_archive import publication
assert "datajoint" not in sys.modules
try:
    publication._repr_html_
except AttributeError:
    pass
assert "datajoint" not in sys.modules
print(len(publication.ArchivedRawEphys & {"subject_id": 407513}), "ArchivedRawEphys" in dir(publication))
try:
    publication.ArchivedNothing
except AttributeError as error:
    print(error)
from session_archive.publication import ArchivedTrackingVideo, DataSet
print(len(ArchivedTrackingVideo()), len(DataSet.PhysicalFile()))
import datajoint
datajoint.conn(reset=True)
print(len(publication.ArchivedRawEphys * publication.DataSet))
"""


def notebook(site: Site, **environment: str) -> subprocess.CompletedProcess[str]:
    """A script on a machine without Airflow, Globus and archive.toml."""
    reported = {
        "PATH": "/usr/bin:/bin",
        "DJ_HOST": site.server.host,
        "DJ_PORT": str(site.server.port),
        "DJ_USER": NIGHTLY,
        "DJ_PASS": PASSWORD,
        "SESSION_ARCHIVE_CATALOG_DATABASE": site.layout.database,
        "SESSION_ARCHIVE_CATALOG_LINK_DATABASE": site.layout.link_database,
    }
    return subprocess.run(
        [sys.executable, "-W", "error:::session_archive", "-c", NOTEBOOK],
        env={key: value for key, value in (MEASURED | reported | environment).items() if value},
        cwd="/",
        capture_output=True,
        text=True,
    )


def test_a_notebook_needs_neither_airflow_nor_globus_nor_archive_toml(
    published: Published, site: Site
) -> None:
    done = notebook(site)
    assert done.returncode == 0, done.stderr
    reported = [line for line in done.stdout.splitlines() if "DataJoint 2" not in line]  # its own greeting
    counts, unknown, others, after_reset = reported
    assert counts == "2 True"
    assert unknown.startswith(
        "the catalog has no table 'ArchivedNothing'; expected one of: Acceptance, ArchivedRawEphys, "
    )
    assert others == "0 4"
    assert after_reset == "2"


@pytest.mark.parametrize(
    ("environment", "reported"),
    [
        (
            {"DJ_USER": ""},
            "DataJoint has no login for the catalog's database; set DJ_HOST, DJ_USER and DJ_PASS",
        ),
        ({"DJ_PASS": "wrong"}, "refuses the login 'nightly'; check its name and password"),
        ({"DJ_PORT": "1"}, "does not answer; is it running?"),
        ({"SESSION_ARCHIVE_CATALOG_DATABASE": ""}, "expected both, the names of the catalog's databases"),
    ],
)
def test_what_is_wrong_with_a_notebooks_login_is_one_line(
    site: Site, environment: dict[str, str], reported: str
) -> None:
    done = notebook(site, **environment)
    assert done.returncode == 1
    assert reported in done.stderr.splitlines()[-1]
    assert PASSWORD not in done.stderr
