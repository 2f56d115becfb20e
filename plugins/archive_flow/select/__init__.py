"""Selects the data sets that a run takes up, and the state of every other one. Begin with `choose.select`."""
