"""The start times in the recordings decide which session of a day a folder belongs to, if its name does not."""

from session_archive.states.state import State

SC050 = {"subjects": ["SC050"], "kinds": ["raw-ephys"]}
FOLDER = "SC050/catgt_SC050_091420_g0"
MORNING, AFTERNOON = "SC050 2020-09-14 09:00", "SC050 2020-09-14 16:00"


def began(folder, time: str) -> None:
    """Let all recordings of the sample folder, which began at noon, begin at another time."""
    metas = list(folder.rglob("*.meta"))
    assert metas
    for meta in metas:
        text = meta.read_text()
        assert "2020-09-14T12:00:00" in text
        meta.write_text(text.replace("2020-09-14T12:00:00", f"2020-09-14T{time}"))


def test_a_recording_that_began_with_a_session_belongs_to_it(world) -> None:
    began(world.stack.rig / FOLDER, "16:01:30")
    assert world.run("upload_sessions", **SC050)["state"] == "success"
    states = world.states()
    assert states[AFTERNOON].state is State.ARCHIVED
    # It exists, so that it is not said that there is no such folder.
    assert (states[MORNING].state, states[MORNING].reason) == (
        State.NOT_FOUND,
        f"no folder was taken for it, but there is rig:{FOLDER}: its recording began with {AFTERNOON}, and was "
        "taken for that",
    )
    with world.stack.catalog() as catalog:
        [link] = catalog.links["ArchivedRawEphys"].to_dicts()
    assert link["session"] == 2


def test_a_day_stays_undecided_if_no_file_can_be_read(world) -> None:
    began(world.stack.rig / FOLDER, "16:00:00")
    (world.stack.far_rig / "SC050").mkdir()
    (world.stack.rig / FOLDER).rename(world.stack.far_rig / FOLDER)
    assert world.run("upload_sessions", **SC050)["state"] == "success"
    assert world.transfers() == []
    row = world.states()[AFTERNOON]
    assert row.state is State.AMBIGUOUS
    assert row.reason.endswith(f"candidates: far-rig:{FOLDER}")
