"""Session tables of other shapes, made by the real old DataJoint: read, linked, and deleted from with it."""

from __future__ import annotations

import pytest
from tests.integration.catalog.lab.test_sessions import the_fast_way_finds_the_same
from tests.integration.catalog.samples import as_nightly, as_root, record, sample_layout, state
from tests.labs.old_datajoint import OldLab

from session_archive.catalog.open import Catalog
from session_archive.catalog.setup.install import install
from session_archive.settings.load import LabSettings
from support.mariadb import DatabaseServer
from support.sample_rig import lab_sessions

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

UUID = LabSettings(
    session="uuid_lab.Session", subject="uuid_lab.Subject", subject_name="subject", date="started"
)
WITH_ID = LabSettings(
    session="neuro_session_id.Session",
    subject="neuro_subject.Subject",
    subject_name="subject",
    date="session_datetime",
)


@pytest.mark.parametrize(
    ("script", "requirements", "lab"),
    [
        ("uuid_keyed.py", "datajoint-0.13.txt", UUID),
        ("uuid_keyed.py", "datajoint-0.14.txt", UUID),
        ("elements.py", "datajoint-0.14.txt", WITH_ID),
    ],
)
def test_a_lab_of_another_shape(
    server: DatabaseServer, number: int, script: str, requirements: str, lab: LabSettings
):
    old = OldLab(script, requirements, server)
    server.execute("DROP DATABASE IF EXISTS uuid_lab")
    old.make(lab_sessions())
    admin, nightly = as_root(server), as_nightly(server)
    install(admin, sample_layout(number, lab=lab), nightly_user="nightly")
    catalog = Catalog(nightly, sample_layout(number, lab=lab))
    sessions = catalog.expected_sessions("raw-ephys")
    assert [str(each) for each in sessions] == sorted(
        (str(each) for each in lab_sessions()), key=lambda words: (words.split()[1], words)
    )
    the_fast_way_finds_the_same(nightly, lab)
    session = next(each for each in sessions if each.subject == "SC035")
    assert record(catalog, session, state=state(session))
    assert session.id in catalog.session_links.linked("ArchivedRawEphys")
    if lab is UUID:
        done = old.delete({"subject": "SC035"}, user="root", password=server.root_password)
        assert done.returncode == 0, done.stderr
        assert catalog.session_links.linked("ArchivedRawEphys") == {}
        assert len(catalog.data_sets()) == 1
    for connection in (admin, nightly):
        connection.close()
    for database in (f"archive_link_{number}", f"archive_{number}"):
        server.execute(f"DROP DATABASE `{database}`")
