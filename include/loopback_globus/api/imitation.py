"""What is not imitated is answered with 501 and its name: a 404 would say that Globus has no such thing."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

from fastapi import Request

from loopback_globus.errors import not_imitated

#: Parameters that clients may give anywhere: they change nothing here.
_WITHOUT_EFFECT = frozenset({"format", "local_user"})


async def only_known_parameters(request: Request) -> None:
    """Refuse parameters of a query that the route does not know (a dependency of routers). raises : ApiError 501."""
    if not request.query_params:
        return
    known = _parameters(request.scope["endpoint"])
    for name in request.query_params:
        if name not in known:
            raise not_imitated(f"the parameter '{name}' of {request.method} {request.url.path}")


@cache
def _parameters(route: Callable[..., Any]) -> frozenset[str]:
    """The query's parameters of a route: those with a default, since what FastAPI provides itself has none here."""
    named = inspect.signature(route).parameters.values()
    return _WITHOUT_EFFECT | {each.name for each in named if each.default is not each.empty}
