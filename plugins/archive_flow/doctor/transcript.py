"""What the service said during a trial, for `--report`: the documents, as they came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from globus_provider.errors import GlobusProviderError
from session_archive.fixity.place_checksums import ChecksumAnswer


@dataclass(slots=True)
class Transcript:
    """Grows during a trial; only `session_archive.doctor.report.redacted` may write it anywhere."""

    records: list[dict[str, Any]] = field(default_factory=list)

    def transfer(self, what: str, document: Mapping[str, Any], *, fault: str) -> None:
        """A transfer task as it ended, and its newest fault."""
        self.records.append({"what": what, "task": dict(document), "fault": fault})

    def file(self, document: Mapping[str, Any]) -> None:
        """A file as the service lists it among those that a transfer moved."""
        self.records.append({"what": "the file that was moved", "successful_transfer": dict(document)})

    def error(self, what: str, error: Exception) -> None:
        """A call that the service refused, or a transfer that failed."""
        code, status = (error.code, error.http_status) if isinstance(error, GlobusProviderError) else ("", 0)
        self.records.append({"what": what, "code": code, "http_status": status, "message": str(error)})

    def answers(self, answers: Iterable[ChecksumAnswer]) -> None:
        """What a place answered about checksums."""
        for answer in answers:
            row = asdict(answer)
            self.records.append(
                {
                    "what": f"answer of {answer.place}",
                    "answer": {key: row[key] for key in ("algorithm", "computes", "notices", "detail")},
                }
            )
