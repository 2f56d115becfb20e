"""What a request asks: its filter, checked by archive.toml; and what answers it."""

from __future__ import annotations

from fastapi import Request

from archive_flow.page.figures import KeptFigures
from archive_flow.page.reading import CatalogReader
from session_archive.archive_page.filters import Reading, read_filter
from session_archive.settings.load import Settings


def reader_of(request: Request) -> CatalogReader:
    """The app's."""
    reader: CatalogReader = request.app.state.reader
    return reader


def figures_of(request: Request) -> KeptFigures:
    """The app's."""
    figures: KeptFigures = request.app.state.figures
    return figures


def filter_of(request: Request, settings: Settings) -> Reading:
    """The filter in the address."""
    return read_filter(request.query_params.multi_items(), kinds=tuple(settings.data_sets))
