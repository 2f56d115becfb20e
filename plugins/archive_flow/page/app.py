"""The page's app: its routes, who may see them, and the headers of every answer."""

from __future__ import annotations

from importlib.resources import files

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException
from starlette.middleware.base import RequestResponseEndpoint

from archive_flow.page import csv_routes, front, on_the_way, one_data_set, start, tables
from archive_flow.page.access import MAY_READ
from archive_flow.page.figures import KeptFigures
from archive_flow.page.reading import CatalogReader, UnavailableError
from archive_flow.page.rendering import page

#: Only what this server sends, nothing in the text of a page; only Airflow's own pages may show it in a frame.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    "form-action 'self'; frame-ancestors 'self'; base-uri 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_LINES = {
    401: "Log in to Airflow to see the archive.",
    403: "Your login may not see the archive: it needs the right to read upload_sessions and its runs.",
}
_STATIC = {"archive.css": "text/css", "archive.js": "text/javascript"}


def make_app(reader: CatalogReader | None = None) -> FastAPI:
    """The app; every route needs a login that may read the nightly DAG.

    reader : of the catalog; None for one with the usual patience
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, dependencies=MAY_READ)
    app.state.reader = reader or CatalogReader()
    app.state.figures = KeptFigures(app.state.reader)
    for each in (front, tables, on_the_way, one_data_set, start, csv_routes):
        app.include_router(each.router)
    app.add_api_route("/static/{name}", _static)
    app.middleware("http")(_with_headers)
    app.exception_handler(UnavailableError)(_unavailable)
    app.exception_handler(HTTPException)(_refused)
    app.exception_handler(RequestValidationError)(_wrong)
    return app


def _static(name: str) -> Response:
    """The style sheet and the script."""
    if name not in _STATIC:
        raise HTTPException(404, "There is no such file.")
    return Response((files(__package__) / "static" / name).read_text(), media_type=_STATIC[name])


async def _with_headers(request: Request, call_next: RequestResponseEndpoint) -> Response:
    response = await call_next(request)
    response.headers.update(_HEADERS)
    return response


async def _unavailable(request: Request, error: UnavailableError) -> HTMLResponse:
    return page("line.html", status=503, line=str(error), login=False)


async def _wrong(request: Request, error: RequestValidationError) -> HTMLResponse:
    line = "; ".join(f"{each['loc'][-1]}: {each['msg']}" for each in error.errors())
    return page("line.html", status=422, line=line, login=False)


async def _refused(request: Request, error: HTTPException) -> HTMLResponse:
    line = _LINES.get(error.status_code, str(error.detail))
    return page("line.html", status=error.status_code, line=line, login=error.status_code == 401)
