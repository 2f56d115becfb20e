"""Messages to people: gathers the facts, sends what is due by one of Airflow's notifiers, and records it."""
