"""The old path of the routes, which are `archive_flow.routes` now; `session_chain` takes their names too.

Kept until version 0.3 for DAG files that were copied from version 0.1.
"""

UPLOAD, DISCOVER, RETRIEVE = "upload", "discover", "retrieve"
