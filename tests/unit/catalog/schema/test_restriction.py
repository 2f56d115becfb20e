"""A restriction never selects more than it says. Values stand for DataJoint's tables; a database has its own tests."""

import math
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from session_archive.catalog.schema.restriction import by_own_or_lab, by_session_key, lab_key
from session_archive.errors import CatalogError

TEXT, NUMBER, ID = (
    SimpleNamespace(numeric=kind == "number", uuid=kind == "id") for kind in ("text", "number", "id")
)


class Heading(dict[str, SimpleNamespace]):
    @property
    def names(self) -> list[str]:
        return list(self)


@dataclass
class Rows:
    """Rows in memory that are restricted as a table is: by a key, or by any of several."""

    heading: Heading
    rows: list[dict[str, Any]]
    primary_key: list[str] = field(default_factory=list)

    def __call__(self) -> "Rows":
        return self

    def __and__(self, other: dict[str, Any] | list[dict[str, Any]]) -> "Rows":
        keys = other if isinstance(other, list) else [other]
        kept = [row for row in self.rows if any(key.items() <= row.items() for key in keys)]
        return Rows(self.heading, kept, self.primary_key)

    def proj(self, name: str) -> "Rows":
        return Rows(Heading({name: self.heading[name]}), [{name: row[name]} for row in self.rows])

    def to_dicts(self) -> list[dict[str, Any]]:
        return self.rows


TABLE = Rows(
    Heading(data_set_id=NUMBER, subject=TEXT, n_files=NUMBER),
    [{"data_set_id": number, "subject": f"SC0{number}", "n_files": 5} for number in range(4)],
)


def link(*pairs: tuple[int, int]) -> Rows:
    return Rows(
        Heading(subject_id=NUMBER, rig=TEXT, data_set_id=NUMBER),
        [{"subject_id": subject, "rig": "a", "data_set_id": data_set} for subject, data_set in pairs],
        ["subject_id", "rig", "data_set_id"],
    )


LINKS = {"ArchivedRawEphys": link((7, 0), (8, 1)), "ArchivedVideo": link((7, 2))}


def selected(**restriction: Any) -> list[int]:
    return [row["data_set_id"] for row in by_own_or_lab(TABLE, LINKS, restriction).rows]


def test_keys_of_the_table_and_of_the_labs_session_narrow_together() -> None:
    assert selected() == [0, 1, 2, 3]
    assert selected(n_files=5) == [0, 1, 2, 3]
    assert selected(subject="SC01") == [1]
    assert selected(subject_id=7) == [0, 2]
    assert selected(subject_id=7, rig="a") == [0, 2]
    assert selected(subject_id=7, subject="SC02") == [2]
    assert selected(subject_id=9) == []
    assert selected(subject_id=8, subject="SC02") == []


def test_without_links_a_key_of_the_lab_selects_nothing() -> None:
    assert by_session_key(TABLE, {}, {"subject_id": 7}).rows == []
    with pytest.raises(CatalogError, match="'subject_id'"):
        by_own_or_lab(TABLE, {}, {"subject_id": 7})


def test_the_key_of_the_labs_session_is_without_the_data_set() -> None:
    assert lab_key(LINKS["ArchivedVideo"]) == ["subject_id", "rig"]


def test_a_key_that_no_table_has_is_named() -> None:
    with pytest.raises(CatalogError) as refused:
        selected(subject="SC01", subjct_id=7, animal=8)
    assert str(refused.value).startswith("'animal'")
    assert "subject_id" in str(refused.value)


@pytest.mark.parametrize(
    "restriction",
    [
        {"subject": 0},
        {"subject": 1.5},
        {"subject": True},
        {"n_files": True},
        {"n_files": "five"},
        {"n_files": ""},
        {"subject": ["SC01"]},
        {"n_files": {"a": 1}},
        {"subject_id": "seven"},
        {"subject_id": [7]},
        {"rig": 0},
        {"n_files": "4_40956"},
        {"n_files": "nan"},
        {"n_files": "inf"},
        {"n_files": "-Infinity"},
        {"n_files": "１"},
        {"n_files": "٤"},
        {"n_files": "²"},
        {"n_files": " 5"},
        {"n_files": "5\n"},
        {"n_files": "0x5"},
        {"n_files": "1e999"},
        {"n_files": "."},
        {"n_files": "1e"},
        {"n_files": math.nan},
        {"n_files": math.inf},
        {"subject_id": math.nan},
        {"subject_id": "4_40956"},
        {"subject": "\ud800"},
        {"rig": "a\udcff"},
        {"n_files": "\ud800"},
    ],
)
def test_a_value_that_sql_would_compare_in_another_way_is_refused(restriction: dict[str, Any]) -> None:
    with pytest.raises(CatalogError, match=f"^{next(iter(restriction))}: ") as refused:
        selected(**restriction)
    assert "\n" not in str(refused.value)
    str(refused.value).encode()


@pytest.mark.parametrize(
    "restriction",
    [{"n_files": text} for text in ("5", "-5", "+5.5", "5.", ".5", "1e3", "1.5E-3")]
    + [{"n_files": 5.5}, {"subject": None}, {"n_files": None}],
)
def test_a_number_may_be_a_text_of_digits_and_a_value_may_be_missing(restriction: dict[str, Any]) -> None:
    assert selected(**restriction) == []


IDS = Rows(Heading(data_set_id=ID), [{"data_set_id": "0b6f3a52-7c39-4f5e-9a35-1e9a4a1b7f01"}])


@pytest.mark.parametrize(
    "text",
    [
        "not-a-uuid",
        "",
        "' OR 1=1",
        "0b6f3a52-7c39-4f5e-9a35-1e9a4a1b7f0",
        "0b6f3a52-7c39-4f5e-9a35-1e9a4a1b7f01\n",
        "{0b6f3a52-7c39-4f5e-9a35-1e9a4a1b7f01}",
        "0b6f3a52-7c39-4f5e-9a35-1e9a4a1b_f01",
        "０b6f3a52-7c39-4f5e-9a35-1e9a4a1b7f01",
        5,
    ],
)
def test_an_id_that_is_no_uuid_is_refused(text: Any) -> None:
    with pytest.raises(CatalogError, match=r"^data_set_id: .* is not a UUID") as refused:
        by_own_or_lab(IDS, {}, {"data_set_id": text})
    assert "\n" not in str(refused.value)


def test_an_id_is_a_uuid_with_or_without_hyphens() -> None:
    [row] = IDS.rows
    assert by_own_or_lab(IDS, {}, row).rows == [row]
    assert by_own_or_lab(IDS, {}, {"data_set_id": row["data_set_id"].upper().replace("-", "")}).rows == []


def test_a_long_value_is_cut_in_the_message() -> None:
    with pytest.raises(CatalogError) as refused:
        selected(n_files="x" * 5000)
    assert len(str(refused.value)) < 300
