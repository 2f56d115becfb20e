"""Is CatGT still working on a folder? It writes a .meta with the final size before it edits the .bin in place.

CatGT 3.0 and later write `<run>_g<gate>_fyi.txt` once, as the last file; earlier ones do not (CatGT sources, ReadMe).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from session_archive.fixity.manifest import FileEntry
from session_archive.naming.belong_together import belong_together
from session_archive.recording.completeness.command import commands_of
from session_archive.recording.completeness.finding import Finding
from session_archive.recording.completeness.fyi import is_fyi
from session_archive.recording.completeness.recordings import Recording

#: CatGT may still be editing a .bin that is newer than its .meta; after this time without a change it is not.
EDITING = dt.timedelta(hours=6)
#: Each call of CatGT appends to it, in the directory where CatGT was called: often the data set's own. People put the
#: name of the run before it.
CATGT_LOG = "catgt.log"
#: A call writes a few kB.
LOG_MOST_BYTES = 1 << 22

# "[Thd 1 CPU 2 1/07/20 10:30:00.000] " and no words: the last line that a call writes (CatGT sources, main.cpp).
_ENDED = re.compile(r"\[[^\]]*\]\s*")
#: What CatGT writes of each file that it left out, or could not read or write (CatGT sources, Pass1.cpp, Pass2.cpp): a
#: trigger that overlaps the one before nearly wholly, time between two, what it could not do.
_REPORTED = (
    ("left out {} files ('Skipping tiny content')", re.compile("skipping tiny content", re.IGNORECASE)),
    (
        "found {} gaps between files, and filled them with zeros at most",
        re.compile("gap before file", re.IGNORECASE),
    ),
    ("failed to read or write {} times", re.compile("(?:read|write|seek) failed", re.IGNORECASE)),
)
_NAMED = re.compile(r"file '([^']*)'", re.IGNORECASE)


def catgt_findings(
    recorded: Sequence[Recording], files: Sequence[FileEntry], *, now: dt.datetime
) -> Iterator[Finding]:
    """Signs that CatGT has not finished; none for a folder that it did not write."""
    written = [each for each in recorded if each.by_catgt]
    if not written:
        return
    done = max((file.mtime for file in files if is_fyi(file.path) and file.size), default=None)
    if done is None and _is_new(written, files):
        what = (
            "CatGT is still working, or it failed: there is no _fyi.txt, which CatGT 3.0 and later write last"
        )
        yield Finding(written[0].where, what, blocks=True)
    for each in written:
        if each.binary is None or each.meta_file is None or each.binary.mtime <= each.meta_file.mtime:
            continue
        # It was compressed after CatGT had written it.
        if each.compressed:
            continue
        if done is None or done < each.binary.mtime:
            age = now.timestamp() - each.binary.mtime
            # The clock says nothing about a file from the future; two observations show whether it changes.
            editing = 0 <= age < EDITING.total_seconds()
            hours = f"{EDITING.total_seconds() / 3600:g} h"
            what = (
                f"newer than its .meta: CatGT may still be editing it, until {hours} have passed without a change"
                if editing
                else "newer than its .meta: edited by CatGT, or copied, after its .meta was written"
            )
            yield Finding(each.binary.path, what, blocks=editing)


def _named(line: str) -> str:
    """The file that a line of the log is about; the line's own words if it names none."""
    match = _NAMED.search(line)
    return re.split(r"[/\\]", match[1])[-1] if match else line.rpartition("] ")[2]


def _is_new(written: Sequence[Recording], files: Sequence[FileEntry]) -> bool:
    return any(command.is_new for command in commands_of(written)) or any(
        _new_output().search(file.path) for file in files
    )


@cache
def _new_output() -> re.Pattern[str]:
    """The texts that CatGT 3.0 and later extract: their options say the stream, and have no capitals."""
    new = [each for each in belong_together().extractions if each.js is None]
    kinds = "|".join(sorted({text.partition("_")[0] for each in new for text in each.texts}))
    return re.compile(rf"_tcat\..*\b(?:{kinds})_")


def log_findings(
    files: Sequence[FileEntry], logs: Mapping[str, str], *, now: dt.datetime
) -> Iterator[Finding]:
    """A log that does not end like that of a finished call, and what CatGT left out by its own account."""
    mtimes = {file.path: file.mtime for file in files}
    for path, text in logs.items():
        for words, pattern in _REPORTED:
            if reports := [line for line in text.splitlines() if pattern.search(line)]:
                name = next(map(_named, reports))
                yield Finding(path, f"CatGT {words.format(len(reports))}, the first: {name[:200]}")
        last = next((line for line in reversed(text.splitlines()) if line.strip()), "")
        if not last:
            yield Finding(path, "is empty: CatGT writes each call to it")
        if not last or _ENDED.fullmatch(last):
            continue
        working = now.timestamp() - mtimes[path] < EDITING.total_seconds()
        what = "CatGT is still working" if working else "CatGT was stopped before it finished"
        yield Finding(path, f"{what}: its log ends with {last.rpartition('] ')[2][:80]!r}", blocks=working)
