"""What may be deleted at a rig: the rule, the scripts for a person to run, and the log that such a script writes. Pure.

Begin with `judge.reasons_against`.
"""
