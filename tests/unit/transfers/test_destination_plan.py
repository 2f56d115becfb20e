"""Look before submit: an existing file is never overwritten unless it is ours."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_archive.errors import RefusedError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.naming.kept_names import KeptNames
from session_archive.transfers.attempt import Attempt
from session_archive.transfers.destination_plan import plan_transfer

RECORDED = 1_600_000_000
ACCEPTED = dt.datetime(2026, 1, 1, 22, 0, tzinfo=dt.UTC)
MEANWHILE = int(ACCEPTED.timestamp()) + 600


def manifest(**sizes: int) -> Manifest:
    return Manifest.of(FileEntry(path, size, RECORDED) for path, size in sizes.items())


def attempt(*, checksums=None, **sizes: int) -> Attempt:
    """A transfer of an hour, which failed."""
    files = {file.path: file for file in manifest(**sizes).files}
    return Attempt(files, ACCEPTED, ACCEPTED + dt.timedelta(hours=1), checksums=checksums or {})


def test_an_absent_file_becomes_an_item() -> None:
    plan = plan_transfer(promised=manifest(a=1, b=2), present=manifest(), proven={})
    assert [file.path for file in plan.items] == ["a", "b"]
    assert not plan.resumes
    plan.require_free()


def test_a_file_of_another_size_is_refused_with_both_sizes_and_dates() -> None:
    plan = plan_transfer(promised=manifest(a=10), present=manifest(a=7), proven={})
    assert plan.items == ()
    with pytest.raises(
        RefusedError, match=r"a: .*7 bytes of 2020-09-13 12:26:40 UTC, at the source 10 bytes of 2020"
    ):
        plan.require_free()


def test_every_file_in_the_way_is_named() -> None:
    plan = plan_transfer(promised=manifest(a=10, b=10, c=1), present=manifest(a=7, b=7), proven={})
    with pytest.raises(RefusedError, match=r"^a: .* \(and 1 more files\)$") as refused:
        plan.require_free()
    assert refused.value.files == tuple((conflict.path, conflict.why) for conflict in plan.conflicts)
    assert [path for path, _ in refused.value.files] == ["a", "b"]


@pytest.mark.fault(30)
def test_a_file_of_the_same_size_is_content_unproven() -> None:
    plan = plan_transfer(promised=manifest(a=10), present=manifest(a=10), proven={})
    with pytest.raises(RefusedError, match="content unproven"):
        plan.require_free()


@pytest.mark.fault(32)
def test_what_a_transfer_of_ours_had_begun_is_sent_again_by_checksum() -> None:
    half = Manifest.of([FileEntry("a", 4, MEANWHILE)])
    plan = plan_transfer(promised=manifest(a=10, b=3), present=half, attempts=[attempt(a=10, b=3)], proven={})
    assert [file.path for file in plan.items] == ["a", "b"]
    assert plan.resumes


def test_a_file_that_somebody_put_where_ours_failed_to_arrive_is_a_conflict() -> None:
    foreign = Manifest.of([FileEntry("a", 4, MEANWHILE + 86400)])
    plan = plan_transfer(promised=manifest(a=10), present=foreign, attempts=[attempt(a=10)], proven={})
    assert (plan.items, plan.resumes) == ((), False)
    with pytest.raises(RefusedError, match=r"4 bytes of 2026-01-02 .*, at the source 10 bytes of 2020-09-13"):
        plan.require_free()


def test_a_whole_copy_of_ours_that_nothing_vouches_for_is_neither_sent_nor_in_the_way() -> None:
    whole = Manifest.of([FileEntry("a", 10, MEANWHILE)])
    plan = plan_transfer(promised=manifest(a=10, b=1), present=whole, attempts=[attempt(a=10)], proven={})
    assert [[each.path for each in part] for part in (plan.items, plan.adopted, plan.unproven)] == [
        ["b"],
        [],
        ["a"],
    ]
    plan.require_free()
    assert not plan.resumes
    assert plan.proving([]) == plan
    proof = plan.proving(["a"])
    assert ([file.path for file in proof.items], proof.resumes, proof.unproven) == (["a", "b"], True, ())


def test_what_globus_compared_or_a_person_accepted_is_adopted() -> None:
    whole = Manifest.of([FileEntry("a", 10, MEANWHILE)])
    compared = attempt(a=10, checksums={"a": ("MD5", "ff")})
    for known in ({"attempts": [compared]}, {"accepted": lambda path: path == "a"}):
        plan = plan_transfer(promised=manifest(a=10), present=whole, proven={}, **known)
        assert [file.path for file in plan.adopted] == ["a"]


def test_what_the_catalog_proves_is_adopted() -> None:
    promised = manifest(a=10)
    plan = plan_transfer(promised=promised, present=promised, proven={"a": promised.files[0]})
    assert plan.adopted == promised.files
    assert plan.items == ()
    plan.require_free()


def test_the_catalog_proves_nothing_of_a_file_that_has_another_size_now() -> None:
    promised = manifest(a=10)
    plan = plan_transfer(promised=promised, present=manifest(a=9), proven={"a": promised.files[0]})
    with pytest.raises(RefusedError):
        plan.require_free()


def test_a_proven_file_that_differs_now_is_not_replaced_although_a_transfer_of_ours_wrote_it() -> None:
    promised, half = manifest(a=10), Manifest.of([FileEntry("a", 4, MEANWHILE)])
    proven = {"a": promised.files[0]}
    plan = plan_transfer(promised=promised, present=half, attempts=[attempt(a=10)], proven=proven)
    assert (plan.items, [conflict.path for conflict in plan.conflicts]) == ((), ["a"])


FILES = st.dictionaries(
    st.sampled_from("abcde"),
    st.tuples(
        st.integers(0, 3), st.sampled_from([RECORDED, MEANWHILE, MEANWHILE + 86400, MEANWHILE - 86400])
    ),
    max_size=5,
)
SIZES = st.dictionaries(st.sampled_from("abcde"), st.integers(0, 3), max_size=5)


@given(promised=SIZES, present=FILES, sent=SIZES, accepted=st.booleans())
def test_only_what_an_accepted_transfer_of_ours_can_have_written_is_an_item_and_no_file_is_forgotten(
    promised: dict[str, int], present: dict[str, tuple[int, int]], sent: dict[str, int], accepted: bool
) -> None:
    listed = Manifest.of(FileEntry(path, *found) for path, found in present.items())
    plan = plan_transfer(
        promised=manifest(**promised),
        present=listed,
        attempts=[attempt(**sent)] if accepted else [],
        proven={},
    )
    for path in {file.path for file in (*plan.items, *plan.unproven)} & set(present):
        size, mtime = present[path]
        assert accepted and path in sent
        assert (size, mtime) == (sent[path], RECORDED) or (size <= sent[path] and mtime == MEANWHILE)
    parts = (plan.items, plan.adopted, plan.conflicts, plan.unproven)
    assert sorted(each.path for part in parts for each in part) == sorted(promised)


def test_a_person_accepts_a_file_that_is_begun_by_no_transfer_of_ours() -> None:
    """A part of a file of ours is sent again, whatever was accepted: it may be unfinished."""
    existing = Manifest.of([FileEntry("a", 10, RECORDED)])
    ours = attempt(a=10)
    plan = plan_transfer(
        promised=manifest(a=10), present=existing, attempts=[ours], proven={}, accepted=lambda path: True
    )
    assert ([file.path for file in plan.items], plan.adopted, plan.resumes) == (["a"], (), True)
    foreign = plan_transfer(promised=manifest(a=10), present=existing, proven={}, accepted=lambda path: True)
    assert [file.path for file in foreign.adopted] == ["a"]
    smaller = Manifest.of([FileEntry("a", 9, RECORDED)])
    refused = plan_transfer(promised=manifest(a=10), present=smaller, proven={}, accepted=lambda path: True)
    assert [conflict.path for conflict in refused.conflicts] == ["a"]


@pytest.mark.parametrize(("count", "more"), [(1, None), (2, "1 more"), (3, "2 more")])
def test_a_refusal_names_the_first_file_and_counts_the_others(count: int, more: str | None) -> None:
    files = manifest(**dict.fromkeys("abc"[:count], 1))
    plan = plan_transfer(promised=files, present=files, proven={})
    with pytest.raises(RefusedError, match=r"^a: ") as refused:
        plan.require_free()
    assert (more in str(refused.value)) if more else ("more" not in str(refused.value))


def spelled(*paths: str) -> Manifest:
    return Manifest.of(FileEntry(path, 3, 1_600_000_000) for path in paths)


@pytest.mark.parametrize("kept", [KeptNames(), KeptNames(case=False)])
def test_a_file_that_may_be_another_one_under_its_name_is_not_written_over(kept: KeptNames) -> None:
    plan = plan_transfer(promised=spelled("v/A.bin", "v/c"), present=spelled("v/a.bin"), proven={}, kept=kept)
    assert [file.path for file in plan.items] == ["v/c"]
    with pytest.raises(
        RefusedError, match=r"v/A.bin and v/a.bin differ only in upper and lower case"
    ) as refused:
        plan.require_free()
    assert [path for path, _ in refused.value.files] == ["v/A.bin"]


def test_where_the_place_keeps_them_apart_both_are_files() -> None:
    kept, present = KeptNames(case=True), spelled("v/a.bin")
    plan = plan_transfer(promised=spelled("v/A.bin"), present=present, proven={}, kept=kept)
    assert [file.path for file in plan.items] == ["v/A.bin"]
    both = spelled("v/A.bin", "v/a.bin")
    for known in (KeptNames(), KeptNames(case=False)):
        proven = {file.path: file for file in both.files}
        plan = plan_transfer(promised=both, present=both, proven=proven, kept=known)
        assert (len(plan.adopted), plan.conflicts) == (2, ()), "it lists both"


def test_names_that_the_place_takes_for_one_are_all_refused_before_anything_is_sent() -> None:
    both = spelled("v/A.bin", "v/a.bin", "v/c")
    plan = plan_transfer(promised=both, present=manifest(), proven={}, kept=KeptNames(case=False))
    assert [conflict.path for conflict in plan.conflicts] == ["v/A.bin", "v/a.bin"]
    keeps = KeptNames(case=True)
    assert plan_transfer(promised=both, present=manifest(), proven={}, kept=keeps).conflicts == ()


def test_where_nobody_has_looked_names_that_look_alike_are_not_sent_either() -> None:
    both = spelled("v/A.bin", "v/a.bin", "v/c")
    plan = plan_transfer(promised=both, present=manifest(), proven={})
    assert [conflict.path for conflict in plan.conflicts] == ["v/A.bin", "v/a.bin"]
    assert [file.path for file in plan.items] == ["v/c"]
    with pytest.raises(RefusedError, match="doctor --transfer"):
        plan.require_free()
    assert plan_transfer(promised=both, present=both, proven={}, accepted=lambda path: True).conflicts == ()
