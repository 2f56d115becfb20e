"""DISCOVER: is there in the archive what another catalog told of? Raised where it is, refused where it is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive_flow.run.context import Run
from archive_flow.run.work_item import Result, WorkItem
from session_archive.fixity.compare import Difference, FixityReport
from session_archive.fixity.manifest import Manifest
from session_archive.states.state import State

if TYPE_CHECKING:
    from session_archive.catalog.data_sets.imports import Imported


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


def claimed(run: Run, work_item: WorkItem, found: Manifest) -> Claimed:
    """What another catalog told of this data set, compared with what lies there."""
    told = run.catalog.imported_data_set(work_item.name.id)
    if told is None:
        return Claimed()
    named = run.catalog.imported_files(work_item.name.id)
    there = {file.path for file in found.files}
    return Claimed(told.source, len(named), tuple(sorted(named - there)))


def refuse(run: Run, work_item: WorkItem, found: Manifest, told: Claimed) -> Result:
    """Keep which files are missing as a failed verification: a person can accept those that are there."""
    why = f"recorded by {told.source}, not in the archive"
    differences = tuple(Difference(path, "missing", why) for path in told.missing)
    run.catalog.save_manifest(found)
    run.catalog.record_replica(
        data_set=work_item.name,
        directory=work_item.directory,
        session_key=work_item.session_key or None,
        link_table=run.settings.data_sets[work_item.name.data_set_type].link_table,
        place=run.destination(work_item),
        manifest=found,
        report=FixityReport(told.n_files, found.n_bytes, differences),
        verdict="failed",
        method="listing, compared with the names that another catalog told",
        found_by=run.route.name,
        submission_id=None,
        run_id=run.run_id,
        dag_id=run.dag_id,
        state=work_item.state(State.REFUSED, told.words, run_id=run.run_id),
    )
    return work_item.result(State.REFUSED, told.words, changed=True)


def missing_folder(run: Run, told: Imported) -> str:
    """Why an imported data set without a folder is refused; '' while its folder may lie where nobody could look."""
    if run.hidden(told.name.session, place=told.place):
        return ""
    return f"{told.source} recorded {told.n_files} files of it, and the archive has no such folder"
