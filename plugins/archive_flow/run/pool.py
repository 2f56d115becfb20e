"""The pool of the submit tasks."""

#: Bounds how many submissions look for a free place at the service at once; `session-archive setup` makes it.
SUBMIT_POOL = "session_archive_submit"
