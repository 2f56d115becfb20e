"""The application: routes, error documents, start and end of the engine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from loopback_globus.api import access, activity, control, endpoints, operations, results, submit, tasks
from loopback_globus.api.guard import Guard
from loopback_globus.api.middleware import CONTROL, Wire
from loopback_globus.auth import openid
from loopback_globus.auth import routes as auth
from loopback_globus.auth.identify import RateLimit
from loopback_globus.errors import ApiError, bad_request, not_imitated
from loopback_globus.service import Service

#: Every route; `LIMITS.md` says of each that imitates Globus where its behaviour comes from.
ROUTERS = (
    auth.router,
    openid.router,
    activity.router,
    endpoints.router,
    access.router,
    operations.router,
    submit.router,
    tasks.router,
    results.router,
    control.router,
)


def create_app(service: Service) -> ASGIApp:
    """Return the ASGI application that serves Auth and Transfer at one address."""

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        service.engine.start()
        yield
        service.engine.stop()

    app = FastAPI(lifespan=running, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.service = service
    app.state.rate_limit = RateLimit(service.settings.rate)
    for router in ROUTERS:
        app.include_router(router)

    _answer_errors(app)
    return Guard(Wire(app, service), service.settings.hosts)


def _answer_errors(app: FastAPI) -> None:
    """Give every error a document that clients can read."""

    @app.exception_handler(ApiError)
    async def refused(request: Request, error: ApiError) -> JSONResponse:
        return JSONResponse(error.document(request.url.path), status_code=error.status, headers=error.headers)

    @app.exception_handler(auth.AuthError)
    async def auth_refused(_: Request, error: auth.AuthError) -> JSONResponse:
        return error.response()

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return await refused(request, _invalid(request, error))

    @app.exception_handler(HTTPException)
    async def unknown(request: Request, error: HTTPException) -> JSONResponse:
        return await refused(request, _no_route(request, error))

    @app.exception_handler(Exception)
    async def defect(request: Request, _: Exception) -> JSONResponse:
        """The traceback goes to standard error all the same; clients get a document that they can read."""
        message = "A defect of loopback_globus: its standard error has the traceback"
        return await refused(request, ApiError(status=500, code="InternalError", message=message))


def _invalid(request: Request, error: RequestValidationError) -> ApiError:
    problem = error.errors()[0]
    if problem["type"] == "extra_forbidden" and not request.url.path.startswith(CONTROL):
        return not_imitated(f"the field '{problem['loc'][-1]}' of {request.url.path}")
    return bad_request(_first_problem(error))


def _no_route(request: Request, error: HTTPException) -> ApiError:
    """No route takes this path, or this method: Globus may, since few of its routes are here."""
    if error.status_code in (404, 405) and not request.url.path.startswith(CONTROL):
        return not_imitated(f"{request.method} {request.url.path}")
    code = "ClientError.NotFound" if error.status_code == 404 else "ClientError.BadRequest"
    return ApiError(status=error.status_code, code=code, message=str(error.detail))


def _first_problem(error: RequestValidationError) -> str:
    problem = error.errors()[0]
    return f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
