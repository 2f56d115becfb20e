"""A Globus Transfer and Auth service for one machine, over local folders: for demos, tests and CI."""
