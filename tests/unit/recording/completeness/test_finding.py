"""A finding is shown by its path, sorted by it, and blocks only if it says so."""

from session_archive.recording.completeness.finding import Finding


def test_a_finding_is_shown_by_its_path() -> None:
    assert str(Finding("SC022/a.bin", "no .meta beside it", blocks=True)) == "SC022/a.bin: no .meta beside it"


def test_a_finding_is_only_noted_unless_it_blocks() -> None:
    assert not Finding("a", "odd").blocks


def test_findings_are_sorted_by_path_and_then_by_what_is_wrong() -> None:
    ordered = [Finding("a", "x"), Finding("a", "y"), Finding("b", "a", blocks=True)]
    assert sorted(reversed(ordered)) == ordered
