"""The pytest plugin, used as another project would."""

from __future__ import annotations

import globus_sdk

from loopback_globus.testing import LoopbackGlobus, uuid_of

from .conftest import sdk_client

pytest_plugins = ["loopback_globus.pytest_plugin"]


def test_a_service_in_one_line(loopback_globus: LoopbackGlobus) -> None:
    client = sdk_client(loopback_globus)
    assert loopback_globus.collections == {n: uuid_of(n) for n in ("source", "destination")}
    transfer = globus_sdk.TransferData(*loopback_globus.collections.values())
    transfer.add_item("/a", "/a")
    assert client.submit_transfer(transfer)["code"] == "Accepted"
    assert [line["path"] for line in loopback_globus.requests("POST", "/v0.10")] == ["/v0.10/transfer"]
