"""Lists directories until none is left, several at a time when a listing mostly waits."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from printable_text import printable
from session_archive.errors import ListingError
from session_archive.listing.entries import Entry, ListDirectory

#: Most levels of folders below a root: no recording has more, and a folder linked into itself has no end.
DEEPEST = 100

#: Entries of all answers that wait to be read at a time: 25,000 take 10 MB.
WAITING_ENTRIES = 25_000

#: The result for one directory; an error concerns this directory and does not stop the others.
Listed = list[Entry] | ListingError

#: The same before it is read.
_Answer = Iterable[Entry] | ListingError

#: Receives a directory and its result; returns the directories to list next.
Visit = Callable[[str, Listed], Iterable[str]]


def concurrency_for(paths: Iterable[str], *, limit: int) -> int:
    """How many directories to list at a time, up to `limit`, so that few answers wait where answers are long.

    paths : of the files that are expected
    """
    in_folder = Counter(path.rpartition("/")[0] for path in paths)
    return max(1, min(limit, WAITING_ENTRIES // max(in_folder.values(), default=1)))


def walk(list_directory: ListDirectory, start: Iterable[str], visit: Visit, *, concurrency: int = 1) -> None:
    """List `start` and every directory that `visit` returns, each as often as it is returned.

    visit       : is called in this thread, for one directory after the other, in any order; so is each answer read
    concurrency : how many directories may be listed at a time; 1 needs no thread
    """
    todo = list(start)
    if concurrency == 1:
        # No entry refers to itself, and repeated scans of hundreds of thousands of them take a tenth of the time.
        collecting = gc.isenabled()
        gc.disable()
        try:
            while todo:
                directory = todo.pop()
                todo += visit(directory, _read(_ask(list_directory, directory)))
        finally:
            if collecting:
                gc.enable()
        return
    with ThreadPoolExecutor(concurrency, thread_name_prefix="listing") as pool:
        running: dict[Future[_Answer], str] = {}
        try:
            while todo or running:
                # The pool gets only as many as it can run; the others wait here, as names.
                while todo and len(running) < concurrency:
                    directory = todo.pop()
                    running[pool.submit(_ask, list_directory, directory)] = directory
                for done in wait(running, return_when=FIRST_COMPLETED).done:
                    todo += visit(running.pop(done), _read(done.result()))
        finally:
            pool.shutdown(cancel_futures=True)


def _ask(list_directory: ListDirectory, directory: str) -> _Answer:
    if directory.count("/") >= DEEPEST:
        names = directory.split("/")
        return ListingError(
            f"{printable('/'.join(names[:3]))}/…/{printable(names[-1])} lies more than {DEEPEST} folders below the "
            "root; expected a recording: move it, or remove what was copied into itself"
        )
    try:
        return list_directory(directory)
    except ListingError as error:
        return error


def _read(answer: _Answer) -> Listed:
    try:
        return answer if isinstance(answer, ListingError) else list(answer)
    except ListingError as error:
        return error
