"""Measures `session-archive status --unsafe` for 100,000 data sets: database and rendering, without Airflow's import.

Run: PYTHONPATH=script .venv/bin/python benchmarks/status.py
Prints one JSON line with seconds, and their ratio to a bare SELECT COUNT of the same rows, measured in the same run:
the ratio shows whether the machine is slow, or the code. Exits 1 when the answer takes longer than its goal.
"""

import io
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console

from session_archive.catalog.database.connection import connect
from session_archive.catalog.open import Catalog
from session_archive.catalog.schema.layout import Layout
from session_archive.catalog.setup.install import install
from session_archive.cli.status import show
from session_archive.settings.load import LabSettings
from session_archive.states.overview import UNSAFE
from support.mariadb import PrivateMariaDB
from support.sample_lab import make_lab

SESSIONS, KINDS, GOAL, ROUNDS = 50_000, ("raw-ephys", "raw-video"), 2.0, 5
LAB = LabSettings(
    session="experiment.Session",
    subject="lab.WaterRestriction",
    subject_name="water_restriction_number",
    date="session_date",
    time="session_time",
)
#: 200 animals, one session each a day.
FILL = (
    "INSERT INTO lab.subject SELECT seq FROM lab.seq_1_to_200",
    "INSERT INTO lab.water_restriction SELECT seq, CONCAT('SC', seq) FROM lab.seq_1_to_200",
    "INSERT INTO experiment.session SELECT seq %% 200 + 1, seq DIV 200, "
    f"DATE_ADD('2019-01-01', INTERVAL seq DIV 200 DAY), '10:00:00' FROM lab.seq_1_to_{SESSIONS}",
)
STATE = (
    "INSERT INTO archive.data_set_state (data_set_type, target, state, reason, path, session, data_set_name, "
    f"n_files, n_bytes, run_id, changed_at) VALUES ({', '.join(['%s'] * 11)})"
)
STATE_VALUES = (
    "a.bin grows",
    "rig1:SC022/catgt_SC022_010121_g0",
    "SC022 2021-01-01 10:30",
    "raw-ephys/SC022/2021-01-01",
    27,
    10**11,
    "night",
    "2021-01-02",
)


def main() -> None:
    """Fill a catalog, ask, and compare."""
    with (
        tempfile.TemporaryDirectory(prefix="session-archive-benchmark-", dir="/tmp") as directory,
        PrivateMariaDB(Path(directory)) as database,
    ):
        connection = connect(
            host=database.host, port=database.port, user="root", password=database.root_password
        )
        catalog = _filled(database, connection)
        answers = [_seconds(lambda: _ask(catalog)) for _ in range(ROUNDS)]
        counts = [
            _seconds(lambda: database.execute("SELECT COUNT(*) FROM archive.data_set_state"))
            for _ in range(ROUNDS)
        ]
        connection.close()
    seconds, bare = statistics.median(answers), statistics.median(counts)
    print(
        json.dumps(
            {
                "data sets": SESSIONS * len(KINDS),
                "seconds": round(seconds, 2),
                "bare count": round(bare, 3),
                "ratio": round(seconds / bare, 1),
            }
        )
    )
    sys.exit(0 if seconds < GOAL else 1)


def _filled(database: PrivateMariaDB, connection: Any) -> Catalog:
    make_lab(connection)
    layout = Layout("archive", "archive_links", LAB, {"raw-ephys": "Ephys", "raw-video": "Video"})
    install(connection, layout)
    for sql in FILL:
        database.execute(sql)
    catalog = Catalog(connection, layout)
    rows = [
        (kind, session.id.bytes, state, *STATE_VALUES)
        for session in catalog.expected_sessions("raw-ephys")
        for kind in KINDS
        for state in ("waiting", "archived" if session.id.bytes[0] else "failed")
    ]
    with connection._conn.cursor() as cursor:
        cursor.executemany(STATE, rows)
    connection._conn.commit()
    return catalog


def _ask(catalog: Catalog) -> None:
    counts = catalog.state_counts.of(kinds=KINDS, states=UNSAFE, limit=200)
    assert [each.expected for each in counts.tallies] == [SESSIONS] * len(KINDS)
    assert len(counts.rows) == 200
    show(counts, Console(file=io.StringIO(), width=120))


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
