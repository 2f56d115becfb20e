"""What every task of a run works with: settings, catalog, hook, work items, report. Begin with `context.open_run`."""
