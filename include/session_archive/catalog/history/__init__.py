"""What happened: promised transfers, states, observations of the rigs, decisions. Rows are added, never changed.

Begin with `ledger.Ledger`.
"""
