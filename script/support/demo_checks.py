"""What the demo compares: states with the table of samples, files with the rig's bytes."""

from __future__ import annotations

import hashlib
from pathlib import Path

from session_archive.naming.session_name import DataSetName
from session_archive.states.overview import overview
from session_archive.states.state import State, StateRow
from support.archived_rows import Rows
from support.sample_rig import SAMPLES
from support.stack import Stack

#: In each root of the archive: the folder of the sidecar manifests.
_SIDECARS = ".session-archive"


class DemoError(Exception):
    """The system did not do what the demo expects."""


def states(stack: Stack) -> list[StateRow]:
    """The newest state of every data set."""
    with stack.catalog() as catalog:
        return [
            row
            for kind in stack.settings.data_sets
            for row in overview(
                kind,
                expected=catalog.expected_sessions(kind),
                states=catalog.states.newest_rows(data_set_type=kind),
            )
        ]


def expect_states(rows: list[StateRow], *, only_archived: bool = False) -> None:
    """Compare with the table of samples. Raises DemoError.

    only_archived : after a discovery, which looks at no rig and so reports nothing else
    """
    expected = {
        (sample.session, sample.data_set_type): (sample.state, sample.n_files)
        for sample in SAMPLES
        if sample.state is State.ARCHIVED or not only_archived
    }
    actual = {(row.session, row.data_set_type): (row.state, row.n_files) for row in rows}
    if only_archived:
        actual = {key: value for key, value in actual.items() if value[0] is State.ARCHIVED}
    if wrong := sorted(set(expected.items()) ^ set(actual.items()), key=str):
        raise DemoError(
            f"the states differ from the samples; expected {expected}, the differences are {wrong}"
        )


def expect_same_rows(before: Rows, after: Rows) -> None:
    """Compare a rebuilt catalog with the lost one, row for row. Raises DemoError."""
    for table, rows in before.items():
        if after[table] != rows:
            lost = [row for row in rows if row not in after[table]]
            new = [row for row in after[table] if row not in rows]
            raise DemoError(f"the rebuilt table {table} differs: lost {lost[:3]}, new {new[:3]}")


def expect_archive(stack: Stack) -> str:
    """Every cataloged file is in the archive with the rig's bytes, and no other; in words. Raises DemoError."""
    roots = {
        place.name: stack.archive / place.directory.lstrip("/") for place in stack.settings.locations.values()
    }
    seen = set()
    with stack.catalog() as catalog:
        for row in states(stack):
            if row.state is not State.ARCHIVED:
                continue
            root = roots[stack.settings.data_sets[row.data_set_type].location]
            for file in catalog.replicas.files(DataSetName.parse(row.data_set).id).files:
                copy = root / file.path
                seen.add(copy)
                if copy.stat().st_size != file.size or sha256(copy) != sha256(stack.rig / file.path):
                    raise DemoError(f"{copy} does not match the catalog")
    files = {path for path in stack.archive.rglob("*") if path.is_file()}
    sidecars = {path for path in files if _SIDECARS in path.parts}
    if extra := files - sidecars - seen:
        raise DemoError(f"in the archive, but not in the catalog: {sorted(extra)[:3]}")
    return (
        f"{len(seen)} cataloged files are in the archive with the rig's bytes (SHA-256), "
        f"{len(sidecars)} sidecar manifests, and no other file"
    )


def expect_retrieved(stack: Stack) -> str:
    """What the scratch place has is as on the rig; in words. Raises DemoError."""
    retrieved = stack.scratch / "retrieved"
    files = [path for path in retrieved.rglob("*") if path.is_file()]
    for path in files:
        if sha256(path) != sha256(stack.rig / path.relative_to(retrieved)):
            raise DemoError(f"{path} differs from the rig's file")
    if not files:
        raise DemoError("nothing was retrieved")
    return f"{len(files)} files were retrieved, each with the rig's bytes (SHA-256)"


def sha256(path: Path) -> str:
    """Of the file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
