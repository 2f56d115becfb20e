"""Access rules of a guest collection: kept and shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from globus_sdk import TransferAPIError

from loopback_globus.testing import LoopbackGlobus

from .conftest import Lab, sdk_client

IDENTITY = "46bd0f56-e24f-11e5-a510-131bef46955c"


def rule(**fields: Any) -> dict[str, Any]:
    return {
        "DATA_TYPE": "access",
        "principal_type": "identity",
        "principal": IDENTITY,
        "path": "/sessions/",
        "permissions": "r",
        **fields,
    }


def refusal(lab: Lab, document: dict[str, Any]) -> tuple[int, str | None]:
    with pytest.raises(TransferAPIError) as refused:
        lab.client.add_endpoint_acl_rule(lab.ids[0], document)
    return refused.value.http_status, refused.value.code


def test_a_rule_is_made_shown_listed_and_removed(lab: Lab) -> None:
    rig = lab.ids[0]
    rule_id = lab.client.add_endpoint_acl_rule(rig, rule())["access_id"]
    shown = lab.client.get_endpoint_acl_rule(rig, rule_id)
    assert (shown["principal"], shown["path"], shown["permissions"]) == (IDENTITY, "/sessions/", "r")
    assert [each["id"] for each in lab.client.endpoint_acl_list(rig)] == [rule_id]
    assert list(lab.client.endpoint_acl_list(lab.ids[1])) == []
    assert refusal(lab, rule(permissions="rw")) == (409, "Exists")
    lab.client.delete_endpoint_acl_rule(rig, rule_id)
    assert list(lab.client.endpoint_acl_list(rig)) == []
    with pytest.raises(TransferAPIError) as gone:
        lab.client.get_endpoint_acl_rule(rig, rule_id)
    assert gone.value.http_status == 404


@pytest.mark.parametrize(
    "fields", [{"path": "sessions/"}, {"path": "/sessions"}, {"permissions": "w"}, {"principal": ""}]
)
def test_a_wrong_rule_is_refused(lab: Lab, fields: dict[str, str]) -> None:
    assert refusal(lab, rule(**fields))[0] == 400
    assert list(lab.client.endpoint_acl_list(lab.ids[0])) == []


def test_a_field_that_nobody_knows_is_named(lab: Lab) -> None:
    assert refusal(lab, rule(assignable=True)) == (501, "NotImitated")


def test_a_mapped_collection_has_no_rules(tmp_path: Path, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    with LoopbackGlobus({"server": (tmp_path, "mapped")}, directory=tmp_path / "service") as globus:
        for name, value in globus.environment().items():
            monkeypatch.setenv(name, value)
        with pytest.raises(TransferAPIError) as refused:
            sdk_client(globus).endpoint_acl_list(globus.collections["server"])
    assert (refused.value.http_status, refused.value.code) == (409, "NotSupported")
