"""What every task of a run uses: settings, catalog, hook, work items, report. Begin with `context.open_run`."""
