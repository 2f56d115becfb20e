"""DISCOVER: is there in the archive what another catalog told of? Raised where it is, refused where it is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive_flow.run import Run
from archive_flow.work import Work
from session_archive.fixity import Difference, FixityReport
from session_archive.manifest import Manifest

if TYPE_CHECKING:
    from session_archive.catalog.imports import Imported


@dataclass(frozen=True, slots=True)
class Claimed:
    """What another catalog told of a data set, beside what is there. Only names: the predecessor kept no sizes.

    source  : the other catalog; '' where it tells nothing of the data set
    n_files : that it names
    missing : of these, not in the archive; sorted
    """

    source: str = ""
    n_files: int = 0
    missing: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """For a person; '' where there is nothing to say."""
        if self.missing:
            return (
                f"{len(self.missing)} of {self.n_files} files that {self.source} recorded are not in the archive: "
                f"{self.missing[0]}"
            )
        return (
            f"all {self.n_files} files that {self.source} recorded are there; it kept no sizes"
            if self.source
            else ""
        )

    def report(self, found: Manifest) -> FixityReport:
        """What the catalog keeps of a listing that does not bear the claim out."""
        why = f"recorded by {self.source}, not in the archive"
        return FixityReport(
            n_files=self.n_files,
            n_bytes=found.n_bytes,
            differences=tuple(Difference(path, "missing", why) for path in self.missing),
        )


def claimed(run: Run, work: Work, found: Manifest) -> Claimed:
    """What another catalog told of this data set, compared with what lies there."""
    told = run.catalog.imported_data_set(work.name.id)
    if told is None:
        return Claimed()
    named = run.catalog.imported_files(work.name.id)
    there = {file.path for file in found.files}
    return Claimed(told.source, len(named), tuple(sorted(named - there)))


def missing_folder(run: Run, told: Imported) -> str:
    """Why an imported data set without a folder is refused; '' while its root could not be listed."""
    if told.place in run.report.unlisted:
        return ""
    return f"{told.source} recorded {told.n_files} files of it, and the archive has no such folder"
