"""The pool of the submit tasks."""

#: Limits how many submit tasks run at the same time; `session-archive setup` makes it.
SUBMIT_POOL = "session_archive_submit"
