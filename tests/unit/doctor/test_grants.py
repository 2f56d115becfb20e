"""Which rights the nightly login lacks, and which it has without need."""

import pytest

from session_archive.doctor.grants import grant_checks

WHOLE = [
    "GRANT USAGE ON *.* TO `nightly`@`%` IDENTIFIED BY PASSWORD '*1' REQUIRE SSL",
    r"GRANT SELECT, INSERT ON `lab\_archive`.* TO `nightly`@`%`",
    "GRANT SELECT, INSERT ON `links`.* TO `nightly`@`%`",
    "GRANT SELECT ON `lab`.* TO `nightly`@`%`",
]


def grants(*rows: str) -> list[tuple[str, str, str]]:
    found = grant_checks(rows, own=("lab_archive", "links"), lab=("lab",))
    return [(str(check.grade), check.subject, check.found) for check in found]


def test_the_rights_of_setup_are_whole():
    assert [each[:2] for each in grants(*WHOLE)] == [("ok", "grants")]
    with_table = [*WHOLE[:3], "GRANT SELECT (`a`, `b`) ON `lab`.`session` TO `nightly`@`%`"]
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


def test_rights_that_are_missing_or_come_by_a_wider_grant():
    assert [each[:2] for each in grants(WHOLE[0], *WHOLE[2:])] == [("failure", "grants on lab_archive")]
    one_table = "GRANT SELECT, INSERT ON `lab_archive`.`data_set` TO `nightly`@`%`"
    assert ("failure", "grants on lab_archive") in [
        each[:2] for each in grants(WHOLE[0], *WHOLE[2:], one_table)
    ]
    found = grants("GRANT ALL PRIVILEGES ON *.* TO `root`@`%`")
    assert [each[0] for each in found] == ["warning"], "they suffice, and are too many"
    found = grants(*WHOLE[2:], "GRANT SELECT, INSERT ON `lab%`.* TO `n`@`%`")
    assert [each[:2] for each in found] == [("warning", "grants on lab%.*")]
    found = grants(*WHOLE[2:], "GRANT SELECT ON `lab_archive`.* TO `n`@`%`", "GRANT `role` TO `n`@`%`")
    assert [each[2] for each in found] == ["the nightly login lacks INSERT"]
