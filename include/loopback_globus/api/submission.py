"""What clients submit, validated."""

from __future__ import annotations

import uuid
from typing import Literal, NotRequired

from pydantic import BaseModel, ConfigDict, Field, field_validator
from typing_extensions import TypedDict

#: Fields that nobody here knows are refused by name: each might change what happens.
_KNOWN_ONLY = ConfigDict(extra="forbid")


class FilterRule(BaseModel):
    model_config = _KNOWN_ONLY

    DATA_TYPE: Literal["filter_rule"] = "filter_rule"
    method: Literal["include", "exclude"]
    name: str
    type: Literal["file", "dir"] | None = None


class Submission(BaseModel):
    """What transfers and deletes have in common; the notifications have no effect."""

    model_config = _KNOWN_ONLY

    submission_id: uuid.UUID
    label: str | None = Field(default=None, max_length=128)
    deadline: str | None = None
    store_base_path_info: bool = False
    notify_on_succeeded: bool = True
    notify_on_failed: bool = True
    notify_on_inactive: bool = True

    @field_validator("label")
    @classmethod
    def _clean(cls, label: str | None) -> str | None:
        if label is not None and (label != label.strip() or "\n" in label or "\r" in label):
            raise ValueError("a label has no line breaks, and no blanks at its ends")
        return label


class TransferItem(TypedDict):
    __pydantic_config__ = _KNOWN_ONLY  # type: ignore[misc]  # pydantic reads it; no key of the dict

    DATA_TYPE: NotRequired[Literal["transfer_item"]]
    source_path: str
    destination_path: str
    recursive: NotRequired[bool | None]
    external_checksum: NotRequired[str | None]
    checksum_algorithm: NotRequired[str | None]


class Transfer(Submission):
    """`local_user` and encryption have no effect."""

    DATA_TYPE: Literal["transfer"] = "transfer"
    source_endpoint: uuid.UUID
    destination_endpoint: uuid.UUID
    sync_level: Literal[0, 1, 2, 3] | None = None
    verify_checksum: bool = False
    preserve_timestamp: bool = False
    encrypt_data: bool = False
    source_local_user: str | None = None
    destination_local_user: str | None = None
    skip_source_errors: bool = False
    fail_on_quota_errors: bool = False
    delete_destination_extra: bool = False
    filter_rules: list[FilterRule] | None = None
    DATA: list[TransferItem] = []


class DeleteItem(TypedDict):
    __pydantic_config__ = _KNOWN_ONLY  # type: ignore[misc]  # pydantic reads it; no key of the dict

    DATA_TYPE: NotRequired[Literal["delete_item"]]
    path: str


class Delete(Submission):
    DATA_TYPE: Literal["delete"] = "delete"
    endpoint: uuid.UUID
    recursive: bool = False
    ignore_missing: bool = False
    interpret_globs: bool = False
    local_user: str | None = None
    DATA: list[DeleteItem] = []
