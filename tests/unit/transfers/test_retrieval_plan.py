"""What is retrieved, what stays and what is refused, decided before anything moves."""

import datetime as dt

from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.transfers.attempt import Attempt
from session_archive.transfers.retrieval_plan import Arrival, Outlook, outlook_lines, plan_retrieval

RECORDED = 1_600_000_000
RETRIEVED = dt.datetime.fromtimestamp(RECORDED + 1000, dt.UTC)


def manifest(mtime: int = RECORDED, **sizes: int) -> Manifest:
    return Manifest.of(FileEntry(path.replace("__", "/"), size, mtime) for path, size in sizes.items())


def attempt(files: Manifest, *paths: str, ended: dt.datetime | None = RETRIEVED, succeeded=False) -> Attempt:
    """A transfer of the last ten minutes before RETRIEVED."""
    named = {file.path: file for file in files.files if file.path in paths}
    return Attempt(named, RETRIEVED - dt.timedelta(minutes=10), ended, succeeded)


def plan(promised: Manifest, present: Manifest, *, arrived=(), attempts=(), in_the_way=None):
    done = [attempt(promised, *arrived, succeeded=True)] if arrived else []
    return plan_retrieval(
        promised=promised,
        present=present,
        in_the_way=in_the_way or {},
        arrived={file.path: Arrival(file, RETRIEVED) for file in promised.files if file.path in arrived},
        attempts=[*done, *attempts],
    )


def paths(planned) -> tuple[list[str], ...]:
    """Paths that are copied, that stay as they are, and that are in conflict."""
    return tuple([each.path for each in part] for part in (planned.items, planned.adopted, planned.conflicts))


def test_absent_files_come_identical_ones_stay_and_foreign_ones_are_refused() -> None:
    promised = manifest(a=1, b=2, c=3)
    assert paths(plan(promised, manifest(b=2, c=3), arrived={"b"})) == (["a"], ["b"], ["c"])


def test_a_verified_copy_stays_although_no_transfer_of_it_is_known() -> None:
    promised = manifest(a=1)
    planned = plan_retrieval(
        promised=promised,
        present=promised,
        in_the_way={},
        arrived={"a": Arrival(promised.files[0], RETRIEVED)},
        attempts=[],
    )
    assert paths(planned) == ([], ["a"], [])


def test_a_copy_that_was_read_and_is_identical_stays_and_another_size_is_never_read() -> None:
    promised = manifest(a=1, b=2)
    read: list[str] = []

    def identical(path: str) -> bool:
        read.append(path)
        return True

    planned = plan_retrieval(
        promised=promised,
        present=manifest(RECORDED + 2000, a=1, b=3),
        in_the_way={},
        arrived={},
        attempts=[],
        identical=identical,
    )
    assert (paths(planned), read) == (([], ["a"], ["b"]), ["a"])


def test_a_file_that_was_edited_after_its_retrieval_is_the_users_even_at_the_same_size() -> None:
    promised = manifest(a=1)
    edited = plan(promised, manifest(RECORDED + 2000, a=1), arrived={"a"})
    assert paths(edited) == ([], [], ["a"])
    assert "written after it was retrieved (1 bytes of 2020-09-13 13:00:00 UTC)" in edited.conflicts[0].why
    # A place that keeps no times has that of the transfer.
    assert paths(plan(promised, manifest(RECORDED + 900, a=1), arrived={"a"})) == ([], ["a"], [])


def test_a_file_that_somebody_copied_there_with_an_old_time_is_not_taken_for_a_retrieved_one() -> None:
    year = 365 * 86400
    for size in (1, 2):
        foreign = plan(manifest(a=2), manifest(RECORDED - year, a=size), arrived={"a"})
        assert paths(foreign) == ([], [], ["a"])
        assert "written after" not in foreign.conflicts[0].why


def test_a_file_that_a_failed_retrieval_left_is_sent_again_unless_somebody_wrote_it_since() -> None:
    promised = manifest(a=2, b=2)
    failed = attempt(promised, "a", "b")
    left = plan(promised, manifest(RECORDED + 900, a=1), attempts=[failed])
    assert paths(left) == (["a", "b"], [], [])
    assert left.resumes
    assert paths(plan(promised, manifest(RECORDED + 2000, a=2), attempts=[failed])) == (["b"], [], ["a"])
    # Under way: it has no end yet after which it could have been written.
    under_way = attempt(promised, "a", ended=None)
    assert paths(plan(promised, manifest(RECORDED + 2000, a=1), attempts=[under_way]))[2] == []


def test_a_whole_copy_that_cannot_be_read_here_is_compared_by_globus() -> None:
    promised = manifest(a=2)
    whole = plan(promised, manifest(RECORDED + 900, a=2), attempts=[attempt(promised, "a", succeeded=True)])
    assert (paths(whole), whole.resumes) == ((["a"], [], []), True)


def test_nothing_is_written_at_a_link_or_below_one() -> None:
    promised = manifest(x__in__a=1, x__b=1, y=1)
    blocked = plan(promised, manifest(y=1), arrived={"y"}, in_the_way={"x/in": "a link", "y": "another"})
    assert paths(blocked) == (["x/b"], [], ["x/in/a", "y"])
    assert [conflict.why for conflict in blocked.conflicts] == ["a link", "another"]


def test_the_plan_has_the_sum_first_and_what_needs_a_person_next() -> None:
    lines = outlook_lines(
        [
            Outlook("A", origin="archive", n_files=2, n_bytes=1500, n_identical=1, chosen="only probes 0"),
            Outlook("B", n_identical=3),
            Outlook("C", refused="x: in the way", n_files=9, n_bytes=10**12),
        ],
        destination="analysis",
        free=2000,
        most=2,
    )
    assert lines == [
        "1 data set, 2 files, 1.5 kB to analysis; 2.0 kB free there",
        "C: refused: x: in the way",
        "A: 2 files, 1.5 kB, from archive; 1 file already there, identical; only probes 0",
        "and 1 more data set",
    ]
