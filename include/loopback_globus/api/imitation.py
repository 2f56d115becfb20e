"""What is not imitated is answered with 501 and its name: a 404 would say that Globus has no such thing."""

from __future__ import annotations

from fastapi import Request
from fastapi.dependencies.utils import get_flat_dependant
from fastapi.routing import APIRoute

from loopback_globus.errors import not_imitated

#: Parameters that clients may give anywhere: they change nothing here.
_WITHOUT_EFFECT = frozenset({"format", "local_user"})


async def only_known_parameters(request: Request) -> None:
    """Refuse parameters of a query that the route does not know (a dependency of routers). raises : ApiError 501."""
    if not request.query_params:
        return
    route: APIRoute = request.scope["route"]
    known = {field.alias for field in get_flat_dependant(route.dependant).query_params}
    for name in request.query_params:
        if name not in known | _WITHOUT_EFFECT:
            raise not_imitated(f"the parameter '{name}' of {request.method} {route.path}")
