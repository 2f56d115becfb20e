"""The old path of `archive_flow.spine.schedule`, kept until version 0.3 for DAG files that labs have copied."""

from archive_flow.spine.schedule import EVERY_NIGHT, VARIABLE, nightly_schedule

__all__ = ["EVERY_NIGHT", "VARIABLE", "nightly_schedule"]
