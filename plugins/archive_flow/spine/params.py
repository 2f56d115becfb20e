"""The params of the three DAGs, as the form in the Airflow UI shows them."""

from __future__ import annotations

from airflow.sdk import Param

SUBJECTS = Param(
    default=[],
    type=["array", "null"],
    items={"type": "string", "pattern": r"^[^/\\\s][^/\\]*$", "maxLength": 64},
    title="Subjects",
    description="Short names of animals, one a line, such as SC022; none means every subject.",
)
DATES = Param(
    default=[],
    type=["array", "null"],
    items={"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}(\.\.\d{4}-\d{2}-\d{2})?$"},
    title="Dates",
    description="Days of recording, one a line: 2021-01-01, or a span 2021-01-01..2021-01-31; none means every day.",
)
KINDS = Param(
    default=[],
    type=["array", "null"],
    items={"type": "string", "pattern": "^[A-Za-z0-9_-]{1,32}$"},
    title="Kinds",
    description="Data set types of archive.toml, one a line, such as raw-ephys; none means every type.",
)
LIMIT = Param(
    default=None,
    type=["integer", "null"],
    minimum=1,
    title="Limit",
    description="Data sets at most in this run, such as 50; empty means the limits of archive.toml.",
)
DRY_RUN = Param(
    default=False,
    type="boolean",
    title="Dry run",
    description="Show in the log of `select` what would be done, and do nothing.",
)
SECOND_LOOK = Param(
    default=True,
    type="boolean",
    title="Second look",
    description=(
        "Where recordings have only to look the same for readiness.settle_gap, wait for it, look again, and send "
        "everything then. Off: what is ready goes at once, and what still settles in a later run."
    ),
)
DECISIONS = Param(
    default=[],
    type=["array", "null"],
    items={"type": "string", "pattern": "^[^:]+:.+ = .+$"},
    title="Decisions",
    description=(
        "Which session an ambiguous folder is of, one a line: 'rig1:SC033/catgt_SC033_111219_surface_g0 = "
        "SC033 2019-11-12 10:30', or its key instead, or '= ignore'. Written down under your name, for all later runs."
    ),
)
TRANSFERS = Param(
    type="array",
    minItems=1,
    items={"type": "string", "minLength": 1, "maxLength": 640},
    title="Transfers",
    description=(
        "What to cancel, one a line: a data set such as raw-ephys/SC022/2021-01-01, the id of the run that began it, "
        "or the id of a Globus task."
    ),
)
#: As the above, of folders of the archive.
ARCHIVE_DECISIONS = Param(
    default=[],
    type=["array", "null"],
    items={"type": "string", "pattern": "^[^:]+:.+ = .+$"},
    title="Folders and their sessions",
    description=(
        "Which session an ambiguous folder of the archive is of, one a line: 'archive-ephys:SC033/"
        "catgt_SC033_111219_surface_g0 = SC033 2019-11-12 10:30', or its key instead, or '= ignore'. Written down "
        "under your name, for all later runs."
    ),
)
#: Of discovery, which sends nothing.
FOUND_AT_MOST = Param(
    default=None,
    type=["integer", "null"],
    minimum=1,
    title="Limit",
    description=(
        "Data sets at most that this run catalogs, such as 500, the newest first; its log names what remains. "
        "Empty means all that the archive holds."
    ),
)
