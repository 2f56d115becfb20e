"""Which rights the nightly login lacks, and which it has without need."""

import pytest

from session_archive.doctor.grants import grant_checks

OWN = {
    ("lab_archive", "data_set"): frozenset({"SELECT", "INSERT"}),
    ("lab_archive", "schema_version"): frozenset({"SELECT"}),
    ("lab_archive", "data_set_state"): frozenset({"SELECT", "INSERT (columns)"}),
    ("links", "archived"): frozenset({"SELECT", "INSERT"}),
}
LOGIN = "GRANT USAGE ON *.* TO `nightly`@`%` IDENTIFIED BY PASSWORD '*1' REQUIRE SSL"
ARCHIVE = [
    "GRANT SELECT, INSERT ON `lab_archive`.`data_set` TO `nightly`@`%`",
    "GRANT SELECT ON `lab_archive`.`schema_version` TO `nightly`@`%`",
    "GRANT SELECT, INSERT (`target`, `state`) ON `lab_archive`.`data_set_state` TO `nightly`@`%`",
]
LINKS = "GRANT SELECT, INSERT ON `links`.`archived` TO `nightly`@`%`"
LAB = "GRANT SELECT ON `lab`.* TO `nightly`@`%`"
WHOLE = [LOGIN, *ARCHIVE, LINKS, LAB]


def grants(*rows: str) -> list[tuple[str, str, str]]:
    found = grant_checks(rows, own=OWN, lab=("lab",))
    return [(str(check.grade), check.subject, check.found) for check in found]


def test_the_rights_of_setup_are_whole():
    assert [each[:2] for each in grants(*WHOLE)] == [("ok", "grants")]
    with_table = [*WHOLE[:-1], "GRANT SELECT (`a`, `b`) ON `lab`.`session` TO `nightly`@`%`"]
    assert [each[0] for each in grants(*with_table)] == ["ok"], (
        "the reading checks show whether that suffices"
    )


@pytest.mark.parametrize(
    ("row", "grade", "subject", "words"),
    [
        ("GRANT UPDATE, DELETE ON `links`.* TO `n`@`%`", "warning", "links.*", "has DELETE, UPDATE"),
        ("GRANT ALL PRIVILEGES ON `lab`.* TO `n`@`%`", "warning", "lab.*", "has ALL PRIVILEGES"),
        ("GRANT SELECT ON `payroll`.* TO `n`@`%`", "warning", "payroll.*", "has SELECT"),
        ("GRANT INSERT ON `lab`.`session` TO `n`@`%`", "warning", "lab.session", "has INSERT"),
        ("GRANT SELECT ON `lab`.* TO `n`@`%` WITH GRANT OPTION", "warning", "lab.*", "has GRANT OPTION"),
        ("GRANT FILE, SUPER ON *.* TO `n`@`%`", "warning", "*.*", "has FILE, SUPER"),
    ],
)
def test_rights_that_no_night_needs(row: str, grade: str, subject: str, words: str):
    [(given, about, message)] = grants(*WHOLE, row)
    assert (given, about) == (grade, f"grants on {subject}")
    assert words in message


@pytest.mark.parametrize(
    ("row", "subject", "remedy"),
    [
        (r"GRANT SELECT, INSERT ON `lab\_archive`.* TO `n`@`%`", "lab_archive.*", "setup"),
        ("GRANT INSERT ON `lab_archive`.`data_set_state` TO `n`@`%`", "lab_archive.data_set_state", "setup"),
        ("GRANT SELECT, INSERT ON `links`.* TO `n`@`%`", "links.*", "setup"),
        ("GRANT INSERT ON `lab_archive`.`schema_version` TO `n`@`%`", "lab_archive.schema_version", "REVOKE"),
        ("GRANT INSERT ON `links`.`~log` TO `n`@`%`", "links.~log", "REVOKE"),
    ],
)
def test_an_insert_that_could_stop_or_falsify_the_archive(row: str, subject: str, remedy: str):
    [check] = grant_checks([*WHOLE, row], own=OWN, lab=("lab",))
    assert (str(check.grade), check.subject) == ("warning", f"grants on {subject}")
    assert "has INSERT, which a night does not need" in check.found
    assert remedy in check.advice


def test_an_insert_of_columns_is_no_more_than_one_of_the_table_and_does_not_replace_it():
    columns = "GRANT INSERT (`a`) ON `lab_archive`.`data_set` TO `n`@`%`"
    assert [each[0] for each in grants(*WHOLE, columns)] == ["ok"]
    without = [row for row in WHOLE if "data_set`" not in row]
    assert [
        each[2] for each in grants(*without, "GRANT SELECT ON `lab_archive`.`data_set` TO `n`@`%`", columns)
    ] == ["the nightly login lacks INSERT, for example on data_set"]


def test_rights_that_are_missing_or_come_by_a_wider_grant():
    assert [each[:2] for each in grants(LOGIN, LINKS, LAB)] == [("failure", "grants on lab_archive")]
    assert grants(LOGIN, ARCHIVE[0], ARCHIVE[2], LINKS, LAB)[0][2] == (
        "the nightly login lacks SELECT, for example on schema_version"
    )
    found = grants("GRANT ALL PRIVILEGES ON *.* TO `root`@`%`")
    assert [each[0] for each in found] == ["warning"], "they suffice, and are too many"
    found = grants(LINKS, LAB, "GRANT SELECT, INSERT ON `lab%`.* TO `n`@`%`")
    assert [each[:2] for each in found] == [("warning", "grants on lab%.*")]
    found = grants(LINKS, LAB, r"GRANT SELECT ON `lab\_archive`.* TO `n`@`%`", "GRANT `role` TO `n`@`%`")
    assert [each[2] for each in found] == [
        "the nightly login lacks INSERT, INSERT (columns), for example on data_set"
    ]
