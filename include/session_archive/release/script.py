"""Writes the script of a release list, for the shell of a rig: sh, or PowerShell on Windows."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources

from session_archive.release.release_list import Language, ReleaseList

#: Where the shells' own text takes the values of a list.
_TEMPLATES: dict[Language, str] = {"sh": "release.sh", "powershell": "release.ps1"}
#: Of the file that it is written to; Windows' own PowerShell takes a text without a mark for another encoding.
ENCODINGS: dict[Language, str] = {"sh": "utf-8", "powershell": "utf-8-sig"}
#: What makes it delete.
SWITCHES: dict[Language, str] = {"sh": "--delete", "powershell": "-Delete"}
#: A line of the list that ends it; no line of a file begins so.
_MARK = "end of the list"


def written(release: ReleaseList, language: Language) -> str:
    """The whole script."""
    template = resources.files(__package__).joinpath(_TEMPLATES[language]).read_text(encoding="utf-8")
    newline = "\r\n" if language == "powershell" else "\n"
    values = {
        "@ID@": str(release.id),
        "@PLACE@": release.place,
        "@ROOT@": _quoted(release.root, language),
        "@GIVEN@": f"{release.given_at:%Y-%m-%d %H:%M} UTC, by {release.given_by}",
        "@EXPIRES@": str(int(release.expires_at.timestamp())),
        "@EXPIRES_IN_WORDS@": f"{release.expires_at:%Y-%m-%d %H:%M} UTC",
        "@MARK@": _MARK,
    }
    for name, value in values.items():
        template = template.replace(name, value)
    before, after = template.split("@FILES@\n")
    text = before + "".join(f"{line}\n" for line in _lines(release)) + after
    return text.replace("\n", newline)


def _lines(release: ReleaseList) -> Iterator[str]:
    """A line for a data set, then one for each file: size, seconds since 1970 and path relative to the root.

    No name or path has a tab or a newline: the catalog takes none.
    """
    for data_set in release.data_sets:
        yield f"data set\t{data_set.name}"
        for file in data_set.files.files:
            yield f"{file.size}\t{file.mtime}\t{file.path}"


def _quoted(text: str, language: Language) -> str:
    """A literal of the shell."""
    return "'" + text.replace("'", "''" if language == "powershell" else "'\\''") + "'"
