"""Nothing is written outside the scratch place, whatever the catalog, the archive or the scratch place contain."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.dags.conftest import POLL, World, filled

from globus_provider.hooks.globus import GlobusHook
from support.stack import Stack

NAME, FOLDER = "raw-ephys/SC038/2021-01-01", "SC038/catgt_SC038_010121_g0"
PROBE = f"{FOLDER}/SC038_010121_g0_imec0"
META = f"{FOLDER}/SC038_010121_g0_t0.nidq.meta"
#: The one is no path of a file; the other is one in another session's folder.
HOSTILE = (f"{FOLDER}/../../../outside/x.bin", "SC039/x.bin")


@pytest.fixture(scope="module")
def archived(parse: Callable[[], dict[str, Any]]) -> Iterator[World]:
    """A world with one data set in the archive, shared by the tests of this file; the last one spoils its catalog."""
    with Stack(poll_interval=POLL) as stack, pytest.MonkeyPatch.context() as patch:
        world = filled(stack, parse, patch)
        params = {"subjects": ["SC038"], "dates": ["2021-01-01"], "kinds": ["raw-ephys"]}
        assert world.run("upload_sessions", **params)["state"] == "success"
        yield world


def everything(world) -> set[str]:
    """Every path below the scratch collection, links as such."""
    folder = world.stack.scratch
    return {
        (Path(top) / name).relative_to(folder).as_posix()
        for top, dirs, names in os.walk(folder)
        for name in dirs + names
    }


@pytest.mark.fault(18, 60)
def test_no_link_is_followed_out_of_the_scratch_place(archived, capfd) -> None:
    """Not even one that stays in the collection, where Globus itself would follow it."""
    sent = len(archived.transfers())
    for link in ("SC038", FOLDER, PROBE, META):
        outside = archived.stack.scratch / f"outside {link.replace('/', ' ')}"
        place = archived.stack.scratch / "retrieved" / link
        place.parent.mkdir(parents=True, exist_ok=True)
        if link == META:
            outside.write_text("mine")
        else:
            outside.mkdir()
        place.symlink_to(outside)
        before = everything(archived)
        assert archived.run("retrieve_sessions", data_sets=[NAME])["state"] == "failed"
        output = "".join(capfd.readouterr())
        assert "raw-ephys/SC038/2021-01-01: refused: analysis: " in output
        assert "symbolic link" in output
        assert everything(archived) == before
        assert not outside.is_file() or outside.read_text() == "mine"
        place.unlink()
    assert len(archived.transfers()) == sent


def set_local_path(world: World, folder: Path) -> None:
    """Let this machine see the scratch place at this path."""
    lines = world.stack.settings_file.read_text().splitlines()
    kept = [line for line in lines if not (line.startswith("local_path") and "rig" not in line)]
    at = kept.index('directory = "/retrieved"')
    world.stack.settings_file.write_text(
        "\n".join([*kept[: at + 1], f'local_path = "{folder}"', *kept[at + 1 :]]) + "\n"
    )


def test_a_link_that_comes_between_the_plan_and_the_submission_is_not_written_through(
    archived: World, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    sent, scratch = len(archived.transfers()), archived.stack.scratch
    set_local_path(archived, scratch / "retrieved")
    foreign = scratch / "foreign"
    for file in (archived.stack.rig / FOLDER).rglob("*"):
        if file.is_file():
            copy = foreign / file.relative_to(archived.stack.rig / "SC038")
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text("of another person")
    submission_id = GlobusHook.submission_id

    def swapped(hook: GlobusHook) -> str:
        """The place was looked at; the id is the last thing that a submission asks for before it is posted."""
        if (subject := scratch / "retrieved/SC038").is_dir():
            subject.rename(scratch / "aside")
        subject.symlink_to(foreign)
        return submission_id(hook)

    monkeypatch.setattr(GlobusHook, "submission_id", swapped)
    assert archived.run("retrieve_sessions", data_sets=[NAME])["state"] == "failed"
    output = "".join(capfd.readouterr())
    assert "just before the transfer, at " in output
    assert f"SC038 is a symbolic link to {foreign}, which is not followed" in output
    texts = [file.read_text() for file in foreign.rglob("*") if file.is_file()]
    assert texts and set(texts) == {"of another person"}
    assert len(archived.transfers()) == sent
    (scratch / "retrieved/SC038").unlink()


def test_a_scratch_place_that_is_a_rig_by_another_path_is_refused(
    archived: World, capfd: pytest.CaptureFixture[str]
) -> None:
    """The folders of two places differ in the settings, but are the same on the disk."""
    sent, text = len(archived.transfers()), archived.stack.settings_file.read_text()
    alias = archived.stack.directory / "alias"
    alias.symlink_to(archived.stack.rig / "SC038")
    set_local_path(archived, alias)
    assert archived.run("retrieve_sessions", data_sets=[NAME])["state"] == "failed"
    assert "analysis overlaps the upload source rig: " in "".join(capfd.readouterr())
    assert len(archived.transfers()) == sent
    archived.stack.settings_file.write_text(text)


@pytest.mark.fault(60)
def test_catalog_rows_with_paths_outside_are_refused(archived, capfd) -> None:
    files = f"`{archived.stack.settings.catalog.database}`.`data_set__physical_file`"
    outside = archived.stack.scratch / "outside"
    outside.mkdir()
    before, sent = everything(archived), len(archived.transfers())
    for path in HOSTILE:
        # The first file in the order of paths.
        archived.stack.database.execute(f"UPDATE {files} SET file_path = %s ORDER BY path_id LIMIT 1", path)
        assert archived.run("retrieve_sessions", data_sets=[NAME])["state"] == "failed"
        output = "".join(capfd.readouterr())
        assert "raw-ephys/SC038/2021-01-01: refused: " in output
        assert repr(path) in output
    database = archived.stack.settings.catalog.database
    archived.stack.database.execute(f"UPDATE `{database}`.`data_set` SET directory = '../outside'")
    assert archived.run("retrieve_sessions", data_sets=[NAME])["state"] == "failed"
    assert "which is not in '../outside'" in "".join(capfd.readouterr())
    assert everything(archived) == before
    assert len(archived.transfers()) == sent
