"""Figures are counted once for all who come meanwhile, and old ones are shown while new ones are counted."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("airflow")

from archive_flow.page.figures import Figures, KeptFigures
from archive_flow.page.reading import CatalogReader, UnavailableError
from session_archive import clock

BEGAN = dt.datetime(2021, 1, 1, 6, 12, tzinfo=dt.UTC)


class Counting(CatalogReader):
    """A reader whose answers a test gives."""

    def __init__(self) -> None:
        super().__init__()
        self.counted = 0
        self.goes_on = asyncio.Event()
        self.error: UnavailableError | None = None

    async def read(self, question: Callable[..., Any], *, seconds: float | None = None) -> Any:
        self.counted += 1
        as_of = clock.utc_now()
        await self.goes_on.wait()
        if self.error:
            raise self.error
        return Figures(
            tallies=(), unclaimed=0, left_out=0, places=(), proven=(), to_act_on=(), more=0, as_of=as_of
        )


def at(monkeypatch: pytest.MonkeyPatch, **later: float) -> dt.datetime:
    now = BEGAN + dt.timedelta(**later)
    monkeypatch.setattr(clock, "utc_now", lambda: now)
    return now


def test_who_comes_meanwhile_waits_for_the_same_count(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        at(monkeypatch)
        reader = Counting()
        kept = KeptFigures(reader)
        waiting = [asyncio.create_task(kept.newest()) for _ in range(3)]
        await asyncio.sleep(0)
        reader.goes_on.set()
        assert {(await each).as_of for each in waiting} == {BEGAN}
        at(monkeypatch, seconds=29)
        assert (await kept.newest()).as_of == BEGAN
        assert reader.counted == 1

    asyncio.run(scene())


def test_old_figures_are_shown_while_new_ones_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        at(monkeypatch)
        reader = Counting()
        kept = KeptFigures(reader)
        reader.goes_on.set()
        await kept.newest()
        reader.goes_on.clear()
        later = at(monkeypatch, minutes=5)
        assert (await kept.newest()).as_of == (await kept.newest()).as_of == BEGAN
        reader.goes_on.set()
        while (await kept.newest()).as_of != later:
            await asyncio.sleep(0)
        assert reader.counted == 2

    asyncio.run(scene())


def test_very_old_ones_are_not_shown_and_an_error_reaches_who_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def scene() -> None:
        at(monkeypatch)
        reader = Counting()
        kept = KeptFigures(reader)
        reader.goes_on.set()
        await kept.newest()
        at(monkeypatch, minutes=11)
        reader.error = UnavailableError("down")
        with pytest.raises(UnavailableError, match="down"):
            await kept.newest()
        reader.error = None
        # The next one asks again.
        assert (await kept.newest()).as_of == clock.utc_now()

    asyncio.run(scene())
