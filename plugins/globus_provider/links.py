"""Links from an Airflow task to Globus, or to the local service that stands in for it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from airflow.sdk import BaseHook, BaseOperatorLink
from airflow.sdk.bases.xcom import BaseXCom

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator
    from airflow.sdk.types import TaskInstanceKey

#: XCom key of every Airflow task about one transfer.
TRANSFER_TASK_ID = "transfer_task_id"
#: Globus' own web app.
GLOBUS = "https://app.globus.org"
#: Where the SDK finds the service, if the connection does not say.
SERVICE = "GLOBUS_SDK_SERVICE_URL_TRANSFER"


class GlobusTaskLink(BaseOperatorLink):
    """Opens the transfer task in the web app of the connection's service; shown even while the Airflow task waits."""

    name = "Globus transfer"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """The address of the task; '' if nothing was submitted."""
        # Airflow passes its own key, and types the SDK's.
        transfer_task_id = BaseXCom.get_value(key=TRANSFER_TASK_ID, ti_key=ti_key)  # type: ignore[arg-type]  # same fields
        if not transfer_task_id:
            return ""
        app = service_app(_extra(getattr(operator, "globus_conn_id", "")))
        return f"{app}/activity/{quote(str(transfer_task_id), safe='')}"


def service_app(extra: Mapping[str, Any]) -> str:
    """The web app of the service that a connection leads to.

    extra : of the connection, as the hook reads it
    """
    return web_app(str(extra.get("transfer_url") or os.environ.get(SERVICE, "")))


def web_app(transfer_url: str) -> str:
    """The web app of a Transfer service: Globus' own, unless the address is that of another service, which has its own.

    transfer_url : '' for Globus itself
    """
    try:
        parts = urlsplit(transfer_url.strip())
        host = (parts.hostname or "").lower()
    except ValueError:
        return GLOBUS
    if parts.scheme not in ("http", "https") or not host or f".{host}".endswith(".globus.org"):
        return GLOBUS
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _extra(connection_id: str) -> Mapping[str, Any]:
    """Of a connection; empty where it cannot be read, since a link is no reason to fail."""
    try:
        return BaseHook.get_connection(connection_id).extra_dejson if connection_id else {}
    except Exception:  # noqa: BLE001  # of any secrets backend
        return {}
