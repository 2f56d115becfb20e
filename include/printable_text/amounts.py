"""Sizes, rates, spans and how far a transfer is, in words: the same in every log, console and page."""

from __future__ import annotations

from collections.abc import Sequence

_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB", "EB")
UNKNOWN = "unknown"


def size(n_bytes: float) -> str:
    """`12 bytes`, `3.4 TB`: decimal units."""
    number, unit = _scaled(n_bytes)
    return f"{number} {unit}"


def size_of(n_bytes: int, total: int | None) -> str:
    """`1.2 of 3.4 TB`, `900.0 GB of 3.4 TB`; `1.2 TB` where the total is not known."""
    if total is None:
        return size(n_bytes)
    number, unit = _scaled(n_bytes)
    same = unit == _scaled(total)[1]
    return f"{number} of {size(total)}" if same else f"{size(n_bytes)} of {size(total)}"


def counted(count: int, noun: str) -> str:
    """`1 file`, `3 files`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def count_of(count: int, total: int | None, noun: str) -> str:
    """`12 of 40 files`, `1 file`."""
    return counted(count, noun) if total is None else f"{count} of {counted(total, noun)}"


def rate(bytes_per_second: float | None) -> str:
    """`110.0 MB/s`, `0 bytes/s`; `rate unknown`."""
    return f"rate {UNKNOWN}" if bytes_per_second is None else f"{size(round(bytes_per_second))}/s"


def span(seconds: float) -> str:
    """`40 s`, `12 min`, `5 h 40 min`, `3 days 4 h`: two units at most."""
    minutes = round(seconds / 60)
    if minutes < 2:
        return f"{round(seconds)} s"
    if minutes < 60:
        return f"{minutes} min"
    hours = round(seconds / 3600)
    if hours < 48:
        return _two(divmod(minutes, 60), "h", "min")
    days, rest = divmod(hours, 24)
    return _two((days, rest), "days", "h") if days < 7 else f"{days} days"


def seconds_left(bytes_left: int | None, bytes_per_second: float | None) -> float | None:
    """How long the rest takes at this rate; None where that is not known, or nothing moves."""
    if bytes_left is None:
        return None
    if bytes_left <= 0:
        return 0.0
    return bytes_left / bytes_per_second if bytes_per_second else None


def time_left(seconds: float | None, *, at_most: bool) -> str:
    """`about 5 h 40 min left`; `time left unknown`.

    at_most : less is to be moved than was counted, but not how much less
    """
    if seconds is None:
        return f"time left {UNKNOWN}"
    return f"{'at most' if at_most else 'about'} {span(seconds)} left"


def progress_in_words(
    *,
    files: tuple[int, int | None],
    n_bytes: tuple[int, int | None],
    rate_now: float | None,
    faults: int,
    further: Sequence[str] = (),
) -> str:
    """`12 of 40 files, 1.2 of 3.4 TB, 110.0 MB/s, 2 faults`.

    files, n_bytes : done, and all of them if that is known
    further        : more parts of the line
    """
    parts = [count_of(*files, "file"), size_of(*n_bytes), rate(rate_now), count_of(faults, None, "fault")]
    return ", ".join([*parts, *filter(None, further)])


def _scaled(n_bytes: float) -> tuple[str, str]:
    number, unit = float(n_bytes), _UNITS[0]
    for bigger in _UNITS[1:]:
        # As it is shown: 999,960 bytes are not '1,000.0 kB'.
        if round(number, 1 if unit != _UNITS[0] else 0) < 1000:
            break
        number, unit = number / 1000, bigger
    if unit == _UNITS[0]:
        return f"{number:.0f}", "byte" if round(number) == 1 else unit
    return f"{number:,.1f}", unit


def _two(parts: tuple[int, int], big: str, small: str) -> str:
    return f"{parts[0]} {big}" + (f" {parts[1]} {small}" if parts[1] else "")
