"""Manifests made of the catalog's rows, and the rows made of them again."""

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

import pytest
from tests.integration.catalog.samples import ARCHIVE, SC022, TWO_FILES, Site, manifest, record, state

from session_archive.catalog.open import Catalog
from session_archive.errors import CatalogError, RefusedError
from session_archive.fixity.manifest import Manifest
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.recording.video_trials import VideoTrial
from session_archive.sidecar.document import SidecarManifest, read_sidecar
from session_archive.states.decisions import Decision, Verdict
from session_archive.states.state import LabSession

TABLES = ("data_set", "data_set__physical_file", "replica", "replica__verified", "verification", "decision")
PATH = ".session-archive/raw-ephys/SC022/2021-01-01.json"


def rows(site: Site) -> dict[str, list]:
    """The rows that a loss would take, without the ids that only count rows."""
    database, links = site.layout.database, site.layout.link_database
    reported = {
        table: sorted(site.server.execute(f"SELECT * FROM `{database}`.`{table}`")) for table in TABLES
    }
    reported["decision"] = [row[1:] for row in reported["decision"]]
    return reported | {"links": list(site.server.execute(f"SELECT * FROM `{links}`.`archived_raw_ephys`"))}


def lose(site: Site) -> None:
    with site.admin.transaction:
        site.admin.query("SET FOREIGN_KEY_CHECKS = 0")
        for table in (*TABLES, "data_set__video_trial", "replica__carried", "data_set_state"):
            site.admin.query(f"DELETE FROM `{site.layout.database}`.`{table}`")
        site.admin.query(f"DELETE FROM `{site.layout.link_database}`.`archived_raw_ephys`")
        site.admin.query("SET FOREIGN_KEY_CHECKS = 1")


def archived(catalog: Catalog, session: LabSession) -> SidecarManifest:
    """The sidecar manifest of SC022, with checksums and a decision."""
    files = Manifest.of(
        replace(file, checksum="ab" * 20, checksum_algorithm="SHA1", vouched_by="globus")
        for file in TWO_FILES.files
    )
    reported: dict[str, Any] = {"session_id": session.id, "session_key": session.key, "session": str(session)}
    catalog.decisions.decide(
        [
            Decision(
                Verdict.SESSION, place="rig", directory="SC022", decided_by="ann", why="calls", **reported,
                data_set_type="raw-ephys",
            ),
            Decision(
                Verdict.IGNORE, place="rig", directory="SC023", decided_by="ann", why="test",
                data_set_type="raw-ephys",
            ),
        ]
    )  # fmt: skip
    record(catalog, session, manifest=files, submission_id=uuid.uuid4())
    return catalog.sidecars.manifest(SC022, 0, "archive")


def restore(catalog: Catalog, *sidecar: SidecarManifest, **changes) -> bool:
    values = {"place": ARCHIVE, "link_table": "ArchivedRawEphys", "state": state(), "videos": {}}
    return catalog.restore.data_set(sidecar, **{**values, **changes})


def test_an_archived_revision_lacks_its_sidecar_until_that_was_seen(
    catalog: Catalog, session: LabSession
) -> None:
    record(catalog, session, verdict="unverified")
    assert catalog.sidecars.missing("archive", most=10) == []
    record(catalog, session)
    waiting = catalog.sidecars.missing("archive", most=10)
    assert waiting == [(SC022, 0)]
    assert catalog.sidecars.missing("elsewhere", most=10) == []
    for _ in range(2):
        catalog.sidecars.record("archive", waiting)
    assert catalog.sidecars.missing("archive", most=10) == []
    with pytest.raises(CatalogError, match="not archived"):
        catalog.sidecars.manifest(SC022, 9, "archive")


def test_the_rows_of_a_lost_catalog_come_back_as_they_were(
    catalog: Catalog, site: Site, session: LabSession
) -> None:
    sidecar = archived(catalog, session)
    assert read_sidecar(sidecar.to_bytes(), path=PATH, most=1 << 20) == sidecar
    assert [decision.directory for decision in sidecar.decisions] == ["SC022"]
    before = rows(site)
    lose(site)
    catalog.decisions.restore(sidecar.decisions)
    catalog.decisions.restore(sidecar.decisions)
    assert restore(catalog, sidecar)
    after = rows(site)
    assert len(before["decision"]) == 2
    assert after.pop("decision") == [row for row in before.pop("decision") if row[2] == "SC022"]
    assert after == before
    assert catalog.sidecars.missing("archive", most=10) == []
    assert not restore(catalog, sidecar), "what is known already is left as it is"
    assert rows(site)["replica"] == before["replica"]


def test_a_manifest_that_names_another_verification_leaves_no_row(
    catalog: Catalog, site: Site, session: LabSession
) -> None:
    sidecar = archived(catalog, session)
    before = rows(site)
    other = DataSetName("raw-ephys", SessionName("SC022", dt.date(2021, 1, 2)))
    forged = sidecar.model_copy(update={"data_set": str(other), "session_key": None, "decisions": ()})
    with pytest.raises(RefusedError, match="of another data set"):
        restore(catalog, forged, state=state(data_set=str(other)))
    assert rows(site) == before


def test_decisions_must_be_complete_and_match_their_session_key(
    catalog: Catalog, session: LabSession
) -> None:
    good = Decision(
        Verdict.SESSION, place="rig", directory="x", decided_by="ann", why="w", session_id=session.id,
        session_key=session.key,
    )  # fmt: skip
    for bad in (replace(good, decided_by=""), replace(good, session_id=uuid.UUID(int=5))):
        with pytest.raises(RefusedError):
            catalog.decisions.restore([bad])
    assert catalog.decisions.made() == []


def test_revisions_and_what_videos_show_come_back(catalog: Catalog, site: Site, session: LabSession) -> None:
    record(catalog, session)
    more = manifest(("a.bin", 10), ("b.meta", 2), ("c_0.avi", 3))
    videos = [VideoTrial("SC022/c_0.avi", "c", 0, 7)]
    record(catalog, session, manifest=more, videos=videos)
    revisions = [catalog.sidecars.manifest(SC022, revision, "archive") for revision in (0, 1)]
    before, seen = rows(site), site.count("data_set__video_trial")
    lose(site)
    assert restore(catalog, *revisions, videos={1: videos})
    assert rows(site) == before
    assert (seen, site.count("data_set__video_trial")) == (1, 1)
