"""The old path of `archive_flow.spine.retrieve_params`, kept until version 0.3 for DAG files that labs have copied."""

from archive_flow.spine.retrieve_params import (
    CAMERAS,
    DATA_SETS,
    DESTINATION,
    EVERYTHING,
    FILE_TYPES,
    PROBES,
    RESTRICTION,
    SESSIONS,
)

__all__ = [
    "CAMERAS",
    "DATA_SETS",
    "DESTINATION",
    "EVERYTHING",
    "FILE_TYPES",
    "PROBES",
    "RESTRICTION",
    "SESSIONS",
]
