"""What select hands on is what each group gets, and no group has to read far more than its own."""

import datetime as dt
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from archive_flow.run.work_item import SELECT, WorkItem
from archive_flow.run.work_item_pages import PAGE, paged, push_pages, work_items_of

DAY = dt.date(2021, 1, 1)


class Instance:
    """Airflow's task instance, as far as XComs go: what one pushed, others pull."""

    def __init__(self) -> None:
        self.left: dict[str, object] = {}

    def xcom_push(self, *, key: str, value: object) -> None:
        self.left[key] = value

    def xcom_pull(self, *, task_ids: str, key: str) -> object:
        assert task_ids == SELECT
        return self.left[key]


def work_items(sizes: list[int]) -> list[list[WorkItem]]:
    numbers = iter(range(sum(sizes)))
    return [
        [
            WorkItem(
                data_set=f"raw-ephys/SC022/{DAY + dt.timedelta(days=next(numbers))}",
                directory="SC022/x",
                origin="rig",
                destination="archive",
                manifest_id="",
                session_id="",
                session="",
                manifests=[("a.json", 3)],
            )
            for _ in range(size)
        ]
        for size in sizes
    ]


@given(st.lists(st.one_of(st.integers(1, 3), st.integers(1, 2 * PAGE)), max_size=12))
def test_each_group_gets_its_own_work_items_from_one_page(sizes: list[int]) -> None:
    groups = work_items(sizes)
    pages, parts = paged(groups)
    assert all(len(page) <= max([PAGE, *sizes]) for page in pages)
    assert len(pages) <= len(groups)
    context: Any = {"ti": Instance()}
    push_pages(context, pages)
    assert [work_items_of(context, part) for part in parts] == groups


def test_a_night_of_single_data_sets_needs_few_pages() -> None:
    pages, _ = paged(work_items([1] * 1000))
    assert len(pages) == 1000 // PAGE
