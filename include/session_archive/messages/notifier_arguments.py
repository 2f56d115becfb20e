"""The arguments of a notifier, by the names that Airflow's providers give them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from session_archive.errors import SettingsError

#: Names of the parameter that takes the text, the title and the addressee; of several, the first counts.
_TEXT = ("html_content", "text", "body", "message", "content", "summary")
_TITLE = ("subject", "title")
_TO = ("to", "channel", "chat_id", "target_arn", "topic_name", "queue_url", "room")
#: Those that take a list; any other gets several addressees as one text.
_LISTS = ("to",)


def notifier_arguments(
    names: Sequence[str], *, title: str, text: str, to: Sequence[str], connection: str
) -> dict[str, Any]:
    """What to make a notifier with. Raises SettingsError for one that takes no text.

    names      : of its parameters
    connection : the id of its Airflow connection; '' for its own default
    """
    takes_text = _first(_TEXT, names)
    if takes_text is None:
        raise SettingsError(
            f"notify.connection: this notifier takes no text: expected a parameter named {', '.join(_TEXT)}; it has "
            f"{', '.join(name for name in names if name not in ('self', 'args', 'kwargs'))}"
        )
    arguments: dict[str, Any] = {}
    if (takes_title := _first(_TITLE, names)) is not None:
        arguments[takes_title] = title
    else:
        text = f"{title}\n\n{text}"
    arguments[takes_text] = text
    if (takes_to := _first(_TO, names)) is not None:
        arguments[takes_to] = list(to) if takes_to in _LISTS else ", ".join(to)
    takes_connection = next((name for name in names if name.endswith("conn_id")), None)
    if connection and takes_connection is None:
        raise SettingsError(
            f"notify.connection: this notifier takes no connection; leave out '@{connection}'"
        )
    if connection and takes_connection is not None:
        arguments[takes_connection] = connection
    return arguments


def _first(candidates: Sequence[str], names: Sequence[str]) -> str | None:
    return next((each for each in candidates if each in names), None)
