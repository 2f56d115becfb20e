"""Measures how long listing an archive through Globus takes: one directory at a time, several, and at a limited rate.

Run: .venv/bin/python benchmarks/listing.py [directories] [latency in seconds]
The local service delays every answer, as a distant one does; its journal shows how many listings were made. About
four minutes.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from uuid import UUID

from goals import Result, report

from archive_flow.run.readers import globus_reader, listing_rate
from globus_provider.hooks.globus import GlobusHook
from loopback_globus.testing import LoopbackGlobus
from session_archive.listing import list_files
from session_archive.naming.conventions import load_conventions
from session_archive.settings.places import Place
from session_archive.settings.tables import GlobusSettings

FASTER, OF_THE_LIMIT = 8.0, 1.2
SESSION = "SC022/catgt_SC022_010121_g0"
SETTINGS = GlobusSettings()


def main() -> None:
    """List the same tree three times, and fail when a goal is missed."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    latency = float(sys.argv[2]) if len(sys.argv) > 2 else 0.3
    with tempfile.TemporaryDirectory(prefix="session-archive-benchmark-") as home:
        for number in range(n - 1):
            folder = Path(home) / SESSION / f"SC022_010121_g0_imec{number}"
            folder.mkdir(parents=True)
            (folder / f"SC022_010121_g0_tcat.imec{number}.ap.bin").touch()
        with LoopbackGlobus({"archive": Path(home)}, switches=("--latency", str(latency))) as globus:
            os.environ["AIRFLOW_CONN_BENCHMARK"] = json.dumps(
                {
                    "conn_type": "globus",
                    "login": globus.client_id,
                    "password": globus.client_secret,
                    "extra": {"transfer_url": globus.url, "auth_url": globus.url},
                }
            )
            unlimited = 1_000_000
            one = _seconds(globus, n, concurrency=1, per_second=unlimited)
            several = _seconds(globus, n, concurrency=SETTINGS.listings_at_once, per_second=unlimited)
            limited = _seconds(
                globus, n, concurrency=SETTINGS.listings_at_once, per_second=SETTINGS.requests_per_second
            )
    limit = max(n / SETTINGS.requests_per_second, n * latency / SETTINGS.listings_at_once)
    what = f"listing {n} folders through Globus, {latency:g} s for each answer"
    report(
        [
            Result(
                f"{what}, {SETTINGS.listings_at_once} at a time",
                one / several,
                "times faster than one at a time",
                FASTER,
                at_least=True,
                details=f"{one} s and {several} s",
            ),
            Result(
                f"{what}, at most {SETTINGS.requests_per_second} a second",
                limited / limit,
                "times what the rate allows",
                OF_THE_LIMIT,
                details=f"{limited} s of {limit:.1f} s",
            ),
        ]
    )


def _seconds(globus: LoopbackGlobus, n: int, *, concurrency: int, per_second: int) -> float:
    place = Place(name="archive", collection=UUID(globus.collections["archive"]), directory="/")
    hook = GlobusHook(globus_conn_id="benchmark")
    reader = globus_reader(hook, place, rate=listing_rate(per_second))
    before = len(globus.requests("GET"))
    start = time.perf_counter()
    listing = list_files(
        reader, SESSION, conventions=load_conventions(), kind="raw-ephys", concurrency=concurrency
    )
    seconds = time.perf_counter() - start
    assert len(listing.manifest.files) == n - 1, listing.problems[:3]
    listings = [line for line in globus.requests("GET")[before:] if line["path"].endswith("/ls")]
    assert len(listings) == n, f"{len(listings)} listings of {n} directories"
    return round(seconds, 2)


if __name__ == "__main__":
    main()
