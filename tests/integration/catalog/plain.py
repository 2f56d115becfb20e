"""Asks the reader without DataJoint what a test asks DataJoint: both must say the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from session_archive.catalog.database.connection import OwnConnection
from session_archive.catalog.database.plain import PlainConnection, connect_plain
from session_archive.catalog.lab.open_keys import OpenKeys
from session_archive.catalog.lab.plain_lab import PlainLab
from session_archive.catalog.lab.sessions import Lab
from session_archive.settings.load import LabSettings


@contextmanager
def plain_connection(connection: OwnConnection) -> Iterator[PlainConnection]:
    """One more connection of the same login."""
    info = connection.conn_info
    plain = connect_plain(host=info["host"], port=info["port"], user=info["user"], password=info["passwd"])
    try:
        yield plain
    finally:
        plain.close()


def reads_the_same_lab(connection: OwnConnection, settings: LabSettings, expected: str = "") -> None:
    """Sessions and keys by every choice of them are equal, also in their order."""
    lab = Lab(connection, settings)
    with plain_connection(connection) as opened:
        plain = PlainLab(opened, settings)
        sessions = lab.expected_sessions("raw-ephys", expected)
        assert plain.expected_sessions("raw-ephys", expected) == sessions
        assert plain.expected_sessions("raw-ephys", expected, only=[]) == []
        for session in sessions[:3]:
            chosen: list[dict[str, Any]] = [
                {"subjects": [session.subject]},
                {"dates": [(session.date, session.date)]},
            ]
            for choice in (*chosen, {**chosen[0], **chosen[1]}, {"subjects": ["SC022", "nobody"]}):
                keys = lab.expected_keys("raw-ephys", expected, **choice)
                assert list(plain.expected_keys("raw-ephys", expected, **choice).items()) == list(
                    keys.items()
                )
        keys = lab.expected_keys("raw-ephys", expected)
        assert list(plain.expected_keys("raw-ephys", expected).items()) == list(keys.items())
        open_keys = OpenKeys(plain, expected=expected, links="")
        assert open_keys.of([each.plain for each in keys.values()]) == keys
        day = dt.date(2000, 1, 1)
        shared = lab.short_names().shared
        assert plain.subjects_since(day) == lab.subjects_since(day, shared=shared)
        some = [each.key for each in keys.values()][1:]
        assert plain.expected_sessions("raw-ephys", expected, only=some) == lab.expected_sessions(
            "raw-ephys", expected, only=some
        )
        never = (dt.date(1999, 1, 1), dt.date(1999, 1, 2))
        assert plain.expected_keys("raw-ephys", expected, dates=[never]) == {}
