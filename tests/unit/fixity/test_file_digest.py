"""The digests of files, as values."""

import datetime as dt

from session_archive.fixity.file_digest import Basis, Computer, FileDigest, digests_of
from session_archive.fixity.manifest import FileEntry, Manifest

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
FILES = Manifest.of([FileEntry("a", 3, 100), FileEntry("b", 4, 200), FileEntry("c", 5, 300)])


def test_the_digests_of_the_files_of_a_manifest() -> None:
    digests = {"a": ("sha1", "AB"), "b": ("", ""), "other": ("MD5", "cd")}
    found = digests_of(
        FILES, digests, place="rig", computed_by=Computer.WORKER, basis=Basis.READ, computed_at=AT
    )
    assert list(found) == [
        FileDigest("a", "rig", "SHA1", "ab", Computer.WORKER, Basis.READ, 3, 100, computed_at=AT)
    ]
