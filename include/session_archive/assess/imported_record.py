"""What another catalog recorded of a data set, compared with the archive by name: it kept no sizes. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from session_archive.fixity.compare import Difference, FixityReport
from session_archive.fixity.manifest import Manifest


@dataclass(frozen=True, slots=True)
class NameComparison:
    """Another catalog's record of a data set, compared with the archive's listing.

    source  : the other catalog; '' if it does not record the data set
    n_files : number of files that it names
    missing : the named files that are not in the archive, sorted
    """

    source: str = ""
    n_files: int = 0
    missing: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """For a person; '' if there is nothing to say."""
        if self.missing:
            return (
                f"{len(self.missing)} of {self.n_files} files that {self.source} recorded are not in the archive: "
                f"{self.missing[0]}"
            )
        return (
            f"all {self.n_files} files that {self.source} recorded are in the archive; it kept no sizes"
            if self.source
            else ""
        )

    def report(self, listed: Manifest) -> FixityReport:
        """The missing files as differences from what was recorded."""
        why = f"recorded by {self.source}, not in the archive"
        differences = tuple(Difference(path, "missing", why) for path in self.missing)
        return FixityReport(self.n_files, listed.n_bytes, differences)


def compare_names(names: Collection[str], *, source: str, listed: Manifest) -> NameComparison:
    """Compare the paths that another catalog names with what the archive lists; what it does not name is ignored."""
    missing = set(names) - {file.path for file in listed.files}
    return NameComparison(source, len(names), tuple(sorted(missing)))
