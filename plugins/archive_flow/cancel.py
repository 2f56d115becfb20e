"""The old path of `archive_flow.submissions.cancel`, kept until version 0.3 for DAG files that labs have copied."""

from archive_flow.submissions.cancel import cancel_transfers

__all__ = ["cancel_transfers"]
