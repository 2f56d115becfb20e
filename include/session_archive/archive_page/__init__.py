"""What the Archive page in Airflow's UI shows, as values: filters, the calendar, figures, actions. Pure.

Begin with `filters.read_filter`, then `calendar.calendar_of`.
"""
