"""Measures recording in the catalog: data sets of 500 files, against bare INSERTs and against a row at a time.

Run: PYTHONPATH=script .venv/bin/python benchmarks/recording.py [data sets]
Ours writes everything that a night records of a data set (files, replica, verification, state), each data set in one
transaction, through DataJoint's tables. The baselines write the rows of the files alone: `executemany` of PyMySQL with
one commit for each data set, DataJoint's `insert` of the same rows in one call, and its `insert1` for each file. In
turn, in one run; elapsed seconds, and the median of the rounds' ratios: a busy machine slows both sides of a round. The
server writes each commit to disk, as by default.
"""

from __future__ import annotations

import datetime as dt
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pymysql
from goals import Result, report

from session_archive.catalog.data_sets.rows import file_row
from session_archive.catalog.open import Catalog
from session_archive.fixity.compare import compare
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.settings.places import Place
from session_archive.states.state import State, StateRow
from support.stack import Stack

DATA_SETS, FILES, SINGLE = 20, 500, 100
OF_BARE, FASTER = 2.5, 5.0


def main() -> None:
    """Record, and compare."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else DATA_SETS
    with Stack() as stack:
        stack.enter_sessions([])
        stack.install_catalog()
        stack.database.execute("SET GLOBAL innodb_flush_log_at_trx_commit = 1")
        place = stack.settings.locations["archive-ephys"]
        with (
            stack.catalog() as catalog,
            pymysql.connect(
                host=stack.database.host,
                port=stack.database.port,
                user=stack.database.root_user,
                password=stack.database.root_password,
                database=stack.settings.catalog.database,
            ) as bare,
        ):
            seconds = _measure(catalog, bare, place, n)
    names = ("executemany", "insert", "insert1")
    baselines = ", ".join(f"{name} {_least(seconds, way):.0f}" for way, name in enumerate(names, 1))
    what = f"recording data sets of {FILES} files"
    report(
        [
            Result(
                what,
                statistics.median(ours / executed for ours, executed, _, _ in seconds),
                "times executemany of the files alone",
                OF_BARE,
                details=f"least {_least(seconds, 0):.0f} us for a file; {baselines}",
            ),
            Result(
                what,
                statistics.median(ours / inserted for ours, _, inserted, _ in seconds),
                "times DataJoint's insert of the files alone",
            ),
            Result(
                what,
                statistics.median(single / ours for ours, _, _, single in seconds),
                "times faster than insert1 for each file",
                FASTER,
                at_least=True,
            ),
        ]
    )


def _least(seconds: list[tuple[float, ...]], way: int) -> float:
    """Microseconds for a file, by one of the ways."""
    return min(each[way] for each in seconds) * 1e6


def _measure(catalog: Catalog, bare: Any, place: Place, n: int) -> list[tuple[float, ...]]:
    seconds: list[tuple[float, ...]] = []
    for number in range(n + 1):
        ours, executed, inserted, single = (
            DataSetName("raw-ephys", SessionName("BM1", dt.date(2021, 1, 1), str(4 * number + way)))
            for way in range(1, 5)
        )
        each = (
            _timed(FILES, partial(_record, catalog, ours, place, FILES)),
            _executed(catalog, bare, executed, place),
            _inserted(catalog, inserted, place),
            _single(catalog, single, place),
        )
        if number > 0:  # the first one warms caches
            seconds.append(each)
    return seconds


def _record(catalog: Catalog, name: DataSetName, place: Place, n_files: int) -> Manifest:
    manifest = _manifest(name, n_files)
    catalog.writer.record_replica(
        data_set=name,
        directory=f"BM1/{name.session.ident}",
        session_key=None,
        link_table="ArchivedRawEphys",
        place=place,
        manifest=manifest,
        report=compare(promised=manifest, found=manifest),
        verdict="verified",
        method="names, sizes, checksums",
        found_by="upload",
        submission_id=None,
        run_id="benchmark",
        dag_id="benchmark",
        state=StateRow("raw-ephys", uuid.uuid4(), State.ARCHIVED, data_set=str(name)),
    )
    return manifest


def _executed(catalog: Catalog, bare: Any, name: DataSetName, place: Place) -> float:
    _record(catalog, name, place, 1)
    rows = _rows(name)
    columns = list(rows[0])
    sql = f"INSERT INTO data_set__physical_file ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"
    values = [
        [value.bytes if isinstance(value, uuid.UUID) else value for value in row.values()] for row in rows
    ]

    def write() -> None:
        with bare.cursor() as cursor:
            cursor.executemany(sql, values)
        bare.commit()

    return _timed(len(rows), write)


def _inserted(catalog: Catalog, name: DataSetName, place: Place) -> float:
    _record(catalog, name, place, 1)
    rows = _rows(name)
    return _timed(len(rows), lambda: catalog.tables.DataSet.PhysicalFile.insert(rows))


def _single(catalog: Catalog, name: DataSetName, place: Place) -> float:
    _record(catalog, name, place, 1)
    rows = _rows(name)[:SINGLE]
    table = catalog.tables.DataSet.PhysicalFile

    def write() -> None:
        for row in rows:
            table.insert1(row)

    return _timed(len(rows), write)


def _rows(name: DataSetName) -> list[dict[str, Any]]:
    """All but the first, which is recorded already."""
    files = _manifest(name, FILES + 1).files[1:]
    return [{"data_set_id": name.id, "revision": 0, **file_row(file)} for file in files]


def _manifest(name: DataSetName, n_files: int) -> Manifest:
    return Manifest.of(
        FileEntry(
            f"BM1/{name.session.ident}/{number:05}.bin",
            number,
            1_609_500_000,
            "ephys-raw",
            checksum=f"{number:064x}",
            checksum_algorithm="SHA256",
            vouched_by="globus-compared",
        )
        for number in range(n_files)
    )


def _timed(n_files: int, write: Callable[[], object]) -> float:
    """Seconds for a file."""
    start = time.perf_counter()
    write()
    return (time.perf_counter() - start) / n_files


if __name__ == "__main__":
    main()
