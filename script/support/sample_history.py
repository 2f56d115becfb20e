"""A catalog of very many archived data sets, written by SQL in seconds: for benchmarks, and for tests of what grows.

Every row is what nights would have written: sessions of the lab, states, looks, ledger, verifications, replicas, files.
A hundred animals are recorded on twenty days, then the next hundred. Data set 0 is the newest, so that a catalog of
100,000 data sets has the 2,000 newest of a smaller one, and the same rig.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pymysql

from session_archive.catalog.database.connection import dj
from session_archive.catalog.schema.layout import Layout
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.settings.places import Place
from support.mariadb import DatabaseServer
from support.sample_history_rows import (
    ANIMALS,
    DAYS,
    FILES,
    KIND,
    checksum,
    joined,
    made_id,
    packed,
    rows,
    uuid5,
)

LAST_DAY = dt.date(2024, 12, 31)


@dataclass(frozen=True)
class Recorded:
    """One data set of the history, as the rig has it: what the SQL below writes, once more in Python."""

    number: int

    @property
    def subject_id(self) -> int:
        """The animal's number."""
        return self.number // (ANIMALS * DAYS) * ANIMALS + self.number % ANIMALS + 1

    @property
    def session(self) -> int:
        """The lab's number of the session: the animal's last one is the 20th."""
        return DAYS - self.number // ANIMALS % DAYS

    @property
    def name(self) -> DataSetName:
        """Of its one data set."""
        day = LAST_DAY - dt.timedelta(days=self.number // ANIMALS)
        return DataSetName(KIND, SessionName(f"BM{self.subject_id}", day))

    @property
    def directory(self) -> str:
        """Relative to the rig."""
        session = self.name.session
        return f"{session.subject}/catgt_{session.subject}_{session.date:%m%d%y}_g0"

    @property
    def manifest(self) -> Manifest:
        """Its files, without types and checksums."""
        day = dt.datetime.combine(self.name.session.date, dt.time(10), dt.UTC)
        return Manifest.of(
            FileEntry(f"{self.directory}/{file:03}.txt", self.number * FILES + file, int(day.timestamp()))
            for file in range(FILES)
        )


def make_rig(rig: Path, numbers: Iterable[int]) -> None:
    """Write the folders of these data sets, as archived: their files are holes of the right size."""
    for number in numbers:
        for file in Recorded(number).manifest.files:
            path = rig / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as written:
                written.truncate(file.size)
            os.utime(path, (file.mtime, file.mtime))


def fill_history(
    database: DatabaseServer, layout: Layout, location: Place, until: int, *, first: int = 0
) -> None:
    """Add the data sets `first` to `until` - 1 to an installed catalog, with all that their nights left there.

    layout   : of that catalog, with the lab of `sample_lab`, and a type `raw-ephys`
    location : where they are archived
    """
    with (
        pymysql.connect(
            host=database.host,
            port=database.port,
            user=database.root_user,
            password=database.root_password,
            autocommit=True,
        ) as connection,
        connection.cursor() as cursor,
    ):
        for statement in _statements(layout, location, first, until):
            cursor.execute(statement)


def _statements(layout: Layout, location: Place, first: int, until: int) -> Iterator[str]:
    yield "SET foreign_key_checks = 0"
    yield f"USE `{layout.database}`"
    yield "SET SESSION group_concat_max_len = 1048576"
    yield f"CREATE TEMPORARY TABLE filled (PRIMARY KEY (n)) ENGINE=Aria {_filled(first, until)}"
    yield (
        "CREATE TEMPORARY TABLE filled_file ENGINE=Aria SELECT n, data_set_id, file_path, file_size, mtime, "
        f"{uuid5(_PATH)} AS path_id FROM (SELECT n, data_set_id, "
        f"CONCAT(directory, '/', LPAD(seq, 3, '0'), '.txt') AS file_path, n * {FILES} + seq AS file_size, mtime "
        f"FROM filled JOIN seq_0_to_{FILES - 1}) AS files"
    )
    canonical = joined('["', "file_path", '",', "file_size", ",", "mtime", "]")
    files = joined('{"path": "', "file_path", '", "size": ', "file_size", ', "mtime": ', "mtime", "}")
    paths = joined('"', "file_path", '"')
    sums = joined('"', "file_path", '": ["SHA256", "', checksum(), '"]')
    yield (
        "CREATE TEMPORARY TABLE filled_manifest (n INT PRIMARY KEY, manifest_id CHAR(64), n_bytes BIGINT, "
        "packed LONGBLOB, paths LONGBLOB, sums LONGBLOB) ENGINE=Aria SELECT n, "
        f"SHA2(CONCAT('[', {canonical}, ']'), 256) AS manifest_id, SUM(file_size) AS n_bytes, "
        f"{packed('[', files, ']')} AS packed, {packed('[', paths, ']')} AS paths, "
        f"{packed('{', sums, '}')} AS sums "
        "FROM filled_file GROUP BY n"
    )
    yield f"INSERT IGNORE INTO `#data_set_type` VALUES ('{KIND}', '')"
    yield "INSERT IGNORE INTO `#file_type` VALUES ('unknown', '')"
    yield (
        f"INSERT IGNORE INTO storage_location VALUES ('{location.name}', X'{location.collection.hex}', "
        f"'{location.directory}')"
    )
    lab, experiment = (name.partition(".")[0] for name in (layout.lab.subject, layout.lab.session))
    link = dj.utils.from_camel_case(layout.link_tables[KIND])
    tables = {
        "subject": f"{lab}.subject",
        "water_restriction": f"{lab}.water_restriction",
        "session": f"{experiment}.session",
        "link": f"`{layout.link_database}`.`{link}`",
    }
    for table, columns, condition in rows(location.name):
        names, values = ", ".join(columns), ", ".join(columns.values())
        # One animal has many sessions.
        verb = "INSERT IGNORE" if table in ("subject", "water_restriction") else "INSERT"
        # By the key, which is far faster; the server numbers these in the order of the nights.
        order = "n DESC" if table in ("data_set_state", "decision") else "1"
        # Without these checks, InnoDB fills an empty table in bulk, and leaves it empty if a row occurs twice.
        yield f"SET unique_checks = {int(verb != 'INSERT')}"
        yield (
            f"{verb} INTO {tables.get(table, table)} ({names}) SELECT {values} "
            f"FROM filled JOIN filled_manifest USING (n) {condition} ORDER BY {order}"
        )
    yield (
        "INSERT INTO data_set__physical_file (data_set_id, revision, path_id, file_path, file_type, file_size, "
        "file_mtime, checksum, checksum_algorithm, vouched_by) SELECT data_set_id, 0, path_id, file_path, 'unknown', "
        f"file_size, FROM_UNIXTIME(mtime), {checksum()}, 'SHA256', 'source' FROM filled_file ORDER BY data_set_id"
    )
    yield (
        "INSERT INTO file_digest (digest_id, data_set_id, path_id, file_path, place, algorithm, digest, computed_by, "
        f"basis, file_size, file_mtime, file_version, computed_at) SELECT {made_id('digest', 'file_path')}, "
        f"data_set_id, path_id, file_path, '{location.name}', 'SHA256', {checksum()}, 'globus', '', file_size, "
        "mtime, '', FROM_UNIXTIME(mtime + 80000) FROM filled_file ORDER BY 1"
    )
    yield "DROP TEMPORARY TABLE filled, filled_file, filled_manifest"
    yield f"ANALYZE TABLE {', '.join((*_ANALYZED, *tables.values()))}"


_PATH = "CONCAT('path ', file_path)"

#: The optimizer's numbers of a table are old after so many rows at once; those of a table that grows nightly are not.
_ANALYZED = (
    "data_set", "data_set__physical_file", "replica", "replica__verified", "replica__carried", "verification",
    "submission", "acceptance", "transfer_outcome", "data_set_state", "look", "decision", "file_digest",
    "root_listing", "imported_data_set",
)  # fmt: skip


def _filled(first: int, until: int) -> str:
    """One row for each data set, with all that its other rows have in common."""
    directory = "CONCAT(subject, '/catgt_', subject, '_', DATE_FORMAT(day, '%m%d%y'), '_g0')"
    name = f"CONCAT('{KIND}/', subject, '/', day)"
    of_name = f"CONCAT('data set ', {name})"
    target = """CONCAT('lab session {"session": ', session, ', "subject_id": ', subject_id, '}')"""
    return (
        f"SELECT *, {directory} AS directory, {name} AS name, "
        f"{uuid5(of_name)} AS data_set_id, {uuid5(target)} AS target, "
        "UNIX_TIMESTAMP(day) + 36000 AS mtime, day + INTERVAL 1 DAY AS night, "
        f"CONCAT(subject, ' ', day, ' 10:00') AS label, CONCAT('night ', day) AS run_id, "
        f"{made_id('submission', 'n')} AS submission_id, {made_id('verification', 'n')} AS verification_id "
        f"FROM (SELECT seq AS n, seq DIV {ANIMALS * DAYS} * {ANIMALS} + seq % {ANIMALS} + 1 AS subject_id, "
        f"CONCAT('BM', seq DIV {ANIMALS * DAYS} * {ANIMALS} + seq % {ANIMALS} + 1) AS subject, "
        f"{DAYS} - seq DIV {ANIMALS} % {DAYS} AS session, "
        f"DATE('{LAST_DAY}') - INTERVAL seq DIV {ANIMALS} DAY AS day FROM seq_{first}_to_{until - 1}) AS numbered"
    )
