"""What the archive holds is found again, and says how far it is proven."""

from session_archive.states import State

SC038 = {"subjects": ["SC038"], "kinds": ["raw-ephys"]}


def files_and_links(world) -> set[tuple]:
    """Every cataloged file with what a listing can know of it, and the session that it belongs to."""
    with world.stack.catalog() as catalog:
        links = {row["data_set_id"]: row["session"] for row in catalog.links["ArchivedRawEphys"].to_dicts()}
        return {
            (str(held.name), links[held.id], file.path, file.size, file.mtime, file.file_type)
            for held in catalog.data_sets(kinds=["raw-ephys"])
            for file in catalog.files(held.id).files
        }


def test_a_dropped_catalog_is_rebuilt_file_for_file_and_never_called_archived(world) -> None:
    assert world.run("upload_sessions", **SC038)["state"] == "success"
    before = files_and_links(world)
    sent = len(world.transfers())
    world.stack.drop_catalog()
    world.set_up()
    assert world.run("discover_sessions", **SC038)["state"] == "success"
    assert files_and_links(world) == before
    assert {row.state for row in world.states().values() if row.session.startswith("SC038")} == {
        State.UNVERIFIED
    }
    # Found again is not proven: neither a second discovery nor an upload makes more of it, or sends it again.
    assert world.run("discover_sessions", **SC038)["tasks"].keys() == {("select", -1), ("summary", -1)} | {
        (f"data_set.{task}", -1) for task in ("record",)
    }
    assert world.run("upload_sessions", **SC038)["state"] == "success"
    assert len(world.transfers()) == sent
    assert files_and_links(world) == before


def test_a_missing_archive_root_is_an_error(world) -> None:
    (world.stack.archive / "4ElectrodeRig_Ephys").rmdir()
    assert world.run("discover_sessions", **SC038)["state"] == "failed"
