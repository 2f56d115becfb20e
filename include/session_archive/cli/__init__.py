"""The console command `session-archive`; what needs Airflow or Globus is added by entry points.

Begin with `main.py`.
"""
