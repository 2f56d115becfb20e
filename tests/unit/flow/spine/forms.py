"""Whether the form of a DAG takes a value."""

from __future__ import annotations

from copy import copy
from typing import Any

from airflow.sdk import Param
from airflow.sdk.exceptions import ParamValidationError


def accepts(param: Param, value: Any) -> bool:
    """As Airflow checks what a person enters."""
    try:
        # The param itself would keep the value, for every later run of its DAG in this process.
        copy(param).resolve(value)
    except ParamValidationError:
        return False
    return True
