"""`globus://COLLECTION/PATH` is one asset, however it is written."""

from __future__ import annotations

import pytest
from airflow.sdk import Asset

from globus_provider.assets.globus import convert_asset_to_openlineage, create_asset, dataset_of

COLLECTION = "0b6f3a52-7c39-4f5e-9a35-1e9a4a1b7f01"


@pytest.mark.parametrize(
    "uri",
    [
        f"globus://{COLLECTION}/a/b%20c",
        f"globus://{COLLECTION.upper()}/a/b%20c",
        f"GLOBUS://{COLLECTION}//a/./b%20c/",
    ],
)
def test_spellings_of_a_path_are_one_asset(uri: str) -> None:
    assert Asset(uri=uri).uri == f"globus://{COLLECTION}/a/b%20c"


@pytest.mark.parametrize(
    ("uri", "says"),
    [
        ("globus://archive/a", "'archive'.*not the id of a collection"),
        (f"globus://{COLLECTION}/a?x=1", "query"),
        (f"globus://{COLLECTION}/a/../b", r"'\.\.' in its path"),
    ],
)
def test_what_names_no_path_is_refused_when_the_dag_is_read(uri: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Asset(uri=uri)


def test_the_factory_escapes_and_the_data_set_is_that_of_a_transfer() -> None:
    asset = create_asset(collection=COLLECTION, path="/Versuch µ #1/a?.bin")
    assert asset.uri == f"globus://{COLLECTION}/Versuch%20%C2%B5%20%231/a%3F.bin"
    expected = dataset_of(COLLECTION, "/Versuch µ #1/a?.bin")
    assert expected == (f"globus://{COLLECTION}", "/Versuch µ #1/a?.bin")
    pytest.importorskip("openlineage.client", reason="OpenLineage's data sets need its client")
    dataset = convert_asset_to_openlineage(asset, None)
    assert (dataset.namespace, dataset.name) == expected
