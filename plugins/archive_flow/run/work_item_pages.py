"""How select hands its work items to the mapped groups: in pages, so that a task reads one page, not the whole night.

Airflow reads the whole list that a task is mapped over, once for each mapped task instance.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from archive_flow.run.work_item import SELECT, WorkItem

if TYPE_CHECKING:
    from airflow.sdk import Context

#: Work items on one page, unless one group alone has more.
PAGE = 200


class Part(TypedDict):
    """The work items of one mapped group: `count` items of a page, from position `first` on."""

    page: int
    first: int
    count: int


def paged(groups: Sequence[Sequence[WorkItem]]) -> tuple[list[list[WorkItem]], list[Part]]:
    """The pages, and the part of each group, in the order of the groups; no group is split over two pages."""
    pages: list[list[WorkItem]] = []
    parts: list[Part] = []
    for group in groups:
        if not pages or len(pages[-1]) + len(group) > PAGE:
            pages.append([])
        parts.append(Part(page=len(pages) - 1, first=len(pages[-1]), count=len(group)))
        pages[-1].extend(group)
    return pages, parts


def push_pages(context: Context, pages: Sequence[Sequence[WorkItem]]) -> None:
    """Push each page as an XCom, from which the groups pull it."""
    for number, page in enumerate(pages):
        context["ti"].xcom_push(key=_key(number), value=[work_item.as_xcom() for work_item in page])


def work_items_of(context: Context, part: Part) -> list[WorkItem]:
    """The work items of a mapped group."""
    page: list[dict[str, Any]] = context["ti"].xcom_pull(task_ids=SELECT, key=_key(part["page"]))
    return [WorkItem(**work_item) for work_item in page[part["first"] : part["first"] + part["count"]]]


def only_work_item_of(context: Context, part: Part) -> WorkItem:
    """The one data set of a group that transfers files; each transfer task moves a single data set."""
    (work_item,) = work_items_of(context, part)
    return work_item


def _key(page: int) -> str:
    return f"works {page}"
