"""What a walk chooses from."""

from __future__ import annotations

from hypothesis import strategies as st

SLOTS = st.integers(0, 3)
PICKS = st.integers(0, 99)
#: A point of a run; later ones are rarer, since a run without anything to send has few.
POINTS = st.one_of(st.integers(1, 60), st.integers(1, 120))
CHANGES = st.sampled_from(["taken again", "grows", "rots", "a file is gone"])
#: How a file of somebody else differs from ours: in size, in time, in nothing that is listed, not at all, unfinished.
FOREIGN = st.sampled_from(["other size", "other time", "same size and time", "same content", "half"])
REQUEST_FAULTS = st.sampled_from(
    [
        {"match": "POST /v0.10/transfer", "do": "drop_after"},
        {"match": "POST /v0.10/transfer", "do": "drop"},
        {"match": "POST /v0.10/transfer", "do": "status", "status": 503},
        {"match": "POST /v0.10/transfer", "do": "malformed"},
        {"match": "GET /v0.10/submission_id", "do": "status", "status": 503},
        {"match": "GET /v0.10/task/*", "do": "status", "status": 503},
        {"match": "GET /v0.10/task/*", "do": "malformed"},
        {"match": "GET /v0.10/task/*/successful_transfers", "do": "status", "status": 503},
        {"match": "GET /v0.10/task_list", "do": "status", "status": 502},
        {"match": "GET *ls", "do": "drop"},
        {"collection": "archive", "do": "offline"},
        {"collection": "far_rig", "do": "offline"},
        {"listing": "archive:*", "do": "permission_denied"},
        {"listing": "archive:*", "do": "ends_early"},
        {"listing": "archive:*", "do": "twice"},
        {"listing": "far_rig:*", "do": "offline"},
        {"listing": "far_rig:*", "do": "ends_early"},
    ]
)
FILE_FAULTS = st.sampled_from(["corrupt", "permission_denied", "quota", "no_space", "changed", "left_out"])
TASK_CHANGES = st.sampled_from(
    ["pause", "inactive", "stick", "strange", "admin_cancel", "forget", "expire_history", "resume"]
)
