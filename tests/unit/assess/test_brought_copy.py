"""Which files an audit brings to a scratch place, and how they are called there."""

from dataclasses import replace

from session_archive.assess.brought_copy import as_brought, in_archive, worth_bringing
from session_archive.fixity.manifest import FileEntry, Manifest

FILE = FileEntry("d/a.bin", 10, 5, checksum="aa", checksum_algorithm="SHA1")


def brought(cataloged: FileEntry, *found: FileEntry) -> list[str]:
    return [file.path for file in worth_bringing(Manifest.of([cataloged]), Manifest.of(found))]


def test_only_what_a_reading_can_compare_is_brought() -> None:
    assert brought(FILE, FILE) == ["d/a.bin"]
    # A storage that keeps no times has the same bytes.
    assert brought(FILE, replace(FILE, mtime=9, checksum="", checksum_algorithm="")) == ["d/a.bin"]
    assert brought(FILE) == []
    assert brought(FILE, replace(FILE, size=9)) == []
    assert brought(replace(FILE, checksum="", checksum_algorithm=""), FILE) == []
    assert brought(replace(FILE, checksum_algorithm="CRC32"), FILE) == []


def test_its_name_at_the_scratch_place_leads_back() -> None:
    (file,) = as_brought([FILE], "key").files
    assert file == replace(FILE, path=".session-archive/audit/key/d/a.bin")
    assert in_archive(file.path, "key") == FILE.path
