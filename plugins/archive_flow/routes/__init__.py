"""The flows: each chooses data sets, transfers, verifies and records in its own way, and is one value in one file.

`spine/chain.py` runs any of them. Begin with `upload.py`; what a flow has to be able to do stands in `routes/route.py`.
"""

from __future__ import annotations

from archive_flow.routes.audit import AUDIT
from archive_flow.routes.discover import DISCOVER
from archive_flow.routes.repair import REPAIR
from archive_flow.routes.replicate import REPLICATE
from archive_flow.routes.retrieve import RETRIEVE
from archive_flow.routes.route import Route
from archive_flow.routes.upload import UPLOAD

__all__ = ["AUDIT", "DISCOVER", "REPAIR", "REPLICATE", "RETRIEVE", "UPLOAD", "route_named"]

_ROUTES: tuple[Route, ...] = (UPLOAD, DISCOVER, RETRIEVE, AUDIT, REPLICATE, REPAIR)


def route_named(name: str) -> Route:
    """One of ours by its name. Raises KeyError."""
    return {route.name: route for route in _ROUTES}[name]
