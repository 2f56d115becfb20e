"""What clients submit, validated."""

from __future__ import annotations

import uuid
from typing import Literal, NotRequired

from pydantic import BaseModel, Field, field_validator
from typing_extensions import TypedDict


class FilterRule(BaseModel):
    method: Literal["include", "exclude"]
    name: str
    type: Literal["file", "dir"] | None = None


class Submission(BaseModel):
    """What transfers and deletes have in common."""

    submission_id: uuid.UUID
    label: str | None = Field(default=None, max_length=128)
    deadline: str | None = None
    store_base_path_info: bool = False

    @field_validator("label")
    @classmethod
    def _clean(cls, label: str | None) -> str | None:
        if label is not None and (label != label.strip() or "\n" in label or "\r" in label):
            raise ValueError("a label has no line breaks, and no blanks at its ends")
        return label


class TransferItem(TypedDict):
    DATA_TYPE: NotRequired[Literal["transfer_item"]]
    source_path: str
    destination_path: str
    recursive: NotRequired[bool | None]
    external_checksum: NotRequired[str | None]
    checksum_algorithm: NotRequired[str | None]


class Transfer(Submission):
    source_endpoint: uuid.UUID
    destination_endpoint: uuid.UUID
    sync_level: Literal[0, 1, 2, 3] | None = None
    verify_checksum: bool = False
    preserve_timestamp: bool = False
    encrypt_data: bool = False
    skip_source_errors: bool = False
    fail_on_quota_errors: bool = False
    delete_destination_extra: bool = False
    filter_rules: list[FilterRule] | None = None
    DATA: list[TransferItem] = []


class DeleteItem(TypedDict):
    DATA_TYPE: NotRequired[Literal["delete_item"]]
    path: str


class Delete(Submission):
    endpoint: uuid.UUID
    recursive: bool = False
    ignore_missing: bool = False
    interpret_globs: bool = False
    DATA: list[DeleteItem] = []
