"""The present states of one session, for a person who asks what has become of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from session_archive.catalog.database.connection import clear_errors
from session_archive.catalog.history.state_rows import read_state
from session_archive.catalog.lab.session_keys import plain_value, session_id
from session_archive.catalog.queries.published import Published
from session_archive.catalog.schema.like import literal
from session_archive.catalog.schema.store import readable
from session_archive.errors import CatalogError
from session_archive.states.state import StateRow


def session_states(published: Published, session: Mapping[str, Any] | str) -> list[StateRow]:
    """The newest state of each data set of a session.

    session : its whole key in the lab's pipeline; or `SC022 2021-01-01`, with the time if there are several; or a data
              set's name, `raw-ephys/SC022/2021-01-01`
    raises  : CatalogError if no run has recorded anything of it, or for part of a key
    """
    state = published.tables["DataSetState"]
    condition, arguments = _about(published, session)
    info = published.connection.conn_info
    with clear_errors(where=f"{info['host']}:{info['port']}", user=info["user"]):
        name = state.full_table_name
        rows = published.connection.query(
            f"SELECT s.* FROM {name} s JOIN (SELECT MAX(state_id) AS state_id FROM {name} "
            f"WHERE {condition} GROUP BY data_set_type, target) newest USING (state_id) ORDER BY state_id",
            arguments,
            as_dict=True,
        ).fetchall()
    found = readable(rows, read_state, table="DataSetState")
    if not found:
        raise CatalogError(
            f"no run has recorded anything of {session!r}; expected a session as `session-archive status` shows it, "
            "such as 'SC022 2021-01-01 10:30', its whole key, or the name of a data set"
        )
    return found


def _about(published: Published, session: Mapping[str, Any] | str) -> tuple[str, list[Any]]:
    if isinstance(session, str):
        return "session = %s OR session LIKE %s OR data_set_name = %s", [
            session,
            f"{literal(session)} %",
            session,
        ]
    for link in published.links.values():
        names = [name for name in link().primary_key if name != "data_set_id"]
        if set(session) != set(names):
            raise CatalogError(
                f"{', '.join(session) or 'nothing'} is not the key of a session; expected {', '.join(names)}"
            )
    key = {name: plain_value(value) for name, value in session.items()}
    return "target = %s", [session_id(key).bytes]
