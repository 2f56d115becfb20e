"""A data set with names that its destination takes for one."""

import pytest

from session_archive.assess.names import judge_names, look_alike
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.naming.kept_names import KeptNames
from session_archive.states.state import State


def files(*paths: str) -> Manifest:
    return Manifest.of(FileEntry(path, 1, 5) for path in paths)


def test_it_is_refused_with_every_file_where_the_place_is_known_to_take_them_for_one() -> None:
    both = files("v/a.bin", "v/A.bin", "v/c.bin")
    record = judge_names(both, KeptNames(case=False), place="tape")
    assert record is not None
    assert record.state is State.REFUSED
    assert [path for path, _ in record.files] == ["v/A.bin", "v/a.bin"]
    assert "(and 1 more files)" in record.reason
    assert "tape" in record.reason


def test_it_is_sent_where_the_place_keeps_them_apart() -> None:
    both = files("v/a.bin", "v/A.bin")
    for kept in (KeptNames(case=True), KeptNames(case=True, normalisation=False)):
        assert judge_names(both, kept, place="tape") is None
    for kept in (KeptNames(), KeptNames(case=False)):
        assert judge_names(files("v/a.bin"), kept, place="tape") is None


@pytest.mark.parametrize("kept", [KeptNames(), KeptNames(normalisation=False), KeptNames(normalisation=True)])
def test_it_waits_where_nobody_has_looked_and_the_reason_says_who_can(kept: KeptNames) -> None:
    record = judge_names(files("v/a.bin", "v/A.bin", "v/c.bin"), kept, place="tape")
    assert record is not None
    assert record.state is State.WAITING
    assert "v/A.bin and v/a.bin differ only in upper and lower case" in record.reason
    assert "whether tape keeps them apart is not known" in record.reason
    assert "`session-archive doctor --transfer`" in record.reason
    assert "takes them for one" not in record.reason
    assert [path for path, _ in record.files] == ["v/A.bin", "v/a.bin"]


def test_names_that_the_place_has_listed_beside_each_other_are_kept_apart() -> None:
    both = files("v/a.bin", "v/A.bin")
    assert judge_names(both, KeptNames(), place="tape", listed={"v/a.bin", "v/A.bin"}) is None
    assert judge_names(both, KeptNames(), place="tape", listed={"v/a.bin"}) is not None


def test_the_catalog_is_asked_only_about_names_that_look_alike() -> None:
    assert look_alike(files("v/a.bin", "v/A.bin"))
    assert not look_alike(files("v/a.bin", "v/b.bin"))
