"""The Archive page in Airflow's UI: reads the catalog, and leads to Airflow for every action.

Begin with `plugin.ArchivePagePlugin`, which Airflow finds by an entry point, then `app.make_app`.
"""
