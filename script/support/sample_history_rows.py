"""Values and rows of `sample_history` in SQL: one row of a table for each data set that has one."""

from __future__ import annotations

from collections.abc import Iterator

from session_archive.naming.session_name import NAMESPACE

KIND, SOURCE = "raw-ephys", "rig"
ANIMALS, DAYS, FILES = 100, 20, 3
#: The rig has so many of the newest.
ON_RIG = 2000


def rows(location: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """Each table, its columns, and which data sets have such a row."""
    ids = {"data_set_id": "data_set_id"}
    files = {"n_files": str(FILES), "n_bytes": "n_bytes"}
    replica = {**ids, "storage_location": f"'{location}'", "revision": "0"}
    by_run = {"dag_id": "'upload_sessions'", "run_id": "run_id"}
    sent = {"submission_id": "submission_id"}
    # One in forty failed at first; its files were then sent again.
    failed = {"submission_id": made_id("failed submission", "n")}
    every_40th, every_100th, every_200th = (f"WHERE n % {each} = 7" for each in (40, 100, 200))
    yield "subject", {"subject_id": "subject_id"}, ""
    animal = {"subject_id": "subject_id", "water_restriction_number": "subject"}
    yield "water_restriction", animal, ""
    session = {"subject_id": "subject_id", "session": "session"}
    yield "session", {**session, "session_date": "day", "session_time": "'10:00:00'"}, ""
    yield "data_set", {
        **ids, "data_set_type": f"'{KIND}'", "data_set_name": "name", "subject": "subject", "session_date": "day",
        "ident": "''", "directory": "directory", "recorded_at": _at(4),
    }, ""  # fmt: skip
    yield "replica", {
        **replica, "manifest_id": "manifest_id", **files, "found_by": "'upload'", **by_run, "recorded_at": _at(4),
    }, ""  # fmt: skip
    verified = {"verification_id": "verification_id", "verified_at": _at(4)}
    yield "replica__verified", {**replica, **verified}, ""
    yield "replica__carried", {**replica, "carried_at": _at(5)}, ""
    of_place = {**ids, "data_set_name": "name", "place": f"'{location}'", "route": "'upload'"}
    yield "verification", {
        **of_place, **verified, **sent, "manifest_id": "manifest_id", "verdict": "'verified'",
        "method": "'names, sizes and checksums'", **files, "n_differences": "0", **by_run,
    }, ""  # fmt: skip
    yield "verification", {
        **of_place, **failed, "verification_id": made_id("failed verification", "n"), "verified_at": _at(2),
        "manifest_id": "manifest_id", "verdict": "'failed'", "method": "'names and sizes'", **files,
        "n_differences": "1", **by_run,
    }, every_40th  # fmt: skip
    yield "link", {**session, **ids, "linked_at": _at(4)}, ""
    yield "manifest", {"manifest_id": "manifest_id", **files}, ""
    piece = {"piece": "0"}
    yield "manifest__content", {
        "manifest_id": "manifest_id", "revision": "0", **piece, "content": "packed", "saved_at": _at(1),
    }, ""  # fmt: skip
    begun = {
        "manifest_id": "manifest_id", **ids, "data_set_name": "name", "route": "'upload'", "source": f"'{SOURCE}'",
        "destination": f"'{location}'", "n_items": str(FILES), "resumes": "0", "label": "name", "run_id": "run_id",
    }  # fmt: skip
    for key, hour, where in ((sent, 3, ""), (failed, 1, every_40th)):
        yield "submission", {**key, **begun, "begun_at": _at(hour)}, where
        yield "submission__items", {**key, **piece, "content": "paths"}, where
        task = {"transfer_task_id": made_id(f"task of hour {hour}", "n"), "accepted_at": _at(hour)}
        yield "acceptance", {**key, **task}, where
        ended = {"status": "'FAILED'" if where else "'SUCCEEDED'", "detail": "''", **files}
        at = {"completed_at": _at(hour), "recorded_at": _at(hour)}
        yield "transfer_outcome", {**key, **ended, **at}, where
    yield "transfer_outcome__checksums", {**sent, **piece, "content": "sums"}, ""
    yield "transfer_outcome__left", {**failed, **piece, "content": packed("[", "''", "]")}, every_40th
    yield "inquiry", {
        **sent, "inquired_at": _at(3), "answer": "'needs a person'", "since": _at(3), "words": "'the quota is full'",
    }, every_100th  # fmt: skip
    state = {
        "data_set_type": f"'{KIND}'", "target": "target", "path": f"CONCAT('{SOURCE}:', directory)",
        "session": "label", "data_set_name": "name", **files, "run_id": "run_id",
    }  # fmt: skip
    for hour, name, reason in (
        (1, "waiting", "looks the same since a short time only"),
        (2, "submitted", "on its way to the archive"),
        (3, "verifying", "the transfer is over; what arrived is compared"),
        (4, "archived", ""),
        (5, "archived", "on the rig: no such folder"),
    ):
        changed = {"state": f"'{name}'", "reason": f"'{reason}'", "changed_at": _at(hour)}
        # The rig keeps what is new.
        yield "data_set_state", {**state, **changed}, f"WHERE n >= {ON_RIG}" if hour == 5 else ""
    seen = {**ids, "place": f"'{SOURCE}'", "looked_at": _at(1), "manifest_id": "manifest_id", **files}
    yield "look", {"look_id": made_id("look", "n"), **seen, "newest": "mtime"}, ""
    yield (
        "rig_look",
        {"place": "'far-rig'", **ids, "looked_at": _at(6), "settled": "1", "run_id": "run_id"},
        "",
    )
    yield "decision", {
        "verdict": "'accept incomplete'", "place": "''", "directory": "''", **ids, "data_set_name": "name",
        "manifest_id": "manifest_id", "file_path": "''", "data_set_type": f"'{KIND}'", "session_id": "NULL",
        "session_key": "'{}'", "session": "''", "decided_by": "'somebody'", "decided_at": _at(0), "why": "'one probe'",
    }, every_200th  # fmt: skip
    yield "imported_data_set", {
        **ids, "data_set_type": f"'{KIND}'", "data_set_name": "name", "session_id": "target", "session_key": "'{}'",
        "place": f"'{location}'", "directory": "directory", "source": "'another catalog'", "old_name": "name",
        "method": "'names only'", "imported_by": "'somebody'", "imported_at": _at(0),
    }, every_40th  # fmt: skip
    # One listing of each root a night.
    none, nightly = packed("[", "''", "]"), f"WHERE n % {ANIMALS} = 0"
    for place in (SOURCE, location):
        listing = {"root_listing_id": made_id(f"root of {place}", "n")}
        yield "root_listing", {
            **listing, "place": f"'{place}'", "listed_at": _at(1), "marker": "1", "n_folders": str(ANIMALS),
            "n_unarchived": "0", "run_id": "run_id",
        }, nightly  # fmt: skip
        yield "root_listing__unarchived", {**listing, **piece, "content": none}, nightly


def _at(hour: int) -> str:
    return f"(night + INTERVAL {hour} HOUR)"


def uuid5(text: str) -> str:
    """As `uuid.uuid5(NAMESPACE, text)`, as 16 bytes."""
    digest = f"SHA1(CONCAT(UNHEX('{NAMESPACE.hex}'), CAST({text} AS BINARY)))"
    variant = f"HEX(CONV(SUBSTR({digest}, 17, 1), 16, 10) & 3 | 8)"
    return f"UNHEX(CONCAT(LEFT({digest}, 12), '5', SUBSTR({digest}, 14, 3), {variant}, SUBSTR({digest}, 18, 15)))"


def made_id(what: str, column: str) -> str:
    return f"UNHEX(MD5(CONCAT('{what} ', {column})))"


def checksum() -> str:
    return "SHA2(file_size, 256)"


def joined(*parts: str) -> str:
    """The parts of each file in a row, with commas between the files; a part that is a name is a column."""
    words = ", ".join(part if part.isidentifier() or "(" in part else f"'{part}'" for part in parts)
    return f"GROUP_CONCAT(CONCAT({words}) ORDER BY file_path SEPARATOR ',')"


def packed(opening: str, content: str, closing: str) -> str:
    """As `zlib.compress`, of a text between brackets; the server puts its length before that."""
    return f"SUBSTR(COMPRESS(CONCAT('{opening}', {content}, '{closing}')), 5)"
