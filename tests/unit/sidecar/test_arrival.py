"""A sidecar counts as copied if the archive lists it with its size, and with its time or as copied by this run."""

from session_archive.fixity.manifest import FileEntry
from session_archive.sidecar.arrival import sidecar_problems, sidecars_seen

PATH = "SC022/.manifests/a.json"
STAGED = {PATH: FileEntry(PATH, 100, 1000)}


def present(size: int = 100, mtime: int = 1000) -> dict[str, FileEntry]:
    return {PATH: FileEntry(PATH, size, mtime)}


def test_the_same_size_and_time_is_seen_whoever_copied_it() -> None:
    assert sidecars_seen(STAGED, present(), arrived=()) == {PATH}
    assert sidecar_problems(STAGED, present(), arrived=()) == []


def test_another_time_is_seen_only_if_this_run_copied_it() -> None:
    assert sidecars_seen(STAGED, present(mtime=2000), arrived={PATH}) == {PATH}
    assert sidecars_seen(STAGED, present(mtime=2000), arrived=()) == set()


def test_another_size_is_never_seen_and_is_reported_with_both() -> None:
    assert sidecars_seen(STAGED, present(size=99), arrived={PATH}) == set()
    (problem,) = sidecar_problems(STAGED, present(size=99), arrived={PATH})
    assert problem.startswith(PATH) and "99 bytes, 100 expected" in problem


def test_what_is_missing_is_a_problem_only_after_its_transfer_succeeded() -> None:
    assert sidecar_problems(STAGED, {}, arrived=()) == []
    (problem,) = sidecar_problems(STAGED, {}, arrived={PATH})
    assert problem == f"{PATH}: is missing, though its transfer succeeded"


def test_another_file_of_this_name_is_reported_whoever_copied_it() -> None:
    (problem,) = sidecar_problems(STAGED, present(size=99), arrived=())
    assert problem.startswith(PATH)
    (problem,) = sidecar_problems(STAGED, present(mtime=2000), arrived=())
    assert problem.startswith(PATH)
