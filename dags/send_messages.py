"""### Messages

Looks every half hour whether somebody should know of something, and says it by mail or by another of Airflow's
notifiers: `[notify]` in archive.toml. Without that table it does nothing.

**One alarm** for what is new: a failed night with its summary, a session that is late, a rig that has gone silent, a
place that fills, what waits for a person. Then one digest a day while it is open, an all-clear when it has healed, and
a sign of life each week. `session-archive notify --snooze` keeps a line out for some time.

**With *Test*** it sends a test message: `session-archive notify --test`.

**If no worker takes its task** for 20 minutes, the triggerer says so, once a day, by Airflow's deadline alert.

**A failed run**: the message could not be sent, or the catalog could not be read; the log of `summary` says why. It
fails no night, and the next run tries again.
"""

from __future__ import annotations

from airflow.sdk import dag, task

from archive_flow.messages.late import late_alert
from archive_flow.spine.params import TEST


@dag(
    schedule="*/30 * * * *",
    catchup=False,
    max_active_runs=1,
    deadline=late_alert(),
    # It sends nothing without [notify]; paused, it would be silent where a person expects messages.
    is_paused_upon_creation=False,
    tags=["session-archive"],
    doc_md=__doc__,
    params={"test": TEST},
)
def send_messages() -> None:
    @task(retries=0)
    def summary() -> None:
        from archive_flow.messages.send import send_messages

        send_messages()

    summary()


send_messages()
