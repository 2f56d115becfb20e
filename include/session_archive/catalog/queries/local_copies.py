"""Which of the files of some data sets are on a disk of this machine, as they are cataloged."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from session_archive.catalog.database.connection import clear_errors
from session_archive.catalog.queries.published import Published
from session_archive.listing.local_copy import LocalCopy, look_for

#: Data sets in one query.
_AT_A_TIME = 100


def local_copies(published: Published, names: Collection[str], root: Path) -> list[LocalCopy]:
    """What is there of each data set, in the order of the names.

    root : of the place, on this machine's disk
    """
    ordered = sorted(names)
    return [
        each
        for first in range(0, len(ordered), _AT_A_TIME)
        for each in _of(published, ordered[first : first + _AT_A_TIME], root)
    ]


def _of(published: Published, names: list[str], root: Path) -> list[LocalCopy]:
    data_set = published.tables["DataSet"]
    file = data_set.PhysicalFile.full_table_name
    info = published.connection.conn_info
    with clear_errors(where=f"{info['host']}:{info['port']}", user=info["user"]):
        rows = published.connection.query(
            f"SELECT d.data_set_name, f.file_path, f.file_size FROM {data_set.full_table_name} d "
            f"JOIN {file} f USING (data_set_id) WHERE d.data_set_name IN %s AND f.revision = "
            f"(SELECT MAX(n.revision) FROM {file} n WHERE n.data_set_id = f.data_set_id) ORDER BY f.file_path",
            [names],
        ).fetchall()
    files: dict[str, list[tuple[str, int]]] = {name: [] for name in names}
    for name, path, size in rows:
        files[name].append((path, size))
    return [look_for(name, of_name, root) for name, of_name in files.items()]
