"""Assets whose address is `globus://COLLECTION/PATH`, as Airflow and OpenLineage know them."""

from __future__ import annotations

import posixpath
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, quote, unquote, urlsplit

if TYPE_CHECKING:
    from airflow.providers.common.compat.openlineage.facet import Dataset
    from airflow.sdk import Asset

SCHEME = "globus"
_EXPECTED = "expected globus://COLLECTION/PATH with the collection's id"


def create_asset(*, collection: str, path: str, extra: dict[str, Any] | None = None) -> Asset:
    """The asset of a file or directory on a collection.

    path  : as Globus has it; blanks and letters beyond ASCII are escaped here
    raises: ValueError if the collection is not an id
    """
    from airflow.sdk import Asset

    return Asset(uri=f"{SCHEME}://{collection}/{quote(path.lstrip('/'))}", extra=extra)


def sanitize_uri(uri: SplitResult) -> SplitResult:
    """The one address of a path: the collection's id in lower case, no `.`, no double slash, no slash at the end.

    raises : ValueError for an address that names no path on a collection
    """
    try:
        collection = str(uuid.UUID(uri.netloc))
    except ValueError:
        raise ValueError(
            f"'{uri.netloc}' in {uri.geturl()} is not the id of a collection; {_EXPECTED}"
        ) from None
    if uri.query or uri.fragment:
        raise ValueError(
            f"{uri.geturl()} has a query or a fragment; {_EXPECTED}, with '?' as %3F and '#' as %23"
        )
    path = unquote(uri.path)
    if ".." in path.split("/"):
        raise ValueError(f"{uri.geturl()} has '..' in its path; {_EXPECTED}")
    # Two slashes at the begin would stay.
    path = posixpath.normpath(f"/{path.lstrip('/')}")
    return uri._replace(netloc=collection, path=quote(path))


def convert_asset_to_openlineage(asset: Asset, lineage_context: Any) -> Dataset:
    """The data set of an asset, the same that a transfer of its path reports."""
    from airflow.providers.common.compat.openlineage.facet import Dataset

    parts = urlsplit(asset.uri)
    namespace, name = dataset_of(parts.netloc, unquote(parts.path))
    return Dataset(namespace=namespace, name=name)


def dataset_of(collection: str, path: str) -> tuple[str, str]:
    """Namespace and name of a path for OpenLineage."""
    return f"{SCHEME}://{collection.lower()}", posixpath.normpath(f"/{path.lstrip('/')}")
