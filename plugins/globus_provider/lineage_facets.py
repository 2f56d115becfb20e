"""The facets of OpenLineage that describe a transfer; imported only where OpenLineage is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attr
from openlineage.client.event_v2 import InputDataset, OutputDataset
from openlineage.client.facet_v2 import DatasetFacet, RunFacet, output_statistics_output_dataset

from globus_provider.assets.globus import dataset_of

if TYPE_CHECKING:
    from globus_provider.lineage import MovedFile, TransferReport


@attr.define
class GlobusTransferRunFacet(RunFacet):
    """The transfer task behind a run; names as OpenLineage spells them.

    fileCount, filesSkipped, size : files and bytes as Globus counts them; None before the end
    """

    transferTaskId: str = ""
    status: str = ""
    label: str = ""
    fileCount: int | None = None
    filesSkipped: int | None = None
    size: int | None = None


@attr.define
class GlobusChecksumDatasetFacet(DatasetFacet):
    """The checksum with which Globus compared both ends of a file, or that it was promised."""

    checksum: str = ""
    algorithm: str = ""


def input_of(collection: str, file: MovedFile) -> InputDataset:
    """A file at its source."""
    namespace, name = dataset_of(collection, file.source)
    return InputDataset(namespace=namespace, name=name, facets=_checksum(file))


def output_of(collection: str, file: MovedFile, *, report: TransferReport) -> OutputDataset:
    """A file at its destination; the folder of many files has the counts of all."""
    namespace, name = dataset_of(collection, file.destination)
    alone = file.n_bytes is not None
    statistics = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
        size=file.n_bytes if alone else report.n_bytes, fileCount=1 if alone else report.files
    )
    return OutputDataset(
        namespace=namespace,
        name=name,
        facets=_checksum(file),
        outputFacets={} if report.files is None else {"outputStatistics": statistics},
    )


def _checksum(file: MovedFile) -> dict[str, DatasetFacet]:
    if not file.checksum:
        return {}
    return {"globus_checksum": GlobusChecksumDatasetFacet(checksum=file.checksum, algorithm=file.algorithm)}
