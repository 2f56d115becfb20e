"""Which data sets a run takes up, and the state of every other one. Begin with `choose.select`."""
