"""The params of the DAGs, as the form in the Airflow UI shows them."""

from __future__ import annotations

from collections.abc import Sequence

from airflow.sdk import Param

from archive_flow.spine.form_choices import form_choices
from session_archive.request.bounds import LONGEST_TEXT

_MONTH_AND_DAY = "(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_DATE = f"[0-9]{{4}}-{_MONTH_AND_DAY}"


def _at_most(description: str) -> Param:
    """How many data sets a run takes up at most."""
    return Param(default=None, type=["integer", "null"], minimum=1, title="Limit", description=description)


def data_set_names(description: str) -> Param:
    """Data sets by their names, one a line."""
    return Param(
        default=[],
        type=["array", "null"],
        items={
            "type": "string",
            "pattern": r"^[^/]+/[^/]+/[0-9]{4}-[0-9]{2}-[0-9]{2}(/[^/]+)?$",
            "maxLength": 640,
        },
        title="Data sets",
        description=description,
    )


SUBJECTS = Param(
    default=[],
    type=["array", "null"],
    items={"type": "string", "pattern": r"^[^/\\\s][^/\\]*$", "maxLength": 64},
    title="Subjects",
    description="Short names of animals, one a line, such as SC022; empty means every subject.",
)
DATES = Param(
    default=[],
    type=["array", "null"],
    items={"type": "string", "pattern": rf"^{_DATE}(\.\.{_DATE})?$"},
    title="Dates",
    description="Days of recording, one a line: 2021-01-01, or a span 2021-01-01..2021-01-31; empty means every day.",
)
KINDS = Param(
    default=[],
    type=["array", "null"],
    items={"type": "string", "pattern": "^[A-Za-z0-9_-]{1,32}$"},
    title="Kinds",
    description="Data set types of archive.toml, one a line, such as raw-ephys; empty means every type.",
)
LIMIT = Param(
    default=None,
    type=["integer", "null"],
    minimum=1,
    title="Limit",
    description="Most data sets in this run, such as 50; empty means the limits of archive.toml.",
)
DRY_RUN = Param(
    default=False,
    type="boolean",
    title="Dry run",
    description="Only show in the log of `select` what would be done.",
)
SECOND_LOOK = Param(
    default=True,
    type="boolean",
    title="Second look",
    description=(
        "Where recordings only have to stay unchanged for readiness.settle_gap, wait for that time, list them again, "
        "and then send everything. Off: recordings that are ready are sent now, and the others in a later run."
    ),
)
ACCEPT_MISSING = Param(
    default=[],
    type=["array", "null"],
    items={"type": "string", "minLength": 1, "maxLength": 64},
    title="Accept what is missing",
    description=(
        "Places of archive.toml, one a line, such as rig1: what an earlier run named as missing there is really gone. "
        "Recorded under your name; counts once, for what is missing now."
    ),
)
ACCEPT_INCOMPLETE = Param(
    default=[],
    type=["array", "null"],
    items={"type": "string", "pattern": "^[^/=]+/[^=]+ = .+$", "maxLength": 1024},
    title="Accept what is incomplete",
    description=(
        "Data sets that wait because something is missing in them, one a line with the reason: "
        "'raw-ephys/SC022/2021-01-01 = the rig crashed'. What is there is sent, and what is missing is written down "
        "with it. Recorded under your name; holds for the files as the last run saw them."
    ),
)
DECISIONS = Param(
    default=[],
    type=["array", "null"],
    items={"type": "string", "pattern": "^[^:]+:.+ = .+$", "maxLength": LONGEST_TEXT},
    title="Decisions",
    description=(
        "The session of each ambiguous folder, one a line: 'rig1:SC033/catgt_SC033_111219_surface_g0 = "
        "SC033 2019-11-12 10:30', or the session's key, or '= ignore'. Recorded under your name, for all later runs."
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
#: As DECISIONS, for folders of the archive.
ARCHIVE_DECISIONS = Param(
    default=[],
    type=["array", "null"],
    items={"type": "string", "pattern": "^[^:]+:.+ = .+$", "maxLength": LONGEST_TEXT},
    title="Folders and their sessions",
    description=(
        "The session of each ambiguous folder of the archive, one a line: 'archive-ephys:SC033/"
        "catgt_SC033_111219_surface_g0 = SC033 2019-11-12 10:30', or the session's key, or '= ignore'. Recorded "
        "under your name, for all later runs."
    ),
)
#: As LIMIT, for discovery, which sends nothing.
FOUND_AT_MOST = _at_most(
    "Most data sets that this run catalogs, such as 500, the newest first; its log names those that remain. "
    "Empty means all data sets in the archive."
)
#: As LIMIT, for copies from one location to another.
COPIED_AT_MOST = _at_most(
    "Most copies that this run makes, such as 10; the freshest go first, and its log names those that remain. "
    "Empty means as many as `limits.data_sets_per_night` allows."
)
#: As LIMIT, for an audit, which sends nothing.
AUDITED_AT_MOST = _at_most(
    "Most data sets that this run looks at, such as 500, those that were not looked at for the longest time; its "
    "log names those that remain. Empty means all whose turn it is."
)
#: For an audit, which sends nothing to an archive.
READ = Param(
    default=False,
    type="boolean",
    title="Read",
    description=(
        "Read the content of these copies now, however lately it was proven; needs subjects or dates. `audit."
        "bytes_per_night` holds for it too: the log names those that remain, and another run reads them."
    ),
)
LOCATIONS = Param(
    default=[],
    type=["array", "null"],
    items={"type": "string", "minLength": 1, "maxLength": 64},
    title="Locations",
    description="Locations of archive.toml, one a line, such as archive-ephys; empty means every location.",
)
#: The damaged data sets of a repair.
REPAIRED = data_set_names(
    "Damaged data sets, one a line, type/subject/date[/ident]: raw-ephys/SC022/2021-01-01. Empty means all that are "
    "damaged, about which the run asks first."
)
WHY = Param(
    default=None,
    type=["string", "null"],
    maxLength=LONGEST_TEXT,
    title="Why",
    description=(
        "Your reason, which is recorded with your name: the run is your yes. Empty: the run shows its plan, and asks."
    ),
)
TEST = Param(
    default=False,
    type="boolean",
    title="Test",
    description="Send a test message to those that [notify] in archive.toml names, and nothing else.",
)


def proposing(param: Param, names: Sequence[str]) -> Param:
    """The param, with names to choose from in the form; any other name stays possible over the API.

    names : none where they are not known on this machine; the form then takes any text
    """
    if not names:
        return param
    return Param(param.value, description=param.description, **{**param.schema, "examples": list(names)})


def kinds() -> Param:
    """KINDS, with those of archive.toml to choose from."""
    return proposing(KINDS, form_choices().kinds)


def in_section(section: str, params: dict[str, Param]) -> dict[str, Param]:
    """The params, under one heading of the form."""
    return {
        name: Param(param.value, description=param.description, **{**param.schema, "section": section})
        for name, param in params.items()
    }
