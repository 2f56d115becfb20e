"""DISCOVER compares the archive with what another catalog recorded: records what is there, refuses what is missing."""

from __future__ import annotations

from dataclasses import dataclass

from archive_flow.run.context import Run
from archive_flow.run.work_item import Result, WorkItem
from session_archive.fixity.compare import Difference, FixityReport
from session_archive.fixity.manifest import Manifest
from session_archive.states.state import State


@dataclass(frozen=True, slots=True)
class Claimed:
    """Another catalog's record of a data set, compared with the archive by name, since the predecessor kept no sizes.

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


def claimed(run: Run, work_item: WorkItem, manifest: Manifest) -> Claimed:
    """Compare another catalog's record of this data set, if any, with the manifest of the archive's copy."""
    imported = run.catalog.imports.of_data_set(work_item.name.id)
    if imported is None:
        return Claimed()
    named = run.catalog.imports.files(work_item.name.id)
    listed = {file.path for file in manifest.files}
    return Claimed(imported.source, len(named), tuple(sorted(named - listed)))


def refuse(run: Run, work_item: WorkItem, manifest: Manifest, claim: Claimed) -> Result:
    """Record the missing files as a failed verification; a person can accept the files that are in the archive."""
    why = f"recorded by {claim.source}, not in the archive"
    differences = tuple(Difference(path, "missing", why) for path in claim.missing)
    run.catalog.ledger.save_manifest(manifest)
    run.catalog.writer.record_replica(
        data_set=work_item.name,
        directory=work_item.directory,
        session_key=work_item.session_key or None,
        link_table=run.settings.data_sets[work_item.name.data_set_type].link_table,
        place=run.destination(work_item),
        manifest=manifest,
        report=FixityReport(claim.n_files, manifest.n_bytes, differences),
        verdict="failed",
        method="listing, compared with the names in another catalog",
        found_by=run.route,
        submission_id=None,
        run_id=run.run_id,
        dag_id=run.dag_id,
        state=work_item.state(State.REFUSED, claim.words, run_id=run.run_id),
    )
    return work_item.result(State.REFUSED, claim.words, changed=True)
