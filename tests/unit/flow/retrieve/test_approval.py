"""Who approved a retrieval, in words."""

import pytest

from archive_flow.retrieve.approval import answer_in_words


@pytest.mark.parametrize(
    ("approved", "person", "words"),
    [
        (True, {"id": "1", "name": "ann"}, "approved by ann"),
        (False, {"id": "1", "name": "ann"}, "rejected by ann"),
        (False, {"id": "7", "name": ""}, "rejected by 7"),
        (False, None, "not answered within 7 days, which counts as rejected"),
        # Nobody approves by not answering.
        (True, None, "approved by a user whom Airflow does not name"),
        (False, {"id": "1", "name": "a\x1b[31m"}, "rejected by a\\x1b[31m"),
    ],
)
def test_who_answered_and_how(approved: bool, person: dict[str, str] | None, words: str) -> None:
    assert answer_in_words(approved=approved, person=person) == words
