"""A transfer as values: what was submitted, how it ended, what it may have written, and what the next one may move.

Begin with `destination_plan.plan_transfer`: the destination is listed before anything is submitted.
"""
