"""The state of each expected data set, an overview of all, and the decisions of people.

Begin with `state.State`.
"""
