"""The digests of files, as values."""

import datetime as dt

from session_archive.fixity.file_digest import Basis, Computer, FileDigest, agreed, digests_of
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


def digest(path: str, algorithm: str, value: str, *, size: int = 3, mtime: int = 100) -> FileDigest:
    return FileDigest(path, "rig", algorithm, value, Computer.WORKER, Basis.READ, size, mtime)


def test_the_digests_of_this_version_on_which_all_agree() -> None:
    known = Manifest.of(
        [FileEntry("a", 3, 100, checksum="AB", checksum_algorithm="MD5"), FileEntry("b", 4, 200)]
    )
    digests = [
        digest("a", "MD5", "other"),
        digest("a", "sha256", "CD"),
        digest("a", "SHA256", "cd"),
        digest("a", "SHA1", "one"),
        digest("a", "SHA1", "two"),
        FileDigest("a", "rig", "SHA256", "stored", Computer.ACQUISITION, Basis.STORED, 3, 100),
        digest("a", "SHA512", "of another size", size=4),
        digest("a", "SHA512", "of another time", mtime=99),
        digest("not of this data set", "MD5", "ef"),
    ]
    found = agreed(digests, known)
    assert found == {"a": {"MD5": "ab", "SHA256": "cd"}, "b": {}}
    assert next(iter(found["a"])) == "MD5", "its own comes first"
