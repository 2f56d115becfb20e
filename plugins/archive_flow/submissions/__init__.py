"""The life of submissions: their outcomes, lost answers, room for more, cancelling. Begin with `outcome.end`."""
