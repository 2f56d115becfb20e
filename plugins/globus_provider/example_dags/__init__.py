"""DAGs to copy from, which run on loopback_globus as they are."""
