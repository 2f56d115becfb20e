"""Builds the rows of a verification from values."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from session_archive.catalog.schema.store import cut, now
from session_archive.catalog.schema.tables import TEXT_LENGTH
from session_archive.fixity.compare import Difference, FixityReport
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.fixity.storable import PATH_LENGTH, modification_time, require_directory, require_files
from session_archive.naming.session_name import DataSetName, path_id
from session_archive.recording.video_trials import VideoTrial
from session_archive.settings.places import Place

#: So many differences of one verification are stored; their number always is.
MOST_DIFFERENCES = 1000


@dataclass(frozen=True, slots=True)
class Check:
    """One verification, as it will be recorded."""

    data_set: DataSetName
    place: Place
    manifest: Manifest
    report: FixityReport
    verdict: str
    method: str
    route: str
    submission_id: uuid.UUID | None
    run_id: str
    dag_id: str


def data_set_row(data_set: DataSetName, directory: str) -> dict[str, Any]:
    require_directory(data_set, directory)
    return {
        "data_set_id": data_set.id,
        "data_set_type": data_set.data_set_type,
        "data_set_name": str(data_set),
        "subject": data_set.session.subject,
        "session_date": data_set.session.date,
        "ident": data_set.session.ident,
        "directory": directory,
        "recorded_at": now(),
    }


def replica_row(check: Check) -> dict[str, Any]:
    return {
        "manifest_id": check.manifest.id,
        "n_files": len(check.manifest.files),
        "n_bytes": check.manifest.n_bytes,
        "found_by": check.route,
        "dag_id": check.dag_id,
        "run_id": check.run_id,
        "recorded_at": now(),
    }


def unproven_row(files: Sequence[FileEntry]) -> dict[str, Any]:
    return {"n_files": len(files), "first_file": files[0].path, "found_at": now()}


def verification_row(check: Check, verification_id: uuid.UUID, *, n_differences: int) -> dict[str, Any]:
    return {
        "verification_id": verification_id,
        "data_set_id": check.data_set.id,
        "data_set_name": str(check.data_set),
        "place": check.place.name,
        "route": check.route,
        "submission_id": check.submission_id,
        "manifest_id": check.manifest.id,
        "verdict": check.verdict,
        "method": cut(check.method, TEXT_LENGTH),
        "n_files": check.report.n_files,
        "n_bytes": check.report.n_bytes,
        "n_differences": n_differences,
        "dag_id": check.dag_id,
        "run_id": check.run_id,
        "verified_at": now(),
    }


def file_row(file: FileEntry) -> dict[str, Any]:
    require_files((file,))
    return {
        "path_id": path_id(file.path),
        "file_path": file.path,
        "file_type": file.file_type,
        "file_size": file.size,
        "file_mtime": modification_time(file),
        "checksum": file.checksum,
        "checksum_algorithm": file.checksum_algorithm,
        "vouched_by": file.vouched_by,
    }


def video_row(video: VideoTrial) -> dict[str, Any]:
    return {
        "path_id": path_id(video.path),
        "camera": video.camera,
        "file_number": video.file_number,
        "trial": video.trial,
    }


def difference_rows(verification_id: uuid.UUID, differences: Iterable[Difference]) -> list[dict[str, Any]]:
    return [
        {
            "verification_id": verification_id,
            "path_id": path_id(difference.path),
            "file_path": cut(difference.path, PATH_LENGTH),
            "problem": difference.problem,
            "detail": cut(difference.detail, TEXT_LENGTH),
        }
        for difference in list(differences)[:MOST_DIFFERENCES]
    ]
