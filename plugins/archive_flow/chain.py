"""The old path of `archive_flow.spine.chain`, kept until version 0.3 for DAG files that labs have copied."""

from archive_flow.spine.chain import DEFAULT_ARGS, session_chain

__all__ = ["DEFAULT_ARGS", "session_chain"]
