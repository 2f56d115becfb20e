"""What becomes of submissions: their outcome, lost answers, room for more, cancelling. Begin with `outcome.end`."""
