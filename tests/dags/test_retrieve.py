"""A session is brought back, byte for byte, and over nothing that is there."""

from pathlib import Path

from session_archive.states import State

ONE_DATA_SET = {"subjects": ["SC038"], "dates": ["2021-01-01"], "kinds": ["raw-ephys"]}
FOLDER = "SC038/catgt_SC038_010121_g0"


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_exactly_what_was_asked_for_comes_back_and_only_once(world) -> None:
    assert world.run("upload_sessions", subjects=["SC038"], kinds=["raw-ephys"])["state"] == "success"
    sent = len(world.transfers())
    assert world.run("retrieve_sessions", **ONE_DATA_SET)["state"] == "success"
    came = contents(world.stack.scratch / "retrieved")
    assert came == {f"{FOLDER}/{path}": data for path, data in contents(world.stack.rig / FOLDER).items()}
    assert len(came) == 6
    assert len(world.transfers()) == sent + 1
    with world.stack.catalog() as catalog:
        assert len(catalog.tables.Retrieval()) == 1
    assert world.run("retrieve_sessions", **ONE_DATA_SET)["state"] == "success"
    assert len(world.transfers()) == sent + 1
    assert world.states()["SC038 2021-01-01 11:00"].state is State.ARCHIVED


def test_a_file_of_the_user_is_left_as_it_is(world) -> None:
    assert world.run("upload_sessions", **ONE_DATA_SET)["state"] == "success"
    mine = world.stack.scratch / "retrieved" / FOLDER / "SC038_010121_g0_t0.nidq.meta"
    mine.parent.mkdir(parents=True)
    mine.write_text("my notes")
    assert world.run("retrieve_sessions", **ONE_DATA_SET)["state"] == "failed"
    assert contents(world.stack.scratch / "retrieved") == {
        f"{FOLDER}/SC038_010121_g0_t0.nidq.meta": b"my notes"
    }


def test_asking_for_nothing_is_an_error_not_the_whole_archive(world, capfd) -> None:
    assert world.run("upload_sessions", **ONE_DATA_SET)["state"] == "success"
    assert world.run("retrieve_sessions")["state"] == "failed"
    assert contents(world.stack.scratch / "retrieved") == {}
    assert "params subjects, dates: at least one must be given" in "".join(capfd.readouterr())


def test_an_unknown_destination_names_the_ones_there_are(world, capfd) -> None:
    assert world.run("retrieve_sessions", destination="laptop", **ONE_DATA_SET)["state"] == "failed"
    assert "'laptop' is no scratch place of archive.toml; there is analysis" in "".join(capfd.readouterr())
