"""docs/names.md has the layouts and the recordings of conventions.toml, and no others."""

import re
from pathlib import Path

import pytest

from session_archive.naming.conventions import load_conventions
from session_archive.naming.session_folders import Layout

PAGE = (Path(__file__).parents[3] / "docs" / "names.md").read_text(encoding="utf-8")
CONVENTIONS = load_conventions()
LAYOUTS = {
    layout.id: (kind.name, layout)
    for kind in CONVENTIONS.kinds.values()
    for layout in (*kind.layouts, *kind.others)
}
SPELLED = {
    "%m%d%y": "MMDDYY",
    "%Y%m%d": "YYYYMMDD",
    "%m%d%Y": "MMDDYYYY",
    "%Y_%m_%d": "YYYY_mm_dd",
    "%Y-%m-%d": "YYYY-MM-DD",
}
ACCEPT = {"yes": "always", "read only": "always", "opt-in": "opt-in", "never": "never"}
#: Rows of both tables of layouts: kind, ids, directory, accept.
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if re.match(r"\| `raw-(ephys|video)` \| [EV][0-9]", line)
]


def as_shown(layout: Layout) -> str:
    """The template as the page writes it."""
    text = layout.template.replace("{probe_number}", "<1-9>").replace("{gate}", "1")
    text = re.sub(r"\{date:([^}]*)\}", lambda match: f"<{SPELLED[match[1]]}>", text)
    return re.sub(r"\{(\w+)\}", r"<\1>", text)


def test_every_layout_stands_in_one_row() -> None:
    assert sorted(each for _, ids, _, _ in ROWS for each in ids.split(", ")) == sorted(LAYOUTS)


@pytest.mark.parametrize(("kind", "ids", "directory", "accept"), ROWS)
def test_each_row_is_as_in_the_file(kind: str, ids: str, directory: str, accept: str) -> None:
    for each in ids.split(", "):
        known, layout = LAYOUTS[each]
        assert (kind, ACCEPT[accept]) == (f"`{known}`", layout.accept)
        if "," not in ids and "..." not in directory:
            assert directory.split("`")[1] == as_shown(layout)


def test_the_recordings_of_a_kind_are_those_of_the_file() -> None:
    listed = re.search(r"`recordings` of its kind names \(raw-ephys: ([^)]*)\)", PAGE)
    assert listed is not None
    kind = CONVENTIONS.kinds["raw-ephys"]
    shown = re.findall("`([^`]+)`", listed[1])
    assert all(kind.recording(pattern.replace("*", "x")) for pattern in shown)
    assert {pattern for pattern in kind._recordings.patterns if "." not in pattern[2:]} == set(shown)
