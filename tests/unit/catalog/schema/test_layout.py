"""Names of databases, types and tables that MySQL or DataJoint would misread are refused."""

from typing import Any

import pytest

from session_archive.catalog.schema.layout import Layout
from session_archive.errors import CatalogError
from session_archive.settings.tables import LabSettings

LAB = LabSettings(session="lab.Session", subject="lab.Subject", subject_name="name", date="day")


def layout(**changes: Any) -> Layout:
    values = {
        "database": "archive",
        "link_database": "links",
        "link_tables": {"raw-ephys": "ArchivedRawEphys"},
    }
    return Layout(lab=LAB, **(values | changes))


@pytest.mark.parametrize("key", ["database", "link_database"])
@pytest.mark.parametrize("name", ["", "lab-archive", "a.b", "a b", "é", "x" * 65, "archive\n"])
def test_a_database_has_a_plain_name(key: str, name: str) -> None:
    with pytest.raises(CatalogError, match=rf"^catalog\.{key}: "):
        layout(**{key: name})
    assert layout(**{key: "X_1" + "x" * 61})


def test_the_link_tables_have_a_database_of_their_own() -> None:
    with pytest.raises(CatalogError, match=r"catalog\.link_database"):
        layout(link_database="archive")
    assert layout(link_database="Archive").link_database == "Archive"


@pytest.mark.parametrize("kind", ["", "raw ephys", "raw.ephys", "é", "x" * 65])
def test_a_type_has_a_plain_name(kind: str) -> None:
    with pytest.raises(CatalogError, match=r"^data_sets\."):
        layout(link_tables={kind: "Archived"})
    assert layout(link_tables={"x" * 64: "Archived", "raw_ephys-2": "Other"})


@pytest.mark.parametrize(
    "table", ["", "archived", "Archived_Ephys", "2Archived", "Archivé", "A" * 61, "Session", "DataSet"]
)
def test_a_link_table_has_a_name_in_camel_case_that_is_free(table: str) -> None:
    with pytest.raises(CatalogError, match=r"^data_sets\.raw-ephys\.link_table: "):
        layout(link_tables={"raw-ephys": table})
    assert layout(link_tables={"raw-ephys": "A" * 60, "raw-video": "Session2"})


def test_each_type_has_a_link_table_of_its_own() -> None:
    with pytest.raises(CatalogError, match=r"^data_sets\.raw-video\.link_table: Archived .*'raw-ephys'"):
        layout(link_tables={"raw-ephys": "Archived", "raw-video": "Archived"})
    assert (layout().expected, layout().descriptions) == ({}, {})
