"""The application: routes, error documents, start and end of the engine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from loopback_globus.api import activity, control, endpoints, operations, results, submit, tasks
from loopback_globus.api.guard import Guard
from loopback_globus.api.middleware import Wire
from loopback_globus.auth import routes as auth
from loopback_globus.auth.identify import RateLimit
from loopback_globus.errors import ApiError, bad_request
from loopback_globus.service import Service


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
    for routes in (auth, activity, endpoints, operations, submit, tasks, results, control):
        app.include_router(routes.router)

    @app.exception_handler(ApiError)
    async def refused(request: Request, error: ApiError) -> JSONResponse:
        return JSONResponse(error.document(request.url.path), status_code=error.status, headers=error.headers)

    @app.exception_handler(auth.AuthError)
    async def auth_refused(_: Request, error: auth.AuthError) -> JSONResponse:
        return error.response()

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return await refused(request, bad_request(_first_problem(error)))

    @app.exception_handler(HTTPException)
    async def unknown(request: Request, error: HTTPException) -> JSONResponse:
        return await refused(
            request,
            ApiError(
                status=error.status_code,
                code="ClientError.NotFound" if error.status_code == 404 else "ClientError.BadRequest",
                message=str(error.detail),
            ),
        )

    @app.exception_handler(Exception)
    async def defect(request: Request, _: Exception) -> JSONResponse:
        """The traceback goes to standard error all the same; clients get a document that they can read."""
        message = "A defect of loopback_globus: its standard error has the traceback"
        return await refused(request, ApiError(status=500, code="InternalError", message=message))

    return Guard(Wire(app, service), service.settings.hosts)


def _first_problem(error: RequestValidationError) -> str:
    problem = error.errors()[0]
    return f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
