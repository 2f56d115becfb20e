"""What is not archived although its data set is: only what does not keep the data set back."""

from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.listing import Listing, Problem
from session_archive.recording.verdict import left_out


def test_what_keeps_a_data_set_back_is_not_called_left_out() -> None:
    files = Manifest.of([FileEntry("a.bin", 1, 1)])
    problems = (Problem("a", "cannot be read", blocks=True), Problem("b.bak", "a copy"))
    assert left_out(Listing(files, problems)) == "left out: b.bak: a copy"
    assert left_out(Listing(files, problems[:1])) == ""
