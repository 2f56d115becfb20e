"""The old path of `archive_flow.spine.params`, kept until version 0.3 for DAG files that labs have copied."""

from archive_flow.spine.params import (
    ARCHIVE_DECISIONS,
    DATES,
    DECISIONS,
    DRY_RUN,
    FOUND_AT_MOST,
    KINDS,
    LIMIT,
    SECOND_LOOK,
    SUBJECTS,
    TRANSFERS,
)

__all__ = [
    "ARCHIVE_DECISIONS",
    "DATES",
    "DECISIONS",
    "DRY_RUN",
    "FOUND_AT_MOST",
    "KINDS",
    "LIMIT",
    "SECOND_LOOK",
    "SUBJECTS",
    "TRANSFERS",
]
