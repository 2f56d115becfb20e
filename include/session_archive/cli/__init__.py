"""The console command `session-archive`; commands that need Airflow or Globus come from entry points.

Begin with `main.py`.
"""
