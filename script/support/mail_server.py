"""A real mail server on a free port of this machine, which keeps what arrives."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller

from support.processes import free_ports


@dataclass(frozen=True)
class Mail:
    """A message as it arrived."""

    to: tuple[str, ...]
    title: str
    text: str


class MailServer:
    """Takes every mail, or refuses each.

    refuse : the answer to the content of a mail, such as '451 full'; '' to take it
    """

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.refuse = ""
        (port,) = free_ports(1)
        self._controller = Controller(self, hostname="127.0.0.1", port=port)

    @property
    def connection(self) -> str:
        """Airflow's connection to it, as an environment variable holds it."""
        return json.dumps(
            {
                "conn_type": "smtp",
                "host": "127.0.0.1",
                "port": self._controller.port,
                "extra": {
                    "from_email": "archive@lab.edu",
                    "disable_ssl": True,
                    "disable_tls": True,
                    "retry_limit": 0,
                    "timeout": 10,
                },
            }
        )

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """What aiosmtpd calls for each mail."""
        if self.refuse:
            return self.refuse
        message = message_from_bytes(envelope.original_content, _class=EmailMessage, policy=policy.default)
        body = message.get_body(("html", "plain"))
        text = "" if body is None else body.get_content()
        self.mails.append(Mail(tuple(envelope.rcpt_tos), str(message["Subject"]), text))
        return "250 taken"

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()
