"""A data set with names that its destination takes for one."""

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


def test_it_is_sent_where_the_place_keeps_them_apart_or_nobody_has_looked() -> None:
    both = files("v/a.bin", "v/A.bin")
    for kept in (KeptNames(), KeptNames(case=True), KeptNames(normalisation=False)):
        assert judge_names(both, kept, place="tape") is None
    assert judge_names(files("v/a.bin"), KeptNames(case=False), place="tape") is None


def test_the_catalog_is_asked_only_about_names_that_look_alike() -> None:
    assert look_alike(files("v/a.bin", "v/A.bin"))
    assert not look_alike(files("v/a.bin", "v/b.bin"))
