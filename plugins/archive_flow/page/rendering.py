"""Values as HTML: every text is escaped for HTML, and printable before that."""

from __future__ import annotations

import uuid
from functools import cache
from typing import Any
from urllib.parse import quote

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from printable_text import printable
from printable_text.amounts import size
from session_archive import clock
from session_archive.archive_page.actions import DAG_OF_ROUTE, actions_of
from session_archive.archive_page.advice import ADVICE
from session_archive.archive_page.links import data_set_query
from session_archive.archive_page.marks import MARKS
from session_archive.archive_page.plain_words import age, moment
from session_archive.catalog.schema.store import read_time


def _printable(value: Any) -> Any:
    return printable(value, lines=True) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("archive_flow.page"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {
        "size": size,
        # Of a path: jinja's own filter leaves a '/' in it.
        "segment": lambda text: quote(text, safe=""),
        "moment": moment,
        "age": lambda at: age(at, now=clock.utc_now()),
        "utc": lambda stored: moment(read_time(stored)),
        "uuid": lambda stored: uuid.UUID(bytes=stored) if stored else None,
    }
    templates.globals |= {
        "marks": MARKS,
        "advice": ADVICE,
        "actions_of": actions_of,
        "dag_of_route": DAG_OF_ROUTE,
        "data_set_query": data_set_query,
    }
    return templates


def page(name: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A template with these values, as of now."""
    text = _templates().get_template(name).render(as_of=clock.utc_now(), **values)
    return HTMLResponse(text, status_code=status)
