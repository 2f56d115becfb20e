"""The backup of docs/administration.md brings a lost catalog back with every row."""

from __future__ import annotations

import os
import subprocess

import pytest
from tests.integration.catalog.samples import NIGHTLY, Site, record

from session_archive.catalog.setup.install import install


def client(site: Site, program: str, *arguments: str, given: str | None = None) -> str:
    """The output of a program of the database's, as root."""
    login = ["--no-defaults", f"--host={site.server.host}", f"--port={site.server.port}", "--user=root"]
    return subprocess.run(
        [program, *login, *arguments],
        env=os.environ | {"MYSQL_PWD": site.server.root_password},
        input=given,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


# mariadb-dump is in mariadb-client; script/test installs the server and the client's core alone.
@pytest.mark.long
def test_a_dump_of_both_databases_is_a_backup(fresh_site: Site) -> None:
    site = fresh_site
    assert record(site.open(), site.open().expected_sessions("raw-ephys")[0])
    before = site.open().data_sets(subjects=["SC022"])
    databases = (site.layout.database, site.layout.link_database)
    dump = client(site, "mariadb-dump", "--single-transaction", "--hex-blob", "--databases", *databases)
    for database in reversed(databases):
        site.server.execute(f"DROP DATABASE `{database}`")
    client(site, "mariadb", given=dump)
    install(site.admin, site.layout, nightly_user=NIGHTLY)
    assert len(before) == 1
    assert site.open().data_sets(subjects=["SC022"]) == before
    assert [row["subject_id"] for row in site.open().links["ArchivedRawEphys"].to_dicts()] == [407513]
