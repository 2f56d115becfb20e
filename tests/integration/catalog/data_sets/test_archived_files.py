"""Archived files are found by size and time, by an index, and only where the data set is verified."""

from __future__ import annotations

from dataclasses import replace

from tests.integration.catalog.samples import SC022, TWO_FILES, Site, nth, record, unvouched

from session_archive.catalog.open import Catalog
from session_archive.catalog.setup.migrations import MIGRATIONS, upgrade
from session_archive.fixity.compare import compare
from session_archive.fixity.manifest import FileEntry
from session_archive.states.state import LabSession

NEW = nth(7)
BIN, META = TWO_FILES.files


def elsewhere(file: FileEntry) -> FileEntry:
    return replace(file, path=f"SC007/{file.path}")


def test_a_file_of_another_data_set_is_found_by_its_size_and_time(catalog: Catalog, session: LabSession):
    record(catalog, session)
    ((name, file, verified_at),) = catalog.archived_files.alike([elsewhere(BIN)], except_of=NEW)
    assert (name, file) == (SC022, BIN)
    assert verified_at.utcoffset() is not None
    assert len(catalog.archived_files.alike([BIN, META], except_of=NEW)) == 2
    assert catalog.archived_files.alike([BIN], except_of=SC022) == []
    assert catalog.archived_files.alike([], except_of=NEW) == []
    for other in (replace(BIN, size=BIN.size + 1), replace(BIN, mtime=BIN.mtime + 1)):
        assert catalog.archived_files.alike([other], except_of=NEW) == []
    assert catalog.archived_files.alike([replace(BIN, mtime=10**12)], except_of=NEW) == []
    mixed = replace(BIN, mtime=META.mtime, size=META.size + 1)
    assert catalog.archived_files.alike([mixed], except_of=NEW) == []


def test_what_is_not_verified_does_not_count(catalog: Catalog, session: LabSession):
    files = unvouched(TWO_FILES)
    record(
        catalog, session, manifest=files, report=compare(promised=files, found=files), verdict="unverified"
    )
    assert catalog.archived_files.alike([BIN], except_of=NEW) == []


def index(site: Site) -> list[str]:
    """The columns of the index that begins with the size, as the server keeps it."""
    found = site.server.execute(
        "SELECT GROUP_CONCAT(column_name ORDER BY seq_in_index) FROM information_schema.statistics "
        f"WHERE table_schema = '{site.layout.database}' AND table_name = 'data_set__physical_file' "
        "GROUP BY index_name"
    )
    return [columns for (columns,) in found if columns.startswith("file_size")]


def test_the_question_has_an_index_after_an_upgrade_too(fresh_site: Site):
    site, table = fresh_site, f"`{fresh_site.layout.database}`.`data_set__physical_file`"
    assert index(site) == ["file_size,file_mtime"]
    pairs = " OR ".join(f"(file_size = {size} AND file_mtime = '2021-01-01')" for size in range(20))
    (plan,) = site.server.execute(f"EXPLAIN SELECT * FROM {table} WHERE {pairs}")
    assert "file_size" in plan[4].split(","), plan
    site.server.execute(f"ALTER TABLE {table} DROP INDEX file_size")
    versions = f"`{site.layout.database}`.`schema_version`"
    site.server.execute(f"UPDATE {versions} SET schema_version = 2")
    for _ in range(2):
        list(upgrade(site.admin, site.layout, [each for each in MIGRATIONS if each.version == 3]))
        assert index(site) == ["file_size,file_mtime"]
