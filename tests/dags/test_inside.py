"""Files inside a session's folder: left-overs are reported and not sent, a doubtful one makes the session wait."""

from session_archive.states.state import State
from support.sample_files import write_avi

NEW_YEAR = {"subjects": ["SC038"], "dates": ["2021-01-01"]}
SESSION = "SC038 2021-01-01 11:00"
EPHYS, VIDEO = "SC038/catgt_SC038_010121_g0", "SC038/01012021/video"
STRANGE = (
    "SC022_080819_g0_t0.nidq.meta",
    "SC038_010120_g0_fyi.txt",
    "SC038_010121_g0_t0.exported.imec0.ap.bin",
    "SC038_010121_g0_t0.nidq.bin.bak",
)


def test_left_overs_are_not_sent_and_a_doubtful_one_waits_for_a_user(world, caplog) -> None:
    rig, archive = world.stack.rig, world.stack.archive / "4ElectrodeRig_Ephys"
    for name in STRANGE:
        (rig / EPHYS / name).write_bytes(b"not this session's")
    (rig / EPHYS / "link.bin").symlink_to("/etc/passwd")
    (rig / EPHYS / ".hidden").write_text("notes")
    write_avi(rig / VIDEO / "SC038_face_0-0000.avi")
    # A missing video is reported, and delays nothing.
    (rig / VIDEO / "SC038_side_001-0000.avi").unlink()
    assert world.run("upload_sessions", **NEW_YEAR)["state"] == "success"
    row = world.states()[SESSION]
    assert (row.state, row.n_files) == (State.ARCHIVED, 6)
    assert not any((archive / EPHYS / name).exists() for name in STRANGE)
    with world.stack.catalog() as catalog:
        (cataloged,) = catalog.data_sets(kinds=["raw-ephys"])
        kept = {finding.path for finding in catalog.observations.findings(cataloged.id, "rig")}
        types = {file.path: file.file_type for file in catalog.replicas.files(cataloged.id).files}
    assert kept == {f"{EPHYS}/{name}" for name in (*STRANGE, "link.bin", ".hidden")}
    assert not any("exported" in path for path in types)
    assert all(f"{EPHYS}/{name}: " in caplog.text for name in STRANGE)
    assert "link.bin: symbolic link: not followed" in caplog.text
    assert ".hidden: hidden file: not archived" in caplog.text

    row = world.states("raw-video")[SESSION]
    assert (row.state, "no camera position is called 'face'" in row.reason) == (State.AMBIGUOUS, True), row
    assert not (world.stack.archive / VIDEO).exists()
    settings = world.stack.settings_file
    (settings.parent / "lab.toml").write_text('[cameras]\nface = ["face"]\n')
    settings.write_text('conventions = "lab.toml"\n' + settings.read_text())
    assert world.run("upload_sessions", **NEW_YEAR)["state"] == "success"
    row = world.states("raw-video")[SESSION]
    assert (row.state, row.n_files) == (State.ARCHIVED, 8)
    gap = "camera side: 2 videos, numbers 0 to 2 without 1"
    assert gap in caplog.text
    with world.stack.catalog() as catalog:
        (filmed,) = catalog.data_sets(kinds=["raw-video"])
        assert gap in {finding.what for finding in catalog.observations.findings(filmed.id, "rig")}

    (archive / EPHYS / "SC022_080819_g0_t0.nidq.meta").write_bytes(b"a colleague's file")
    world.stack.drop_catalog()
    world.set_up()
    assert world.run("discover_sessions", **NEW_YEAR)["state"] == "success"
    row = world.states()[SESSION]
    assert (row.state, row.n_files) == (State.UNVERIFIED, 6)
    assert (
        "left out: SC038/catgt_SC038_010121_g0/SC022_080819_g0_t0.nidq.meta: named after subject SC022"
        in row.reason
    )
