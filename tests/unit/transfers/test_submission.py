"""Keys in the ledger that no version may change."""

import uuid

from session_archive.transfers.submission import small_files_id


def test_the_key_of_small_files_is_that_of_every_version() -> None:
    assert small_files_id("manifests for archive-ephys") == uuid.UUID("8a8a72fd-c15c-5821-a1dd-8dff5cd4f9db")
