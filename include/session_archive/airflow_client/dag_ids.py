"""The DAGs of this package, by their names in Airflow."""

from __future__ import annotations

UPLOAD, DISCOVER, RETRIEVE = "upload_sessions", "discover_sessions", "retrieve_sessions"
AUDIT, REPLICATE = "audit_archive", "replicate_archive"
REPAIR = "repair_archive"
CANCEL = "cancel_transfers"
MESSAGES = "send_messages"
