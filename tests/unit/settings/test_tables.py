"""What each table of archive.toml accepts."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from session_archive.settings.tables import (
    CatalogSettings,
    DataSetSettings,
    FixitySettings,
    GlobusSettings,
    LabSettings,
    Limits,
    ReadinessSettings,
)

CATALOG = {"connection": "c", "database": "archive", "link_database": "links"}
LAB = {
    "session": "experiment.Session",
    "subject": "lab.Subject",
    "subject_name": "name",
    "date": "session_date",
}
DATA_SET = {"location": "archive", "link_table": "ArchivedRawEphys"}


def refused(table: type[BaseModel], values: dict[str, Any]) -> list[str]:
    """The keys that are wrong."""
    with pytest.raises(ValidationError) as error:
        table.model_validate(values)
    return [".".join(map(str, each["loc"])) for each in error.value.errors()]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("1.5 s", 1.5),
        ("20 h", 72_000),
        (" 90min ", 5400),
        ("2 d", 172_800),
        (7, 7),
    ],
)
def test_a_time_span_is_in_seconds_or_has_a_unit(text: Any, seconds: float) -> None:
    assert Limits.model_validate({"run_deadline": text}).run_deadline == seconds


@pytest.mark.parametrize("text", ["", "h", "1 week", "-1 h", "1 h 30 min", "1,5 h", "0", 0, -1])
def test_a_time_span_that_is_none_is_refused(text: Any) -> None:
    assert refused(Limits, {"run_deadline": text}) == ["run_deadline"]


def test_readiness_may_wait_for_nothing() -> None:
    none = ReadinessSettings.model_validate({"settle_gap": 0, "min_age": "0"})
    assert (none.settle_gap, none.min_age, none.sentinel) == (0, 0, "")
    assert refused(ReadinessSettings, {"settle_gap": -1, "min_age": -1}) == ["settle_gap", "min_age"]


@pytest.mark.parametrize(("size", "n_bytes"), [("4 TB", 4 * 10**12), (1, 1), ("1 KiB", 1024)])
def test_a_size_is_in_bytes_or_has_a_unit(size: Any, n_bytes: int) -> None:
    assert Limits.model_validate({"bytes_per_night": size}).bytes_per_night == n_bytes


@pytest.mark.parametrize("size", [0, -1, "4 XB", "much"])
def test_a_size_that_is_none_is_refused(size: Any) -> None:
    assert refused(Limits, {"approve_above": size}) == ["approve_above"]


@pytest.mark.parametrize(
    ("table", "key", "most"), [(Limits, "max_unfinished", 100), (GlobusSettings, "listings_at_once", 10)]
)
def test_globus_has_limits_of_its_own(table: type[BaseModel], key: str, most: int) -> None:
    assert getattr(table.model_validate({key: most}), key) == most
    assert refused(table, {key: most + 1}) == refused(table, {key: 0}) == [key]


@pytest.mark.parametrize(
    "key",
    [
        "max_files",
        "data_sets_per_night",
        "max_batch",
        "poll_interval",
        "fault_patience",
        "proof_bytes_per_night",
        "recheck_within",
    ],
)
def test_a_limit_is_at_least_one(key: str) -> None:
    assert getattr(Limits.model_validate({key: 1}), key) == 1
    assert refused(Limits, {key: 0}) == [key]


@pytest.mark.parametrize(
    ("table", "values", "key", "good", "bad"),
    [
        (CatalogSettings, CATALOG, "connection", ["a.b-c_1", "x" * 200], ["", "mysql://host", "x" * 201]),
        (CatalogSettings, CATALOG, "database", ["Lab_1", "x" * 64], ["", "lab-archive", "x" * 65, "a.b"]),
        (CatalogSettings, CATALOG, "link_database", ["Lab_1"], ["lab archive", "läb"]),
        (LabSettings, LAB, "session", ["lab-1.A", "a$b.Session.Part"], ["Session", "lab.session", "a.B.C.D"]),
        (LabSettings, LAB, "subject", ["lab.Subject"], ["lab."]),
        (LabSettings, LAB, "subject_name", ["a", "water_restriction_number2"], ["", "Name", "2a", "a-b"]),
        (LabSettings, LAB, "date", ["day"], ["Day"]),
        (LabSettings, LAB, "time", ["start", None], ["", "Start"]),
        (
            DataSetSettings,
            DATA_SET,
            "link_table",
            ["A", "A1b", "A" + "x" * 63],
            ["", "archived", "A_b", "A" + "x" * 64],
        ),
        (DataSetSettings, DATA_SET, "unclaimed", ["report", "archive"], ["ignore", ""]),
        (
            ReadinessSettings,
            {},
            "sentinel",
            ["session.done", "x" * 255],
            ["a/b", "a\\b", "a\nb", "x" * 256],
        ),
    ],
)
def test_a_name_has_the_form_that_its_reader_needs(
    table: type[BaseModel], values: dict[str, Any], key: str, good: list[Any], bad: list[str]
) -> None:
    for value in good:
        assert getattr(table.model_validate({**values, key: value}), key) == value
    for value in bad:
        assert refused(table, {**values, key: value}) == [key], value


def test_the_link_tables_have_a_database_of_their_own() -> None:
    assert CatalogSettings.model_validate(CATALOG).link_database == "links"
    assert refused(CatalogSettings, {**CATALOG, "link_database": "archive"}) == [""]


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (CatalogSettings, CATALOG),
        (GlobusSettings, {}),
        (LabSettings, LAB),
        (DataSetSettings, DATA_SET),
        (ReadinessSettings, {}),
        (FixitySettings, {}),
        (Limits, {}),
    ],
)
def test_an_unknown_key_is_refused_and_a_table_never_changes(
    table: type[BaseModel], values: dict[str, Any]
) -> None:
    made = table.model_validate(values)
    assert refused(table, {**values, "tyop": 1}) == ["tyop"]
    with pytest.raises(ValidationError, match="frozen"):
        setattr(made, next(iter(table.model_fields)), "x")


def test_the_defaults_are_those_of_the_documents() -> None:
    limits, readiness = Limits(), ReadinessSettings()
    assert (limits.run_deadline, limits.transfer_deadline) == (20 * 3600, 72 * 3600)
    assert (limits.max_files, limits.max_unfinished, limits.data_sets_per_night) == (100_000, 20, 100)
    assert (limits.bytes_per_night, limits.approve_above) == (4 * 10**12, 10**12)
    assert (limits.proof_bytes_per_night, limits.recheck_within) == (2 * 10**12, 7 * 86400)
    assert (limits.fault_patience, limits.poll_interval, limits.max_batch) == (1800, 30, 200)
    assert (readiness.settle_gap, readiness.min_age) == (3600, 7200)
    assert (GlobusSettings().requests_per_second, GlobusSettings().listings_at_once) == (20, 10)
    assert FixitySettings().source_sha256 is False
