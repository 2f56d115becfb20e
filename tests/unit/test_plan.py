"""Look before submit: what is there is never overwritten unless it is ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_archive.errors import RefusedError
from session_archive.manifest import FileEntry, Manifest
from session_archive.plan import plan_transfer


def manifest(**sizes: int) -> Manifest:
    return Manifest.of(FileEntry(path, size, 1_600_000_000) for path, size in sizes.items())


def test_an_absent_file_becomes_an_item() -> None:
    plan = plan_transfer(promised=manifest(a=1, b=2), present=manifest(), begun=(), proven={})
    assert [file.path for file in plan.items] == ["a", "b"]
    assert not plan.resumes
    plan.require_free()


def test_a_file_of_another_size_is_refused_with_both_sizes_and_dates() -> None:
    plan = plan_transfer(promised=manifest(a=10), present=manifest(a=7), begun=(), proven={})
    assert plan.items == ()
    with pytest.raises(
        RefusedError, match=r"a: .*7 bytes of 2020-09-13 12:26:40 UTC there, 10 bytes of 2020"
    ):
        plan.require_free()


def test_a_file_of_the_same_size_is_content_unproven() -> None:
    plan = plan_transfer(promised=manifest(a=10), present=manifest(a=10), begun=(), proven={})
    with pytest.raises(RefusedError, match="content unproven"):
        plan.require_free()


def test_what_an_attempt_of_ours_had_begun_is_sent_again_by_checksum() -> None:
    plan = plan_transfer(promised=manifest(a=10, b=3), present=manifest(a=4), begun={"a", "b"}, proven={})
    assert [file.path for file in plan.items] == ["a", "b"]
    assert plan.resumes


def test_what_the_catalog_proves_is_adopted() -> None:
    promised = manifest(a=10)
    plan = plan_transfer(promised=promised, present=promised, begun=(), proven={"a": promised.files[0]})
    assert plan.adopted == promised.files
    assert plan.items == ()
    plan.require_free()


def test_the_catalog_proves_nothing_of_a_file_that_has_another_size_now() -> None:
    promised = manifest(a=10)
    plan = plan_transfer(promised=promised, present=manifest(a=9), begun=(), proven={"a": promised.files[0]})
    with pytest.raises(RefusedError):
        plan.require_free()


SIZES = st.dictionaries(st.sampled_from("abcde"), st.integers(0, 3), max_size=5)


@given(promised=SIZES, present=SIZES, begun=st.sets(st.sampled_from("abcde")))
def test_no_foreign_file_is_ever_an_item_and_no_file_is_forgotten(
    promised: dict[str, int], present: dict[str, int], begun: set[str]
) -> None:
    plan = plan_transfer(promised=manifest(**promised), present=manifest(**present), begun=begun, proven={})
    items = {file.path for file in plan.items}
    assert items & set(present) <= begun
    told = items | {file.path for file in plan.adopted} | {conflict.path for conflict in plan.conflicts}
    assert told == set(promised)
