"""Which sessions are expected: read from labs of several shapes."""

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

import pytest
from tests.integration.catalog.samples import MORNING, Site, record, sample_lab_settings, sample_layout

from session_archive.catalog.catalog import Catalog
from session_archive.catalog.connection import OwnConnection, dj, quiet
from session_archive.catalog.install import install
from session_archive.catalog.lab import Lab
from session_archive.errors import CatalogError
from session_archive.settings import LabSettings
from support.mariadb import PrivateMariaDB
from support.sample_lab import LabRow, add_sessions


def expected(site: Site, restriction: str = "") -> list[str]:
    layout = replace(site.layout, expected={"raw-ephys": restriction})
    return [str(session) for session in Catalog(site.nightly, layout).expected_sessions("raw-ephys")]


def test_every_session_with_its_short_name_date_and_time(site: Site):
    assert expected(site) == ["SC022 2021-01-01 10:30", "SC022 2021-01-01 12:30", "SC023 2021-01-01 09:00"]


def test_a_session_keeps_its_id_and_a_key_that_json_can_carry(catalog: Catalog):
    first, again = (catalog.expected_sessions("raw-ephys")[0] for _ in range(2))
    assert first == again
    assert first.key == {"subject_id": MORNING.subject_id, "session": 1}


def test_a_restriction_says_which_are_expected(site: Site):
    assert expected(site, "session_time < '10:00:00'") == ["SC023 2021-01-01 09:00"]


def test_a_percent_sign_in_a_restriction_is_sql_and_no_format(site: Site):
    assert len(expected(site, "subject_id LIKE '%13'")) == 2


def test_a_table_says_which_are_expected(fresh_site: Site, number: int):
    context = {"Session": fresh_site.sample.Session}
    schema = dj.Schema(f"experiment{number}", context, connection=fresh_site.admin, create_tables=True)

    @schema
    class Recording(dj.Imported):
        definition = """
        -> Session
        probe : int16
        ---
        session_date : date   # of the import: the same name, another meaning
        """

    Recording.insert(
        [
            {"subject_id": MORNING.subject_id, "session": 2, "probe": probe, "session_date": "1999-01-01"}
            for probe in (1, 2)
        ],
        allow_direct_insert=True,
    )
    assert expected(fresh_site, f"experiment{number}.Recording") == ["SC022 2021-01-01 12:30"]


def test_a_table_without_rows_expects_nothing(fresh_site: Site, number: int):
    fresh_site.server.execute(
        f"CREATE TABLE `experiment{number}`.`nothing` LIKE `experiment{number}`.`session`"
    )
    assert expected(fresh_site, f"experiment{number}.Nothing") == []


@pytest.mark.parametrize(
    ("restriction", "says"),
    [
        ("sesion_time < '10:00'", r"data_sets.raw-ephys.expected.*session_time"),
        ("session_time <", r"data_sets.raw-ephys.expected.*session_time"),
        ("experiment{number}.Recordings", r"data_sets.raw-ephys.expected.*there are Session"),
        ("nowhere.Session", r"data_sets.raw-ephys.expected.*'nowhere'"),
    ],
)
def test_a_wrong_expectation_names_the_setting_and_what_there_is(site: Site, restriction: str, says: str):
    with pytest.raises(CatalogError, match=says):
        expected(site, restriction.format(number=site.number))


def test_a_table_that_would_restrict_nothing_is_refused(fresh_site: Site, number: int):
    fresh_site.server.execute(f"CREATE TABLE `lab{number}`.`unrelated` (thing INT PRIMARY KEY)")
    with pytest.raises(CatalogError, match="shares no key"):
        expected(fresh_site, f"lab{number}.Unrelated")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"session": "experiment{number}.Sesion"}, "lab.session: .*there are Session"),
        ({"session": "experimint.Session"}, "lab.session: .*'experimint'"),
        ({"subject": "lab{number}.Subjects"}, "lab.subject: .*there are Subject, WaterRestriction"),
        (
            {"subject_name": "h2o"},
            "lab.subject_name: .*'h2o'; there are subject_id, water_restriction_number",
        ),
        ({"date": "day"}, "lab.date: .*'day'; there are subject_id, session, session_date, session_time"),
        ({"time": "start"}, "lab.time: .*'start'; there are"),
        ({"date": "session_time"}, "lab.date: 'session_time' is a time; expected a date"),
        ({"time": None}, "lab.date: 'session_date' is a date; expected a datetime"),
    ],
)
def test_a_wrong_setting_names_its_key_and_what_there_is(site: Site, change: dict[str, Any], says: str):
    change = {key: value.format(number=site.number) if value else value for key, value in change.items()}
    layout = replace(site.layout, lab=LabSettings(**{**dict(sample_lab_settings(site.number)), **change}))
    with pytest.raises(CatalogError, match=says):
        Catalog(site.nightly, layout).expected_sessions("raw-ephys")


def test_further_columns_and_the_number_as_part_of_the_key_do_not_matter(fresh_site: Site, number: int):
    for sql in (
        "ALTER TABLE `lab{n}`.water_restriction DROP PRIMARY KEY, "
        "ADD PRIMARY KEY (subject_id, water_restriction_number)",
        "ALTER TABLE `lab{n}`.water_restriction ADD cage VARCHAR(8) DEFAULT 'c', "
        "ADD session_date DATE DEFAULT '1999-01-01'",
        "ALTER TABLE `experiment{n}`.session ADD username VARCHAR(8) DEFAULT 'x', ADD notes LONGBLOB",
    ):
        fresh_site.server.execute(sql.format(n=number))
    assert expected(fresh_site) == [
        "SC022 2021-01-01 10:30",
        "SC022 2021-01-01 12:30",
        "SC023 2021-01-01 09:00",
    ]


def test_a_subject_without_a_name_or_with_two_is_seen_and_not_guessed(fresh_site: Site, number: int):
    fresh_site.server.execute(
        f"ALTER TABLE `lab{number}`.water_restriction DROP PRIMARY KEY, "
        "ADD PRIMARY KEY (subject_id, water_restriction_number)"
    )
    fresh_site.server.execute(f"INSERT INTO `lab{number}`.water_restriction VALUES (407514, 'SC099')")
    fresh_site.sample.Subject.insert1({"subject_id": 9})
    fresh_site.sample.Session.insert1(
        {"subject_id": 9, "session": 1, "session_date": "2021-01-02", "session_time": "8:00"}
    )
    assert expected(fresh_site) == [
        "SC022 2021-01-01 10:30",
        "SC022 2021-01-01 12:30",
        "SC023, SC099 2021-01-01 09:00",
        " 2021-01-02 08:00",
    ]


def test_a_lab_of_old_datajoint_is_read_without_a_word(
    fresh_site: Site, number: int, capfd: pytest.CaptureFixture[str]
):
    """Schemas made before 2.x have no ~lineage table."""
    for database in (f"lab{number}", f"experiment{number}"):
        fresh_site.server.execute(f"DROP TABLE `{database}`.`~lineage`")
    assert len(expected(fresh_site)) == 3
    install(fresh_site.admin, fresh_site.layout)
    assert capfd.readouterr() == ("", "")


def test_a_session_keyed_by_a_datetime(admin: OwnConnection, number: int):
    """As in DataJoint Elements: subject is text, the session's key is when it began."""
    with quiet():
        schema = dj.Schema(f"elements{number}", connection=admin, create_tables=True)

        @schema
        class Subject(dj.Manual):
            definition = """
            subject : varchar(8)
            """

        @schema
        class Session(dj.Manual):
            definition = """
            -> Subject
            session_datetime : datetime
            """

    Subject.insert1({"subject": "SC022"})
    Session.insert1({"subject": "SC022", "session_datetime": "2021-01-01 10:30:00"})
    lab = LabSettings(
        session=f"elements{number}.Session",
        subject=f"elements{number}.Subject",
        subject_name="subject",
        date="session_datetime",
    )
    layout = sample_layout(number, lab=lab)
    install(admin, layout)
    catalog = Catalog(admin, layout)
    [session] = catalog.expected_sessions("raw-ephys")
    assert (str(session), session.time) == ("SC022 2021-01-01 10:30", dt.time(10, 30))
    assert session.key == {"subject": "SC022", "session_datetime": "2021-01-01T10:30:00"}
    assert record(catalog, session) and not record(catalog, session)
    assert len(catalog.links["ArchivedRawEphys"]()) == 1
    Subject.insert1({"subject": 'ä"1%s'})
    Session.insert1({"subject": 'ä"1%s', "session_datetime": "2021-01-02 10:30:00"})
    the_fast_way_finds_the_same(Lab(admin, lab))


def test_reading_leaves_the_lab_as_it_is(fresh_site: Site, number: int):
    def everything() -> list[Any]:
        tables = fresh_site.server.execute(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema IN (%s, %s)",
            f"lab{number}",
            f"experiment{number}",
        )
        return sorted(fresh_site.server.execute(f"SHOW CREATE TABLE `{db}`.`{name}`") for db, name in tables)

    before = everything()
    install(fresh_site.admin, fresh_site.layout)
    record(fresh_site.open(), fresh_site.open().expected_sessions("raw-ephys")[0])
    assert everything() == before


def test_new_sessions_are_seen_by_an_open_catalog(site: Site, catalog: Catalog):
    catalog.expected_sessions("raw-ephys")
    add_sessions(site.sample, [LabRow(5, "SC055", 1, dt.datetime(2021, 1, 3, 8))])
    assert "SC055 2021-01-03 08:00" in map(str, catalog.expected_sessions("raw-ephys"))


def test_a_database_that_the_login_may_not_see_is_named(
    server: PrivateMariaDB, fresh_site: Site, number: int
):
    server.execute(f"REVOKE SELECT ON `experiment{number}`.* FROM nightly@'%%'")
    with pytest.raises(CatalogError, match=f"lab.session: .*'experiment{number}'"):
        Lab(fresh_site.nightly, fresh_site.layout.lab).expected_sessions("raw-ephys")


def the_fast_way_finds_the_same(lab: Lab) -> None:
    """Ids and keys without names must be those of the sessions: states are found by them."""
    slow = {session.id.bytes: session.key for session in lab.expected_sessions("raw-ephys")}
    fast = lab.expected_keys("raw-ephys")
    assert fast.keys() == slow.keys()
    for expected in fast.values():
        [found] = lab.expected_sessions("raw-ephys", only=[expected.key])
        assert fast[found.id.bytes] is expected
        assert [found.id.bytes] == [
            key for key in lab.expected_keys("raw-ephys", subjects=[found.subject]) if key == found.id.bytes
        ]


def test_a_session_that_has_its_subject_beside_its_key(admin: OwnConnection, number: int):
    with quiet():
        schema = dj.Schema(f"numbered{number}", connection=admin, create_tables=True)

        @schema
        class Subject(dj.Manual):
            definition = """
            subject_id : int32
            ---
            nickname : varchar(16)
            """

        @schema
        class Session(dj.Manual):
            definition = """
            session_uuid : uuid
            ---
            -> Subject
            started : datetime
            """

    key = uuid.uuid4()
    Subject.insert1({"subject_id": 1, "nickname": "SC022"})
    Session.insert1({"session_uuid": key, "subject_id": 1, "started": "2021-01-01 10:30"})
    lab = LabSettings(
        session=f"numbered{number}.Session",
        subject=f"numbered{number}.Subject",
        subject_name="nickname",
        date="started",
    )
    layout = sample_layout(number, lab=lab)
    install(admin, layout)
    catalog = Catalog(admin, layout)
    [session] = catalog.expected_sessions("raw-ephys")
    assert (str(session), session.key) == ("SC022 2021-01-01 10:30", {"session_uuid": str(key)})
    assert record(catalog, session) and not record(catalog, session)
    the_fast_way_finds_the_same(Lab(admin, lab))
