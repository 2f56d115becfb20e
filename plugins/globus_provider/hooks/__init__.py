"""The operations of Globus Transfer for tasks and triggers, and how they log in. Begin with `globus.GlobusHook`."""
