"""The params that only `retrieve_sessions` has, as the form in the Airflow UI shows them."""

from __future__ import annotations

from airflow.sdk import Param

from archive_flow.spine.form_choices import form_choices
from archive_flow.spine.params import (
    ACCEPT_MISSING,
    DATES,
    DRY_RUN,
    KINDS,
    LIMIT,
    SUBJECTS,
    data_set_names,
    in_section,
    proposing,
)
from session_archive.request.bounds import LONGEST_TEXT

_NARROWS = "Several choices together select what matches all of them."

SESSIONS = Param(
    default=[],
    type=["array", "null"],
    items={"type": "string", "minLength": 1, "maxLength": 640},
    title="Sessions",
    description=(
        "Sessions of the lab, one a line, as `session-archive status` shows them: SC022 2021-01-01 10:00; or by their "
        f"whole key: subject_id=440956, session=1. {_NARROWS}"
    ),
)
DATA_SETS = data_set_names(
    "Exactly these, one a line, type/subject/date[/ident]: raw-ephys/SC022/2021-01-01. A name that is not in the "
    "archive is an error."
)
RESTRICTION = Param(
    default=None,
    type=["object", "null"],
    additionalProperties={"type": ["string", "number", "null"], "maxLength": LONGEST_TEXT},
    title="Restriction",
    description=(
        'As in DataJoint, a JSON object: {"subject_id": 440956}. Keys are attributes of the catalog\'s DataSet or of '
        "the lab session's key; any other key is an error."
    ),
)
FILE_TYPES = Param(
    default=[],
    type=["array", "null"],
    items={"type": "string", "pattern": r"^[A-Za-z0-9_.*-]{1,64}$"},
    title="File types",
    description=(
        "Only files of these types, one a line: ephys-raw-neuropixels-ap-bin, or ephys-raw-ks2-* for all types that "
        "begin like this; empty means every type."
    ),
)
PROBES = Param(
    default=[],
    type=["array", "null"],
    items={"type": "integer", "minimum": 0, "maximum": 9999},
    uniqueItems=True,
    title="Probes",
    description=(
        "Only files of these probes, a JSON list of numbers as in the names of the files: [0, 1] for imec0 and imec1; "
        "empty means all files."
    ),
)
CAMERAS = Param(
    default=[],
    type=["array", "null"],
    items={"type": "string", "pattern": r"^[A-Za-z0-9_-]{1,64}$"},
    title="Cameras",
    description=(
        "Only files of these cameras, one a line: side, bottom or body, or the rig's word, such as side_face; empty "
        "means all files."
    ),
)
EVERYTHING = Param(
    default=False,
    type="boolean",
    title="Everything",
    description="Retrieve the whole archive, if no subject, date, session, data set or restriction is given.",
)
ORIGIN = Param(
    default=None,
    type=["string", "null"],
    pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$",
    title="Read from",
    description=(
        "A location of archive.toml, or a rig that has the files still; empty means the first location that has them "
        "whole. What arrives is compared with the catalog, wherever it comes from."
    ),
)
DESTINATION = Param(
    default=None,
    type=["string", "null"],
    pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$",
    title="Destination",
    description="A scratch place of archive.toml, such as analysis; empty means the first one.",
)


def retrieve_form() -> dict[str, Param]:
    """The params of a retrieval in the order and under the headings of the form."""
    choices = form_choices()
    return {
        **in_section(
            "What to retrieve: at least one of these",
            {
                "subjects": SUBJECTS,
                "dates": DATES,
                "sessions": SESSIONS,
                "data_sets": DATA_SETS,
                "restriction": RESTRICTION,
                "everything": EVERYTHING,
            },
        ),
        **in_section(
            "Only some kinds or files of it",
            {
                "kinds": proposing(KINDS, choices.kinds),
                "file_types": FILE_TYPES,
                "probes": PROBES,
                "cameras": CAMERAS,
            },
        ),
        **in_section(
            "Where to, and how",
            {
                "destination": proposing(DESTINATION, choices.scratch),
                "origin": proposing(ORIGIN, choices.origins),
                "limit": LIMIT,
                "dry_run": DRY_RUN,
                "accept_missing": ACCEPT_MISSING,
            },
        ),
    }
