"""A transfer as values: what was promised, how it ended, what it can have written, and what the next one may move.

Begin with `destination_plan.plan_transfer`: look before submit.
"""
