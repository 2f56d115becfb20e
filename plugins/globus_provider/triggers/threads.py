"""Runs the SDK's blocking calls in threads of their own, beside the event loop of a triggerer."""

from __future__ import annotations

import asyncio
import contextvars
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from airflow.sdk.configuration import conf

T = TypeVar("T")

#: Where `[globus] polling_threads` is not set.
THREADS = 256


async def in_thread(call: Callable[[], T]) -> T:
    """The SDK blocks, and so does looking up the connection: neither may block the event loop."""
    # The context says into which task's log a line goes.
    context = contextvars.copy_context()
    return await asyncio.get_running_loop().run_in_executor(_threads(), context.run, call)


@functools.cache
def _threads() -> ThreadPoolExecutor:
    """The executor of asyncio has a few threads, which a few silent services would take from every other trigger."""
    most = conf.getint("globus", "polling_threads", fallback=THREADS)
    return ThreadPoolExecutor(max_workers=most, thread_name_prefix="globus-poll")
