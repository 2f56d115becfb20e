"""Which sessions are expected: read from labs of several shapes."""

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

import pytest
from tests.integration.catalog.plain import reads_the_same_lab
from tests.integration.catalog.samples import MORNING, Site, record, sample_lab_settings, sample_layout

from session_archive.catalog.database.connection import OwnConnection, dj, quiet
from session_archive.catalog.lab.sessions import Lab
from session_archive.catalog.open import Catalog
from session_archive.catalog.setup.install import install
from session_archive.errors import ArchiveError, CatalogError
from session_archive.settings.load import LabSettings
from session_archive.states.decisions import find_session
from session_archive.states.state import NO_DATE
from support.mariadb import DatabaseServer
from support.sample_lab import LabRow, add_sessions


def expected(site: Site, restriction: str = "") -> list[str]:
    layout = replace(site.layout, expected={"raw-ephys": restriction})
    sessions = Catalog(site.nightly, layout).expected_sessions("raw-ephys")
    reads_the_same_lab(site.nightly, layout.lab, restriction)
    return [str(session) for session in sessions]


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
    the_fast_way_finds_the_same(admin, lab)


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
    server: DatabaseServer, fresh_site: Site, number: int
):
    server.execute(f"REVOKE SELECT ON `experiment{number}`.* FROM nightly@'%%'")
    with pytest.raises(CatalogError, match=f"lab.session: .*'experiment{number}'"):
        Lab(fresh_site.nightly, fresh_site.layout.lab).expected_sessions("raw-ephys")


def the_fast_way_finds_the_same(connection: OwnConnection, settings: LabSettings) -> None:
    """Ids and keys without names must be those of the sessions: states are found by them."""
    reads_the_same_lab(connection, settings)
    lab = Lab(connection, settings)
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
    the_fast_way_finds_the_same(admin, lab)


def test_sessions_of_one_minute_are_two_and_distinguished_by_their_keys(site: Site):
    began = dt.datetime(2021, 2, 1, 10, 30)
    add_sessions(
        site.sample,
        [LabRow(5, "SC055", 1, began), LabRow(5, "SC055", 2, began + dt.timedelta(seconds=40))],
    )
    sessions = Catalog(site.nightly, site.layout).expected_sessions("raw-ephys")
    first, second = (each for each in sessions if each.subject == "SC055")
    assert str(first) == str(second) == "SC055 2021-02-01 10:30"
    assert (first.key["session"], second.key["session"]) == (1, 2) and first.id != second.id
    with pytest.raises(
        ArchiveError, match=r"means 2 sessions; name one by its key: .*session=1; .*session=2"
    ):
        find_session(str(first), sessions)
    assert find_session("subject_id=5, session=2", sessions) == second


@pytest.mark.parametrize("table", ["Described", "Found", "Counted", "Counted.Unit"])
def test_a_table_of_any_tier_says_which_are_expected(fresh_site: Site, number: int, table: str):
    context = {"Session": fresh_site.sample.Session}
    schema = dj.Schema(f"experiment{number}", context, connection=fresh_site.admin, create_tables=True)

    @schema
    class Described(dj.Lookup):
        definition = """
        -> Session
        """

    @schema
    class Found(dj.Imported):
        definition = """
        -> Session
        """

    @schema
    class Counted(dj.Computed):
        definition = """
        -> Session
        """

        class Unit(dj.Part):
            definition = """
            -> master
            unit : int16
            """

    key = {"subject_id": MORNING.subject_id, "session": 2}
    Described.insert1(key)
    Found.insert1(key, allow_direct_insert=True)
    Counted.insert1(key, allow_direct_insert=True)
    Counted.Unit.insert([{**key, "unit": unit} for unit in (1, 2)])
    assert expected(fresh_site, f"experiment{number}.{table}") == ["SC022 2021-01-01 12:30"]


def test_a_short_name_that_a_part_table_has(fresh_site: Site, number: int):
    """As the lab's alias in element-animal's Subject.Lab."""
    fresh_site.server.execute(
        f"CREATE TABLE `lab{number}`.subject__lab (subject_id INT, lab VARCHAR(8), subject_alias VARCHAR(32), "
        "PRIMARY KEY (subject_id, lab))"
    )
    fresh_site.server.execute(
        f"INSERT INTO `lab{number}`.subject__lab VALUES (407513, 'a', 'SC1022'), (407514, 'a', '')"
    )
    lab = LabSettings(
        **{
            **dict(sample_lab_settings(number)),
            "subject": f"lab{number}.Subject.Lab",
            "subject_name": "subject_alias",
        }
    )
    sessions = Catalog(fresh_site.nightly, replace(fresh_site.layout, lab=lab)).expected_sessions("raw-ephys")
    reads_the_same_lab(fresh_site.nightly, lab)
    assert {each.subject for each in sessions} == {"SC1022", ""}


def test_a_day_that_only_another_table_has_is_an_error_that_says_so(fresh_site: Site, number: int):
    fresh_site.server.execute(
        f"CREATE TABLE `experiment{number}`.session_day (subject_id INT, session SMALLINT, day DATE, "
        "PRIMARY KEY (subject_id, session))"
    )
    lab = LabSettings(**{**dict(sample_lab_settings(number)), "date": "day"})
    with pytest.raises(
        CatalogError, match=r"lab.date: .*'day'; there are .*an attribute of another table cannot be used"
    ):
        Catalog(fresh_site.nightly, replace(fresh_site.layout, lab=lab)).expected_sessions("raw-ephys")


def test_a_database_with_a_dash_in_its_name(admin: OwnConnection, server: DatabaseServer, number: int):
    with quiet():
        schema = dj.Schema(f"u19-lab-{number}", connection=admin, create_tables=True)

        @schema
        class Session(dj.Manual):
            definition = """
            subject : varchar(8)
            began : datetime
            """

    Session.insert1({"subject": "SC022", "began": "2021-01-01 10:30"})
    table = f"u19-lab-{number}.Session"
    lab = LabSettings(session=table, subject=table, subject_name="subject", date="began")
    install(admin, sample_layout(number, lab=lab), nightly_user="nightly")
    [session] = Catalog(admin, sample_layout(number, lab=lab)).expected_sessions(
        "raw-ephys",
    )
    assert str(session) == "SC022 2021-01-01 10:30"
    reads_the_same_lab(admin, lab)


def test_what_datajoint_notes_in_comments_is_kept_from_the_link_tables(fresh_site: Site, number: int):
    """DataJoint 0.13 and 0.14 stop at such a note: the lab could not delete a session that has a link."""
    links = f"archive_link_{number}"
    noted = fresh_site.server.execute(
        "SELECT column_comment FROM information_schema.columns WHERE table_schema = %s AND column_name = 'linked_at'",
        links,
    )
    assert noted == [("UTC",), ("UTC",)]
    assert ("~log",) in fresh_site.server.execute(f"SHOW TABLES FROM `{links}`")
    install(fresh_site.admin, fresh_site.layout)
    with quiet():
        assert fresh_site.open().links["ArchivedRawEphys"]().heading["linked_at"].type == "datetime(6)"


def test_a_session_without_a_day_is_seen_and_matched_to_nothing(fresh_site: Site, number: int):
    fresh_site.server.execute(f"ALTER TABLE `experiment{number}`.session MODIFY session_date DATE NULL")
    fresh_site.server.execute(
        f"UPDATE `experiment{number}`.session SET session_date = NULL WHERE session = 2"
    )
    sessions = Catalog(fresh_site.nightly, fresh_site.layout).expected_sessions("raw-ephys")
    undated = next(each for each in sessions if each.date == NO_DATE)
    assert str(undated) == f"{undated.subject} without a date 12:30"
    assert sorted(each.date.year for each in sessions) == [1, 2021, 2021]
    the_fast_way_finds_the_same(fresh_site.nightly, fresh_site.layout.lab)
