"""What a person types into the form of a DAG has bounds."""

from __future__ import annotations

import pytest
from airflow.sdk import Param
from tests.unit.flow.spine.forms import accepts

from archive_flow.spine import params, retrieve_params

ALL = {
    name: value
    for module in (params, retrieve_params)
    for name, value in vars(module).items()
    if isinstance(value, Param)
}


@pytest.mark.fault(59)
@pytest.mark.parametrize("name", sorted(ALL))
def test_no_text_of_a_param_is_longer_than_1024_characters(name: str) -> None:
    long = "a" * 1025
    for value in (long, [long], {"subject_id": long}, [f"rig1:{long} = ignore"], [f"a/{long}/2021-01-01"]):
        assert not accepts(ALL[name], value)


def test_texts_of_a_usual_length_are_taken() -> None:
    assert accepts(params.DECISIONS, ["rig1:SC033/catgt_SC033_111219_surface_g0 = SC033 2019-11-12 10:30"])
    assert accepts(retrieve_params.DATA_SETS, ["raw-ephys/SC022/2021-01-01"])
    assert accepts(retrieve_params.RESTRICTION, {"subject_id": 440956})
