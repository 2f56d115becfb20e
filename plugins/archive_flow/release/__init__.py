"""Gathers, for each data set on the rigs, what decides whether it may be deleted there; nothing is written or deleted.

Begin with `gather.gather`.
"""
