"""`globus://COLLECTION/PATH` as an asset of Airflow. Begin with `globus.create_asset`."""
