"""How select hands its works to the mapped groups: by pages, so that a task reads a page and not the whole night.

Airflow gives a mapped task its arguments by reading the whole list that it is mapped over, once for each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from archive_flow.run.work_item import SELECT, WorkItem

if TYPE_CHECKING:
    from airflow.sdk import Context

#: Works of one page, unless one group alone has more.
PAGE = 200


class Part(TypedDict):
    """The works of one mapped group: so many of a page, from a position on."""

    page: int
    first: int
    count: int


def paged(groups: Sequence[Sequence[WorkItem]]) -> tuple[list[list[WorkItem]], list[Part]]:
    """The pages, and the part of each group, in their order; no group lies on two pages."""
    pages: list[list[WorkItem]] = []
    parts: list[Part] = []
    for group in groups:
        if not pages or len(pages[-1]) + len(group) > PAGE:
            pages.append([])
        parts.append(Part(page=len(pages) - 1, first=len(pages[-1]), count=len(group)))
        pages[-1].extend(group)
    return pages, parts


def push_pages(context: Context, pages: Sequence[Sequence[WorkItem]]) -> None:
    """Leave them where the groups find them."""
    for number, page in enumerate(pages):
        context["ti"].xcom_push(key=_key(number), value=[work_item.as_xcom() for work_item in page])


def work_items_of(context: Context, part: Part) -> list[WorkItem]:
    """The works of a mapped group."""
    page: list[dict[str, Any]] = context["ti"].xcom_pull(task_ids=SELECT, key=_key(part["page"]))
    return [WorkItem(**work_item) for work_item in page[part["first"] : part["first"] + part["count"]]]


def only_work_item_of(context: Context, part: Part) -> WorkItem:
    """The one data set of a group that moves something; a data set shares its transfer with no other."""
    (work_item,) = work_items_of(context, part)
    return work_item


def _key(page: int) -> str:
    return f"works {page}"
