"""What the tests of audits share: a world in which two data sets are archived, and how they are damaged."""

import os
from pathlib import Path

SC038 = {"subjects": ["SC038"], "kinds": ["raw-ephys"]}
JANUARY = "SC038 2021-01-01 11:00"


def copies(world) -> Path:
    return world.stack.archive / "4ElectrodeRig_Ephys"


def a_file(world, pattern: str = "*.ap.bin") -> Path:
    return next((copies(world) / "SC038/catgt_SC038_010121_g0").rglob(pattern))


def flip(file: Path) -> bytes:
    """Flip a bit of the first byte; size and time stay. Returns what the file was."""
    status, content = file.stat(), file.read_bytes()
    file.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    return content


def looks(world) -> list[tuple[str, str, str]]:
    """Data set, verdict and run of each look of an audit."""
    with world.stack.catalog() as catalog:
        rows = (catalog.tables.Verification & {"route": "audit"}).to_dicts(order_by="verified_at")
    return [(row["data_set_name"], row["verdict"], row["run_id"]) for row in rows]
