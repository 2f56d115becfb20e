"""A tree is listed in the same way from the local disk and through Globus."""

import os
import uuid
from pathlib import Path

import pytest

from archive_flow.run.readers import globus_reader, listing_rate
from globus_provider.hooks.globus import GlobusHook
from loopback_globus.testing import LoopbackGlobus
from session_archive.errors import ListingError, MissingDirectoryError
from session_archive.listing import find_folders, list_files, local_directory_reader
from session_archive.naming.conventions import load_conventions
from session_archive.settings.places import Place
from support.sample_rig import SAMPLES, make_rig


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory):
    """A sample rig, read from the disk and through Globus."""
    rig: Path = tmp_path_factory.mktemp("collection") / "rig"
    rig.mkdir()
    make_rig(rig)
    odd = rig / "SC022/catgt_SC022_080819_g0"
    for name in ("A.txt", "a.txt", "é.txt", "e\u0301.txt", "two  blanks .txt", "#%&+?.txt", "🧠.txt"):
        (odd / name).write_text(name)
    os.utime(odd / "A.txt", (1_600_000_000.75, 1_600_000_000.75))
    (odd / "link").symlink_to("A.txt")
    with LoopbackGlobus({"rig": rig.parent}) as globus:
        os.environ["AIRFLOW_CONN_LISTERS"] = (
            f'{{"conn_type": "globus", "login": "{globus.client_id}", "password": "{globus.client_secret}", '
            f'"extra": {{"transfer_url": "{globus.url}", "auth_url": "{globus.url}"}}}}'
        )
        place = Place(name="rig", collection=uuid.UUID(globus.collections["rig"]), directory="/rig")
        reader = globus_reader(GlobusHook(globus_conn_id="listers"), place, rate=listing_rate(1000))
        yield local_directory_reader(rig), reader, globus
        del os.environ["AIRFLOW_CONN_LISTERS"]


@pytest.mark.parametrize("sample", [s for s in SAMPLES if s.directory], ids=lambda s: s.directory)
def test_both_readers_give_the_same_manifest(readers, sample) -> None:
    local, remote = (
        list_files(
            read,
            sample.directory,
            conventions=load_conventions(),
            kind=sample.data_set_type,
            concurrency=concurrency,
        )
        for read, concurrency in zip(readers[:2], (1, 8), strict=True)
    )
    assert local.manifest.id == remote.manifest.id
    assert local == remote


def test_both_readers_find_the_same_folders_and_list_no_directory_twice(readers) -> None:
    local, remote, globus = readers
    before = len(globus.requests("GET"))
    kinds = ("raw-ephys", "raw-video")
    found = [
        find_folders(read, conventions=load_conventions(), kinds=kinds, concurrency=concurrency)
        for read, concurrency in ((local, 1), (remote, 8))
    ]
    assert found[0] == found[1]
    assert len(found[0].folders) > 10
    paths = [line["query"] for line in globus.requests("GET")[before:] if line["path"].endswith("/ls")]
    assert len(paths) == len(set(map(str, paths)))


def test_both_readers_distinguish_a_missing_directory_from_a_file(readers) -> None:
    for read in readers[:2]:
        with pytest.raises(MissingDirectoryError, match="nobody"):
            list(read("nobody"))
        with pytest.raises(ListingError):
            list(read("SC022/surface scan/notes.txt"))
