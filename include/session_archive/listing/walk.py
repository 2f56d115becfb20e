"""Lists directories until none is left, several at a time where a listing is mostly waiting."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager

from session_archive.errors import ListingError
from session_archive.listing.entries import Entry, ListDirectory

#: What one listing gave; an error belongs to its directory and stops no other.
Listed = list[Entry] | ListingError

#: Takes what a directory holds, and tells which directories are to be listed because of it.
Visit = Callable[[str, Listed], Iterable[str]]


def walk(list_directory: ListDirectory, start: Iterable[str], visit: Visit, *, at_once: int = 1) -> None:
    """List `start`, and every directory that `visit` asks for, each as often as it is asked for.

    visit   : is called in this thread, for one directory after the other, in no order to rely on
    at_once : listings under way at any time; 1 needs no thread
    """
    todo = list(start)
    if at_once == 1:
        with _uncollected():
            while todo:
                directory = todo.pop()
                todo += visit(directory, _list(list_directory, directory))
        return
    with ThreadPoolExecutor(at_once, thread_name_prefix="listing") as pool:
        running: dict[Future[Listed], str] = {}
        try:
            while todo or running:
                # No more than run at once are handed over: what waits is a short list of names here.
                while todo and len(running) < at_once:
                    directory = todo.pop()
                    running[pool.submit(_list, list_directory, directory)] = directory
                for done in wait(running, return_when=FIRST_COMPLETED).done:
                    todo += visit(running.pop(done), done.result())
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no garbage meanwhile.

    Of hundreds of thousands of entries none refers to itself, and looking at all of them again and again is a tenth of
    the time.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _list(list_directory: ListDirectory, directory: str) -> Listed:
    try:
        return list(list_directory(directory))
    except ListingError as error:
        return error
